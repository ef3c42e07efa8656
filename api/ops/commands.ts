import type { Tiyn } from '../../domain/money';
import type { Result } from '../../domain/result';
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
};

export type OpsCommands = {
  prepareBatch(input: {
    readonly batchId: string;
    readonly by: string;
    readonly note: string | null;
    readonly requestId: string;
  }): Promise<Result<PreparedBatch, Refusal<PreparationRefusal>>>;
  excludePayout(input: {
    readonly batchId: string;
    readonly payoutId: string;
    readonly requestId: string;
  }): Promise<Result<ExcludedPayout, Refusal<ExclusionRefusal>>>;
  /** Something was written for Temporal: the relay may look at once. */
  poke(): void;
  /** Resolves when Temporal answers within the time. */
  ping(timeoutMs: number): Promise<void>;
};
