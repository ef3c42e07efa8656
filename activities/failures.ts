import { ApplicationFailure, Context, log } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';

import { errorText } from '../telemetry/logger';
import { isTransient } from '../store/postgres/codes';
import { LedgerError } from '../store/postgres/ledger';
import { StaleRead } from '../store/postgres/conversionMoney';
import { FAILURE } from '../workflows/contract';

/**
 * The only place where our errors become Temporal's: each gets a fixed `type`, and whether it is retried is
 * decided here and in workflows/proxies.ts. Never wrap the result in another Error: the outermost one
 * decides, and a wrapped non-retryable failure would be retried (docs.temporal.io, error handling).
 */
export function asFailure(thrown: unknown): ApplicationFailure {
  if (thrown instanceof ApplicationFailure) return thrown;
  const message = errorText(thrown);
  if (thrown instanceof LedgerError) {
    switch (thrown.code) {
      case 'ledger_overdraft':
        return final(FAILURE.overdraft, message);
      case 'ledger_unbalanced':
      case 'ledger_exceeds_promise':
        return final(FAILURE.unbalanced, message);
      case 'ledger_amount_too_large':
        return final(FAILURE.amountTooLarge, message);
      case 'ledger_conflict':
      case 'ledger_already_resolved':
      case 'ledger_pending_missing':
        return final(FAILURE.ledgerConflict, message);
    }
  }
  if (thrown instanceof StaleRead) return again(FAILURE.storeUnavailable, message);
  if (isTransient(thrown))
    return again(FAILURE.storeUnavailable, message, jitteredMs(attemptNow()));
  // Not known: retried, because most of what is not known is an outage; the alert is the attempt count.
  return again('Unexpected', message);
}

const RETRY_MAX_MS = 60_000;

/**
 * The pauses of workflows/proxies.ts, each its own half to one and a half: Temporal's retries have no jitter, and what
 * an outage stopped in one moment would knock again in one moment.
 */
export const jitteredMs = (attempt: number): number =>
  Math.round(Math.min(RETRY_MAX_MS, 1000 * 2 ** (attempt - 1)) * (0.5 + Math.random()));

/** 1 outside of an activity, as in tests of its function alone. */
function attemptNow(): number {
  try {
    return Context.current().info.attempt;
  } catch {
    return 1;
  }
}
/** An answer that is not there yet is no failure. */
const WAITING: readonly (string | null | undefined)[] = [FAILURE.notYet, FAILURE.rateLimited];

export const again = (type: string, message: string, afterMs?: number): ApplicationFailure =>
  ApplicationFailure.create({
    type,
    message,
    // Waiting is no failure to be told of: a stop of a day would fill the log, a line a minute for each payout.
    ...(WAITING.includes(type) ? { category: ApplicationFailureCategory.BENIGN } : {}),
    ...(afterMs === undefined ? {} : { nextRetryDelay: afterMs }),
  });

export const final = (type: string, message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, type);

/** Wraps a set of activities so that nothing but an ApplicationFailure leaves them. */
export function withFailures<T extends Record<string, (input: never) => Promise<unknown>>>(
  activities: T,
): T {
  const wrapped = Object.entries(activities).map(([name, run]) => [
    name,
    async (input: never) => {
      try {
        return await run(input);
      } catch (thrown) {
        const failure = asFailure(thrown);
        raiseAlarm(failure);
        throw failure;
      }
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}

/** Retried without end by some workflows: what fails this often in a row is for people, again each as many times. */
const ALARM_EVERY = 10;
function raiseAlarm(failure: ApplicationFailure): void {
  if (WAITING.includes(failure.type)) return;
  const { attempt, activityType, workflowExecution } = Context.current().info;
  if (attempt % ALARM_EVERY !== 0) return;
  log.error(
    `${activityType} of ${workflowExecution?.workflowId ?? 'nobody'} has failed ${attempt} times: ${failure.type}`,
  );
}
