import {
  condition,
  defineSignal,
  proxyActivities,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';

import { attribute } from '../workflows/attributes';

/**
 * A conversion's shape with nothing in it: started by a signal, two activities with a timer between them, one
 * timer after, the same search attributes. What the server and the SDK cost whatever the workflow is for.
 */
export type BareInput = { readonly heldUntilMs: number; readonly paidWaitMs: number };
export type BareActivities = { accrue(): Promise<void>; release(): Promise<void> };

export const changed = defineSignal<[string]>('changed');
export const paid = defineSignal('paid');

const activities = proxyActivities<BareActivities>({
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '24h',
});

export async function bare(input: BareInput): Promise<void> {
  let events = 0;
  let isPaid = false;
  setHandler(changed, () => {
    events += 1;
  });
  setHandler(paid, () => {
    isPaid = true;
  });
  await activities.accrue();
  upsertSearchAttributes([
    { key: attribute.state, value: 'HELD' },
    { key: attribute.influencerId, value: 'inf_bench' },
    { key: attribute.retailerId, value: 'brd_bench' },
    { key: attribute.holdUntil, value: new Date(input.heldUntilMs) },
  ]);
  const seen = events;
  await condition(() => events > seen, Math.max(1, input.heldUntilMs - Date.now()));
  await activities.release();
  upsertSearchAttributes([{ key: attribute.state, value: 'PAYABLE' }]);
  await condition(() => isPaid, input.paidWaitMs);
  upsertSearchAttributes([{ key: attribute.state, value: 'PAID' }]);
}
