import { integer, type Env } from '../config/env';
import type { PayoutTiming } from '../workflows/contract';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What workflows are started with, by whoever starts them: the API, the relay, the rebuild job. */
export type StartDefaults = {
  /** How long a conversion's workflow waits for its payout: one payout cycle + 7 days. */
  readonly paidWaitMs: number;
  readonly collectMs: number;
  readonly approveWithinMs: number;
  readonly timing: PayoutTiming;
};

export function readStartDefaults(env: Env): StartDefaults {
  return {
    paidWaitMs: integer(env, 'PAID_WAIT_MS', 14 * DAY_MS, 1000, 365 * DAY_MS),
    collectMs: integer(env, 'BATCH_COLLECT_MS', DAY_MS, 0, 31 * DAY_MS),
    approveWithinMs: integer(env, 'BATCH_APPROVE_MS', DAY_MS, 1000, 31 * DAY_MS),
    timing: {
      submitTimeoutMs: integer(env, 'PAYOUT_SUBMIT_TIMEOUT_MS', 30_000, 1000, 300_000),
      statusFirstMs: integer(env, 'PAYOUT_STATUS_FIRST_MS', 60_000, 10, HOUR_MS),
      statusMaxMs: integer(env, 'PAYOUT_STATUS_MAX_MS', 15 * 60_000, 10, DAY_MS),
      notFoundWaitMs: integer(env, 'PAYOUT_NOT_FOUND_WAIT_MS', 30 * 60_000, 10, DAY_MS),
      unknownGiveUpMs: integer(env, 'PAYOUT_UNKNOWN_GIVE_UP_MS', 72 * HOUR_MS, 1000, 30 * DAY_MS),
      stoppedPollMs: integer(env, 'PAYOUT_STOPPED_POLL_MS', 60_000, 10, HOUR_MS),
    },
  };
}
