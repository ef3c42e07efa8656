import type { Pool } from 'pg';

import type { PayoutProvider } from '../../adapters/ports';
import type { LedgerQueue } from '../../store/postgres/ledger';
import type { ApprovalOutcome } from '../../workflows/contract';
import { withFailures } from '../failures';
import { approveBatch, type ApproveInput } from './approveBatch';
import { checkPayout } from './checkPayout';
import { expireBatch, finishBatch, listBatchPayouts, type ListInput } from './batch';
import { freezeBatch, type FrozenBatch } from './freezeBatch';
import { flagPayout, settlePayout, type SettleInput, type Settled } from './settlePayout';
import { submitPayout } from './submitPayout';

export type PayoutDeps = {
  readonly pool: Pool;
  readonly ledger: LedgerQueue;
  readonly provider: PayoutProvider;
  readonly now: () => Date;
  readonly mode: 'test' | 'live';
  /** Overrides the parameter row `base.mode`; the demo shows both. */
  readonly taxBaseMode?: 'gross' | 'after_fee';
};

/** The provider's word, as the payout workflow understands it. Amounts are decimal tenge text. */
export type PayoutAnswer =
  | { readonly kind: 'paid'; readonly providerReference: string; readonly amount: string }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  | { readonly kind: 'accepted'; readonly providerReference: string }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown' }
  /** The kill switch is on: nothing was sent. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'review'; readonly reason: string };

export type PayoutActivities = {
  freezeBatch(input: { readonly batchId: string }): Promise<FrozenBatch>;
  approveBatch(input: ApproveInput): Promise<ApprovalOutcome>;
  expireBatch(input: { readonly batchId: string }): Promise<void>;
  finishBatch(input: { readonly batchId: string }): Promise<void>;
  listBatchPayouts(input: ListInput): Promise<string[]>;
  submitPayout(input: { readonly payoutId: string }): Promise<PayoutAnswer>;
  checkPayout(input: { readonly payoutId: string }): Promise<PayoutAnswer>;
  settlePayout(input: SettleInput): Promise<Settled>;
  flagPayout(input: { readonly payoutId: string; readonly reason: string }): Promise<void>;
};

export function createPayoutActivities(deps: PayoutDeps): PayoutActivities {
  return withFailures<PayoutActivities>({
    freezeBatch: (input) => freezeBatch(deps, input.batchId),
    approveBatch: (input) => approveBatch(deps, input),
    expireBatch: (input) => expireBatch(deps, input.batchId),
    finishBatch: (input) => finishBatch(deps, input.batchId),
    listBatchPayouts: (input) => listBatchPayouts(deps, input),
    submitPayout: (input) => submitPayout(deps, input.payoutId),
    checkPayout: (input) => checkPayout(deps, input.payoutId),
    settlePayout: (input) => settlePayout(deps, input),
    flagPayout: (input) => flagPayout(deps, input.payoutId, input.reason),
  });
}
