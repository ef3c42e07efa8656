import type { Tiyn } from '../../domain/money';
import type { Result } from '../../domain/result';
import type { Sql } from '../../store/postgres/pool';
import type { Refusal } from '../commands';

/** What operators ask of the workflows. Handlers know only this; temporal.ts does it with updates. */
export type Unavailable = 'temporal_unavailable' | 'store_unavailable';

export type PreparationRefusal = 'batch_not_found' | 'batch_state' | 'batch_prepared' | Unavailable;

export type PreparedBatch = {
  readonly batchId: string;
  readonly state: string;
  readonly itemCount: number;
  readonly total: Tiyn;
  readonly preparedBy: string;
  readonly note: string | null;
};

export type ExclusionRefusal =
  'batch_not_found' | 'batch_state' | 'payout_not_found' | 'payout_state' | Unavailable;

export type ExcludedPayout = {
  readonly payoutId: string;
  readonly batchId: string;
  readonly returned: Tiyn;
  readonly itemCount: number;
  readonly total: Tiyn;
  /** Now, with `follow`; false when the wish was fulfilled before. */
  readonly isNew: boolean;
};

/** Begun anew, opened again, or closed by a person. */
export type RunChangeRefusal = 'batch_not_found' | 'batch_state' | Unavailable;

export type ChangedRun = {
  readonly batchId: string;
  readonly state: string;
  /** Now, with `follow`; false when the wish was fulfilled before. */
  readonly isNew: boolean;
  readonly itemCount: number;
  readonly total: Tiyn;
};

type RunChange = {
  readonly batchId: string;
  readonly by: string;
  readonly reason: string;
  readonly requestId: string;
  readonly follow?: (sql: Sql, changed: ChangedRun) => Promise<void>;
};

export type OpsCommands = {
  prepareBatch(input: {
    readonly batchId: string;
    readonly by: string;
    readonly note: string | null;
    readonly requestId: string;
    /** In the transaction that writes the name, here and below: only when it is written now, not when it stood there. */
    readonly follow?: (sql: Sql) => Promise<void>;
  }): Promise<Result<PreparedBatch, Refusal<PreparationRefusal>>>;
  excludePayout(input: {
    readonly batchId: string;
    readonly payoutId: string;
    readonly requestId: string;
    readonly follow?: (sql: Sql, excluded: ExcludedPayout) => Promise<void>;
  }): Promise<Result<ExcludedPayout, Refusal<ExclusionRefusal>>>;
  /** Something was written for Temporal: the relay may look at once. */
  poke(): void;
  /** Begins the workflow of a run that is not over anew; what it does next stands in Postgres. */
  restartRun(input: RunChange): Promise<Result<ChangedRun, Refusal<RunChangeRefusal>>>;
  /** A frozen run gathers again: nobody prepared it, nothing is taxed. */
  reopenRun(input: RunChange): Promise<Result<ChangedRun, Refusal<RunChangeRefusal>>>;
  /** Ends a run: what was not sent goes back, what is in flight ends by itself. */
  closeRun(input: RunChange): Promise<Result<ChangedRun, Refusal<RunChangeRefusal>>>;
  /** Resolves when Temporal answers within the time. */
  ping(timeoutMs: number): Promise<void>;
};
