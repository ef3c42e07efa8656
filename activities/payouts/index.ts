import type {
  ApprovalOutcome,
  ExclusionOutcome,
  PreparationOutcome,
} from '../../workflows/contract';
import { withFailures } from '../failures';
import { approveBatch, type ApproveInput } from './approveBatch';
import { checkPayout, type CheckInput } from './checkPayout';
import type { PayoutAnswer, PayoutDeps, Standing } from './deps';
import { expireBatch, finishBatch, listBatchPayouts, type ListInput } from './batch';
import { excludePayout, type ExcludeInput } from './excludePayout';
import { executeReview, type Executed, type ReviewInput } from './executeReview';
import { freezeBatch, type FrozenBatch } from './freezeBatch';
import { lookAtPayout } from './lookAtPayout';
import { openPayout, type OpenInput } from './openPayout';
import { prepareBatch, type PrepareInput } from './prepareBatch';
import { flagPayout, settlePayout, type SettleInput, type Settled } from './settlePayout';
import { submitPayout, type SubmitInput } from './submitPayout';

export type PayoutActivities = {
  freezeBatch(input: { readonly batchId: string }): Promise<FrozenBatch>;
  prepareBatch(input: PrepareInput): Promise<PreparationOutcome>;
  excludePayout(input: ExcludeInput): Promise<ExclusionOutcome>;
  approveBatch(input: ApproveInput): Promise<ApprovalOutcome>;
  expireBatch(input: { readonly batchId: string }): Promise<void>;
  finishBatch(input: { readonly batchId: string }): Promise<void>;
  listBatchPayouts(input: ListInput): Promise<string[]>;
  openPayout(input: OpenInput): Promise<Standing>;
  submitPayout(input: SubmitInput): Promise<PayoutAnswer>;
  checkPayout(input: CheckInput): Promise<PayoutAnswer>;
  settlePayout(input: SettleInput): Promise<Settled>;
  flagPayout(input: { readonly payoutId: string; readonly reason: string }): Promise<void>;
  lookAtPayout(input: { readonly payoutId: string }): Promise<void>;
  executeReview(input: ReviewInput): Promise<Executed>;
};

export function createPayoutActivities(deps: PayoutDeps): PayoutActivities {
  return withFailures<PayoutActivities>({
    freezeBatch: (input) => freezeBatch(deps, input.batchId),
    prepareBatch: (input) => prepareBatch(deps, input),
    excludePayout: (input) => excludePayout(deps, input),
    approveBatch: (input) => approveBatch(deps, input),
    expireBatch: (input) => expireBatch(deps, input.batchId),
    finishBatch: (input) => finishBatch(deps, input.batchId),
    listBatchPayouts: (input) => listBatchPayouts(deps, input),
    openPayout: (input) => openPayout(deps, input),
    submitPayout: (input) => submitPayout(deps, input),
    checkPayout: (input) => checkPayout(deps, input),
    settlePayout: (input) => settlePayout(deps, input),
    flagPayout: (input) => flagPayout(deps, input.payoutId, input.reason),
    lookAtPayout: (input) => lookAtPayout(deps, input.payoutId),
    executeReview: (input) => executeReview(deps, input),
  });
}
