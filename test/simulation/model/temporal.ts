import {
  ApplicationFailure,
  DefaultFailureConverter,
  defaultPayloadConverter,
  type ProtoFailure,
} from '@temporalio/common';

import type { Command, Host } from './hosts';
import { Run, type Closed, type Outcome, type Scheduled } from './workflowRun';

const failures = new DefaultFailureConverter();
const toPayload = (value: unknown): unknown => defaultPayloadConverter.toPayload(value);
const fromPayload = (payload: any): any =>
  payload ? defaultPayloadConverter.fromPayload(payload) : undefined;
const msOf = (duration: any): number | undefined =>
  duration ? Number(duration.seconds ?? 0) * 1000 + (duration.nanos ?? 0) / 1e6 : undefined;

/** Activities that only wait, by being retried: the same look at the same rows says the same. */
const WAITS: readonly string[] = ['awaitDecision', 'awaitProgress', 'takeWindow', 'openPayout'];
const REST_MS = 2 * 3_600_000;

/**
 * As much of a Temporal server as our workflows use, on a virtual clock: runs by id, timers, activities with their
 * retries and deadlines, signals, updates, children that are abandoned, histories begun anew.
 */
export class Temporal {
  /** The newest run of each id. */
  readonly runs = new Map<string, Run>();
  private made = 0;
  /** Told of every workflow that failed: a bug each time. */
  onFailed: (run: Run, message: string) => void = () => undefined;
  trace: (line: string) => void = () => undefined;

  constructor(
    private readonly host: Host,
    private readonly now: () => number,
    /** Grows with everything that happens. */
    private readonly happened: () => number,
  ) {}

  open(): Run[] {
    return [...this.runs.values()].filter((run) => !run.closed);
  }

  isOpen(id: string): boolean {
    const run = this.runs.get(id);
    return run !== undefined && !run.closed;
  }

  begin(type: string, id: string, args: readonly unknown[]): Run {
    this.made += 1;
    const run = new Run(id, `run-${this.made}`, type, args);
    run.jobs.push({
      initializeWorkflow: {
        workflowType: type,
        workflowId: id,
        arguments: args.map(toPayload),
        randomnessSeed: this.made,
        headers: {},
      },
    });
    this.runs.set(id, run);
    return run;
  }

  signal(run: Run, name: string, args: readonly unknown[]): void {
    run.events += 1;
    run.jobs.push({
      signalWorkflow: { signalName: name, input: args.map(toPayload), headers: {} },
    });
  }

  /** An update of a run; resolves with its outcome, or rejects when it is refused or the run has ended. */
  update(run: Run, name: string, arg: unknown): Promise<any> {
    this.made += 1;
    const id = `update-${this.made}`;
    run.events += 2;
    run.jobs.push({
      doUpdate: { id, protocolInstanceId: id, name, input: [toPayload(arg)], headers: {} },
    });
    return new Promise((resolve) => run.updates.set(id, resolve));
  }

  async forget(id: string): Promise<void> {
    const run = this.runs.get(id);
    if (!run) return;
    await this.close(run, { kind: 'terminated' });
    this.runs.delete(id);
  }

  async close(run: Run, closed: Closed): Promise<void> {
    run.closed = closed;
    run.jobs = [];
    run.timers.clear();
    run.activities.clear();
    await run.instance?.dispose();
    run.instance = undefined;
    this.tellParent(run, closed);
    for (const told of run.updates.values()) told({ refused: 'closed' });
  }

  /** One workflow task: what has gathered for a run. */
  async work(run: Run): Promise<void> {
    const { jobs } = run;
    run.jobs = [];
    const nowMs = this.now();
    run.instance ??= await this.host.begin({
      workflowId: run.id,
      runId: run.runId,
      type: run.type,
      nowMs,
    });
    run.events += 3;
    const commands = await run.instance.activate(jobs, nowMs, run.events);
    for (const command of commands) await this.obey(run, command);
  }

  private async obey(run: Run, command: Command): Promise<void> {
    const {
      scheduleActivity,
      requestCancelActivity,
      startTimer,
      cancelTimer,
      completeWorkflowExecution,
      failWorkflowExecution,
      continueAsNewWorkflowExecution,
      startChildWorkflowExecution,
      updateResponse,
    } = command;
    if (scheduleActivity) return this.schedule(run, scheduleActivity);
    if (requestCancelActivity) return this.cancel(run, requestCancelActivity.seq as number);
    if (startTimer) {
      run.events += 1;
      const at = this.now() + (msOf(startTimer.startToFireTimeout) ?? 0);
      return void run.timers.set(startTimer.seq as number, at);
    }
    if (cancelTimer) return void run.timers.delete(cancelTimer.seq as number);
    if (startChildWorkflowExecution) return this.child(run, startChildWorkflowExecution);
    if (updateResponse) return this.respond(run, updateResponse);
    if (completeWorkflowExecution)
      return this.close(run, {
        kind: 'completed',
        value: fromPayload(completeWorkflowExecution.result),
      });
    if (failWorkflowExecution) {
      this.onFailed(run, JSON.stringify(failWorkflowExecution.failure));
      return this.close(run, { kind: 'failed' });
    }
    if (continueAsNewWorkflowExecution) {
      const { workflowType, arguments: args } = continueAsNewWorkflowExecution;
      const unread = run.jobs.filter((job) => job['signalWorkflow']);
      await this.close(run, { kind: 'continued' });
      const again = this.begin(workflowType as string, run.id, (args as any[]).map(fromPayload));
      const parent = this.parents.get(run.runId);
      if (parent) this.parents.set(again.runId, parent);
      again.jobs.push(...unread);
    }
  }

  private schedule(run: Run, command: any): void {
    const { seq, activityType: name } = command as { seq: number; activityType: string };
    run.events += 3;
    this.trace(`${run.id} asks for ${name}`);
    run.activities.set(seq, {
      run,
      seq,
      name,
      input: fromPayload(command.arguments[0]),
      scheduledAt: this.now(),
      startToCloseMs: msOf(command.startToCloseTimeout) ?? 60_000,
      scheduleToCloseMs: msOf(command.scheduleToCloseTimeout),
      retry: command.retryPolicy ?? {},
      attempt: 1,
      dueAt: this.now(),
      usuallyAt: this.now(),
      seen: 0,
      startedAt: 0,
      isRunning: false,
    });
  }

  private cancel(run: Run, seq: number): void {
    const activity = run.activities.get(seq);
    if (!activity) return;
    this.resolve(activity, {
      cancelled: {
        failure: wrapped(activity, {
          message: 'cancelled',
          canceledFailureInfo: {},
        }),
      },
    });
  }

  private child(run: Run, command: any): void {
    const { seq, workflowId, workflowType, input } = command as Record<string, any>;
    run.events += 2;
    const start = { resolveChildWorkflowExecutionStart: { seq } as Record<string, unknown> };
    if (this.isOpen(workflowId as string)) {
      // START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS
      start.resolveChildWorkflowExecutionStart['failed'] = { workflowId, workflowType, cause: 1 };
    } else {
      const child = this.begin(
        workflowType as string,
        workflowId as string,
        (input as any[]).map(fromPayload),
      );
      start.resolveChildWorkflowExecutionStart['succeeded'] = { runId: child.runId };
      this.parents.set(child.runId, { run, seq: seq as number });
    }
    run.jobs.push(start);
  }

  private readonly parents = new Map<string, { run: Run; seq: number }>();

  private tellParent(child: Run, closed: Closed): void {
    const parent = this.parents.get(child.runId);
    if (!parent || parent.run.closed || closed.kind !== 'completed') return;
    parent.run.events += 1;
    parent.run.jobs.push({
      resolveChildWorkflowExecution: {
        seq: parent.seq,
        result: { completed: { result: toPayload(closed.value) } },
      },
    });
  }

  private respond(run: Run, { protocolInstanceId: id, completed, rejected }: any): void {
    if (completed === undefined && rejected === undefined) return;
    const told = run.updates.get(id as string);
    run.updates.delete(id as string);
    told?.(rejected ? { refused: rejected.message } : { value: fromPayload(completed) });
  }

  /** Due at this moment: timers first, in their order. */
  fireTimers(): void {
    for (const run of this.open())
      for (const [seq, at] of [...run.timers].sort((a, b) => a[1] - b[1]))
        if (at <= this.now()) {
          run.timers.delete(seq);
          run.events += 1;
          run.jobs.push({ fireTimer: { seq } });
        }
  }

  dueActivities(): Scheduled[] {
    const due: Scheduled[] = [];
    for (const run of this.open())
      for (const activity of run.activities.values())
        if (!activity.isRunning && activity.dueAt <= this.now()) due.push(activity);
    return due;
  }

  /** When something happens by itself next. */
  nextMoment(): number | undefined {
    let next = Infinity;
    for (const run of this.open()) {
      for (const at of run.timers.values()) next = Math.min(next, at);
      for (const activity of run.activities.values()) {
        if (!activity.isRunning) next = Math.min(next, activity.dueAt);
        if (activity.scheduleToCloseMs !== undefined && !activity.isRunning)
          next = Math.min(next, activity.scheduledAt + activity.scheduleToCloseMs);
      }
    }
    return next === Infinity ? undefined : next;
  }

  start(activity: Scheduled): number {
    activity.isRunning = true;
    activity.startedAt = this.now();
    return activity.attempt;
  }

  /** Attempts that take longer than they may are tried anew; whoever is at them does not know, and goes on. */
  endSlowAttempts(): void {
    for (const run of this.open())
      for (const activity of [...run.activities.values()])
        if (activity.isRunning && this.now() - activity.startedAt > activity.startToCloseMs) {
          this.trace(`too slow: ${activity.name} of ${run.id}, attempt ${activity.attempt}`);
          this.report(activity, activity.attempt, { lost: true });
        }
  }

  /** An attempt has ended. One of a run that closed, or that was given up or cancelled meanwhile, is told to nobody. */
  report(activity: Scheduled, attempt: number, outcome: Outcome): void {
    if (activity.run.activities.get(activity.seq) !== activity) return;
    if (!activity.isRunning || activity.attempt !== attempt) return;
    activity.isRunning = false;
    if ('value' in outcome)
      return this.resolve(activity, { completed: { result: toPayload(outcome.value) } });
    const failure: ProtoFailure =
      'lost' in outcome
        ? {
            message: 'activity StartToClose timeout',
            timeoutFailureInfo: { timeoutType: 1 },
          }
        : failures.errorToFailure(outcome.thrown, defaultPayloadConverter);
    const retryAt = this.retryAt(activity, outcome);
    if (retryAt === undefined)
      return this.resolve(activity, { failed: { failure: wrapped(activity, failure) } });
    activity.attempt += 1;
    activity.usuallyAt = retryAt;
    activity.seen = this.happened();
    activity.dueAt = WAITS.includes(activity.name)
      ? Math.max(retryAt, this.now() + REST_MS)
      : retryAt;
  }

  /** A wait that looks every few seconds is left alone until something has happened, or two hours have passed. */
  wakeWaits(): void {
    for (const run of this.open())
      for (const activity of run.activities.values())
        if (activity.dueAt > activity.usuallyAt && activity.seen !== this.happened())
          activity.dueAt = Math.max(activity.usuallyAt, this.now());
  }

  private retryAt(activity: Scheduled, outcome: Outcome): number | undefined {
    const { retry, attempt, scheduledAt, scheduleToCloseMs } = activity;
    const thrown = 'thrown' in outcome ? outcome.thrown : undefined;
    if (thrown !== undefined && !(thrown instanceof ApplicationFailure))
      throw new Error('an activity let out what is no ApplicationFailure', { cause: thrown });
    if (thrown?.nonRetryable) return undefined;
    const types = (retry.nonRetryableErrorTypes ?? []) as string[];
    if (types.includes(thrown?.type ?? '')) return undefined;
    const most = Number(retry.maximumAttempts ?? 0);
    if (most > 0 && attempt >= most) return undefined;
    const initial = msOf(retry.initialInterval) ?? 1000;
    const backoff = Number(retry.backoffCoefficient ?? 2) || 2;
    const longest = msOf(retry.maximumInterval) ?? initial * 100;
    const usual = Math.min(longest, initial * backoff ** Math.min(attempt - 1, 60));
    const pauseMs = nextDelayOf(thrown) ?? usual;
    // A lost worker is noticed when its time is over.
    const noticedAt = activity.startedAt + activity.startToCloseMs;
    const endedAt = 'lost' in outcome ? Math.max(this.now(), noticedAt) : this.now();
    const at = endedAt + pauseMs;
    const isOver = scheduleToCloseMs !== undefined && at > scheduledAt + scheduleToCloseMs;
    return isOver ? undefined : Math.ceil(at);
  }

  private resolve(activity: Scheduled, result: unknown): void {
    activity.run.activities.delete(activity.seq);
    activity.run.jobs.push({ resolveActivity: { seq: activity.seq, result } });
  }
}

function nextDelayOf(thrown: ApplicationFailure | undefined): number | undefined {
  const delay = thrown?.nextRetryDelay as number | string | undefined | null;
  return delay === undefined || delay === null ? undefined : Number(delay);
}

const wrapped = (activity: Scheduled, cause: ProtoFailure): ProtoFailure => ({
  message: 'activity failed',
  activityFailureInfo: {
    activityId: String(activity.seq),
    activityType: { name: activity.name },
    identity: 'simulated',
    retryState: 0,
  },
  cause,
});
