import type { Client } from '@temporalio/client';

/** Many conversions at once: all started, all held until one moment, all released after it. */
export type Burst = {
  readonly count: number;
  readonly holdSeconds: number;
  readonly paidWaitMs: number;
};

/** Ms since the epoch. */
export type BurstTimes = {
  readonly startedAtMs: number;
  readonly heldAtMs: number;
  readonly holdEndsAtMs: number;
  readonly payableAtMs: number;
  readonly workflowIds: readonly string[];
};

export type BurstRunner = {
  readonly client: Client;
  burst(plan: Burst): Promise<BurstTimes>;
  /** Tells one workflow that its money was paid, which ends it. */
  pay(workflowId: string): Promise<void>;
  stop(): Promise<void>;
};

/** The time in which there was work to do: from the start until all are held, from the hold's end until all are payable. */
export function workedMs(times: BurstTimes): number {
  return times.heldAtMs - times.startedAtMs + (times.payableAtMs - times.holdEndsAtMs);
}

/** A hold that runs out before the last accrual leaves out timers: another shape, not a slower one. */
const SPARE_MS = 200;
const HOLD_SECONDS_MAX = 64;

/** One burst whose hold is long enough for this machine; a longer hold is tried when it was not. */
export async function heldBurst(runner: BurstRunner, plan: Burst): Promise<BurstTimes> {
  const times = await runner.burst(plan);
  if (times.holdEndsAtMs - times.heldAtMs >= SPARE_MS) return times;
  const holdSeconds = plan.holdSeconds * 2;
  if (holdSeconds > HOLD_SECONDS_MAX)
    throw new Error(
      `${plan.count} conversions were not accrued within ${plan.holdSeconds} s: the machine is too busy for this bench`,
    );
  return heldBurst(runner, { ...plan, holdSeconds });
}

export type HistoryCounts = {
  readonly events: number;
  readonly activities: number;
  readonly timers: number;
};

/** What a workflow's history holds by now. */
export async function countHistory(client: Client, workflowId: string): Promise<HistoryCounts> {
  const { events = [] } = await client.workflow.getHandle(workflowId).fetchHistory();
  const having = (key: 'activityTaskScheduledEventAttributes' | 'timerStartedEventAttributes') =>
    (events ?? []).filter((event) => event[key]).length;
  return {
    events: events?.length ?? 0,
    activities: having('activityTaskScheduledEventAttributes'),
    timers: having('timerStartedEventAttributes'),
  };
}
