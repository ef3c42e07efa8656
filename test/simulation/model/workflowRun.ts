import type { Instance, Job } from './hosts';

export type Scheduled = {
  readonly run: Run;
  readonly seq: number;
  readonly name: string;
  readonly input: unknown;
  readonly scheduledAt: number;
  readonly startToCloseMs: number;
  readonly scheduleToCloseMs: number | undefined;
  readonly retry: any;
  attempt: number;
  /** Not before. */
  dueAt: number;
  /** When it would be tried anew by its policy, and what had happened when that was decided. */
  usuallyAt: number;
  seen: number;
  startedAt: number;
  isRunning: boolean;
};

/** What an attempt came to: a value, a failure, or a worker that was never heard of again. */
export type Outcome =
  { readonly value: unknown } | { readonly thrown: unknown } | { readonly lost: true };

export type Closed = {
  readonly kind: 'completed' | 'failed' | 'continued' | 'terminated';
  readonly value?: any;
};

export class Run {
  readonly timers = new Map<number, number>();
  readonly activities = new Map<number, Scheduled>();
  readonly updates = new Map<string, (outcome: any) => void>();
  jobs: Job[] = [];
  events = 3;
  closed: Closed | undefined;
  instance: Instance | undefined;

  constructor(
    readonly id: string,
    readonly runId: string,
    readonly type: string,
    readonly args: readonly unknown[],
  ) {}
}
