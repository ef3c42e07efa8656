import { heartbeat } from '@temporalio/activity';

import { closeBatch, endBatch, payoutIdsAfter } from '../../store/postgres/payoutBatches';
import { loadPayout } from '../../store/postgres/payouts';

import type { PayoutDeps } from './deps';
import { voidPayout } from './settlePayout';

export type ListInput = {
  readonly batchId: string;
  readonly after: string;
  readonly limit: number;
};

export const listBatchPayouts = (deps: PayoutDeps, input: ListInput): Promise<string[]> =>
  payoutIdsAfter(deps.pool, input.batchId, input.after, input.limit);

export const finishBatch = (deps: PayoutDeps, batchId: string): Promise<void> =>
  endBatch(deps.pool, batchId, 'done');

/** Nobody approved in time: every reserve goes back, and each influencer can ask again. */
export async function expireBatch(deps: PayoutDeps, batchId: string): Promise<void> {
  await closeBatch(deps.pool, batchId);
  for (let after = ''; ;) {
    const ids = await payoutIdsAfter(deps.pool, batchId, after, 100);
    const last = ids[ids.length - 1];
    if (last === undefined) break;
    for (const id of ids) {
      const payout = await loadPayout(deps.pool, id);
      if (payout && (payout.state === 'requested' || payout.state === 'reserved')) {
        await voidPayout(deps, id, 'cancelled', {
          code: 'batch_not_approved',
          text: 'nobody approved the run in time',
        });
      }
      heartbeat(id);
    }
    after = last;
  }
  await endBatch(deps.pool, batchId, 'expired');
}
