import {
  ActivityCancellationType,
  proxyActivities,
  type ActivityOptions,
} from '@temporalio/workflow';

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

export const conversionBooks = proxyActivities<Omit<ConversionActivities, 'advanceConversion'>>({
  ...BOOKS,
  taskQueue: TASK_QUEUE.conversions,
});

/**
 * The one step of an order's life. It is tried for ever: a day, or a week, without Postgres only makes it late, and
 * what cannot be posted is seen by its attempts and in the list of what is stuck, never in a failed workflow.
 */
export const orderBooks = proxyActivities<Pick<ConversionActivities, 'advanceConversion'>>({
  taskQueue: TASK_QUEUE.conversions,
  startToCloseTimeout: '20s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

/** Asked every `everyMs` by retry, which adds no history however long a parcel travels. */
export function orderPolls(everyMs: number): Pick<ShopActivities, 'watchOrder'> {
  return proxyActivities<Pick<ShopActivities, 'watchOrder'>>({
    taskQueue: TASK_QUEUE.shopPolls,
    startToCloseTimeout: '30s',
    retry: {
      initialInterval: everyMs,
      backoffCoefficient: 1,
      nonRetryableErrorTypes: [FAILURE.retailerAuth, FAILURE.orderNotOurs],
    },
  });
}

type WholeBatch = 'freezeBatch' | 'expireBatch' | 'returnItems';
type RunWait = 'awaitDecision' | 'awaitProgress' | 'takeWindow';

export const payoutBooks = proxyActivities<
  Omit<
    PayoutActivities,
    | 'submitPayout'
    | 'checkPayout'
    | 'openPayout'
    | 'lookAtPayout'
    | 'executeReview'
    | WholeBatch
    | RunWait
  >
>({
  ...BOOKS,
  taskQueue: TASK_QUEUE.payouts,
});

/**
 * Books of a single payout (workflows/payoutItem.ts). No schedule-to-close: a day, or a week, without Postgres delays a
 * payout and fails none; activities/failures.ts raises the alarm by the attempt count. `notYet` answers set their
 * own delay, so a stopped payout asks once a minute and adds no history.
 */
const WITHOUT_END = {
  startToCloseTimeout: '30s',
  retry: BOOKS.retry,
} satisfies ActivityOptions;
export const itemBooks = proxyActivities<
  Pick<
    PayoutActivities,
    'openPayout' | 'settlePayout' | 'flagPayout' | 'lookAtPayout' | 'executeReview'
  >
>({ ...WITHOUT_END, taskQueue: TASK_QUEUE.payouts });

/** The same wait with an end: a further send that is not let go before `withinMs` is not made. */
export const boundedOpen = (withinMs: number): Pick<PayoutActivities, 'openPayout'> =>
  proxyActivities<Pick<PayoutActivities, 'openPayout'>>({
    ...WITHOUT_END,
    scheduleToCloseTimeout: Math.max(1, withinMs),
    taskQueue: TASK_QUEUE.payouts,
  });

/** Status questions until the one clock ends; one that is taken back (a hint came) is let go at once. */
export function payoutQuestions(
  timing: PayoutTiming,
  withinMs: number,
): Pick<PayoutActivities, 'checkPayout'> {
  return proxyActivities<Pick<PayoutActivities, 'checkPayout'>>({
    taskQueue: TASK_QUEUE.payouts,
    startToCloseTimeout: '20s',
    scheduleToCloseTimeout: Math.max(1, withinMs),
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: {
      initialInterval: timing.statusFirstMs,
      backoffCoefficient: 1.5,
      maximumInterval: timing.statusMaxMs,
      nonRetryableErrorTypes: [FAILURE.providerAuth, FAILURE.badReference],
    },
  });
}

/** These walk every item of a run; the heartbeat notices a dead worker long before the time is up. */
export const batchBooks = proxyActivities<Pick<PayoutActivities, WholeBatch>>({
  ...BOOKS,
  taskQueue: TASK_QUEUE.payouts,
  startToCloseTimeout: '30m',
  heartbeatTimeout: '10s',
});

/** Steps of a run outlast any outage of Postgres: no time is set after which they give up. */
const OUTLASTING = {
  taskQueue: TASK_QUEUE.payouts,
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
} satisfies ActivityOptions;

export const runBooks =
  proxyActivities<
    Pick<
      PayoutActivities,
      'lookAtRun' | 'finishBatch' | 'approveBatch' | 'prepareBatch' | 'excludePayout'
    >
  >(OUTLASTING);

/** Waiting by retry adds no history, however long people, payouts or the provider's money take. */
export const runWaits = proxyActivities<Pick<PayoutActivities, RunWait>>({
  ...OUTLASTING,
  retry: { initialInterval: '500ms', backoffCoefficient: 1.5, maximumInterval: '30s' },
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
export function shopPolls(holdMs: number, everyMs: number): Pick<ShopActivities, 'pollOrder'> {
  return proxyActivities<Pick<ShopActivities, 'pollOrder'>>({
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
