import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';

import type { ConversionActivities } from '../activities/conversions';
import type { PayoutActivities } from '../activities/payouts';
import type { RebuildActivities } from '../activities/rebuild';
import type { ShopActivities } from '../activities/shops';
import { FAILURE, TASK_QUEUE, type PayoutTiming } from './contract';

/**
 * Every activity a workflow may call, with its timeouts and retries in one place (the retry table of
 * research/reliability-anchors.md (c)). Start-to-close is what notices a dead worker: the server does not.
 */
const BOOKS = {
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '24h',
  retry: {
    initialInterval: '1s',
    backoffCoefficient: 2,
    maximumInterval: '1m',
    nonRetryableErrorTypes: [
      FAILURE.ledgerConflict,
      FAILURE.unbalanced,
      FAILURE.overdraft,
      FAILURE.invalidInput,
    ],
  },
} satisfies ActivityOptions;

export const conversionBooks = proxyActivities<ConversionActivities>({
  ...BOOKS,
  taskQueue: TASK_QUEUE.conversions,
});

type WholeBatch = 'freezeBatch' | 'expireBatch';

export const payoutBooks = proxyActivities<
  Omit<PayoutActivities, 'submitPayout' | 'checkPayout' | WholeBatch>
>({
  ...BOOKS,
  taskQueue: TASK_QUEUE.payouts,
});

/** These walk every item of a run; the heartbeat notices a dead worker long before the time is up. */
export const batchBooks = proxyActivities<Pick<PayoutActivities, WholeBatch>>({
  ...BOOKS,
  taskQueue: TASK_QUEUE.payouts,
  startToCloseTimeout: '30m',
  heartbeatTimeout: '10s',
});

/** Reads and starts for as long as it takes; the heartbeat notices a dead worker. */
export const rebuildJob = proxyActivities<RebuildActivities>({
  taskQueue: TASK_QUEUE.conversions,
  startToCloseTimeout: '6h',
  heartbeatTimeout: '1m',
  retry: { initialInterval: '10s', backoffCoefficient: 2, maximumInterval: '5m' },
});

const DAY_MS = 86_400_000;

/** Asked every `everyMs` by retry, which adds no history: a 60-day wait stays as small as a short one. */
export function shopPolls(holdMs: number, everyMs: number): ShopActivities {
  return proxyActivities<ShopActivities>({
    taskQueue: TASK_QUEUE.shopPolls,
    startToCloseTimeout: '20s',
    scheduleToCloseTimeout: holdMs + 7 * DAY_MS,
    retry: {
      initialInterval: everyMs,
      backoffCoefficient: 1,
      nonRetryableErrorTypes: [FAILURE.retailerAuth, FAILURE.orderNotOurs],
    },
  });
}

/** One attempt, ever: a lost answer is a question for checkPayout, never a reason to send again blindly. */
export function payoutSends(timing: PayoutTiming): Pick<PayoutActivities, 'submitPayout'> {
  return proxyActivities<Pick<PayoutActivities, 'submitPayout'>>({
    taskQueue: TASK_QUEUE.payouts,
    startToCloseTimeout: timing.submitTimeoutMs,
    scheduleToStartTimeout: '24h',
    retry: { maximumAttempts: 1 },
  });
}

export function payoutChecks(timing: PayoutTiming): Pick<PayoutActivities, 'checkPayout'> {
  return proxyActivities<Pick<PayoutActivities, 'checkPayout'>>({
    taskQueue: TASK_QUEUE.payouts,
    startToCloseTimeout: '20s',
    scheduleToCloseTimeout: timing.unknownGiveUpMs,
    retry: {
      initialInterval: timing.statusFirstMs,
      backoffCoefficient: 1.5,
      maximumInterval: timing.statusMaxMs,
      nonRetryableErrorTypes: [FAILURE.providerAuth, FAILURE.badReference],
    },
  });
}
