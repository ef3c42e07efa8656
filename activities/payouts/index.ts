import type {
  ApprovalOutcome,
  BatchView,
  ExclusionOutcome,
  PreparationOutcome,
  RunLook,
} from '../../workflows/contract';
import { withFailures } from '../failures';
import { approveBatch, type ApproveInput } from './approveBatch';
import { checkPayout, type CheckInput } from './checkPayout';
import type { PayoutAnswer, PayoutDeps, Standing } from './deps';
import {
  awaitDecision,
  awaitProgress,
  expireBatch,
  finishBatch,
  lookAtRun,
  returnItems,
  type ProgressInput,
  type RunInput,
} from './batch';
import { excludePayout, type ExcludeInput } from './excludePayout';
import { executeReview, type Executed, type ReviewInput } from './executeReview';
import { freezeBatch, type FrozenBatch } from './freezeBatch';
import { lookAtPayout } from './lookAtPayout';
import { openPayout, type OpenInput } from './openPayout';
import { takeWindow, type WindowInput } from './funds';
import { prepareBatch, type PrepareInput } from './prepareBatch';
import { flagPayout, settlePayout, type SettleInput, type Settled } from './settlePayout';
import { submitPayout, type SubmitInput } from './submitPayout';

export type PayoutActivities = {
  lookAtRun(input: RunInput): Promise<RunLook>;
  freezeBatch(input: RunInput): Promise<FrozenBatch>;
  prepareBatch(input: PrepareInput): Promise<PreparationOutcome>;
  excludePayout(input: ExcludeInput): Promise<ExclusionOutcome>;
  approveBatch(input: ApproveInput): Promise<ApprovalOutcome>;
  awaitDecision(input: RunInput): Promise<void>;
  takeWindow(input: WindowInput): Promise<string[]>;
  awaitProgress(input: ProgressInput): Promise<{ view: BatchView; open: number }>;
  expireBatch(input: RunInput): Promise<void>;
  returnItems(input: RunInput): Promise<void>;
  finishBatch(input: RunInput): Promise<void>;
  /** Of runs that began before `runFlows`: the same payouts under the name their histories know. */
  listBatchPayouts(input: WindowInput): Promise<string[]>;
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
    lookAtRun: (input) => lookAtRun(deps, input),
    freezeBatch: (input) => freezeBatch(deps, input.batchId),
    prepareBatch: (input) => prepareBatch(deps, input),
    excludePayout: (input) => excludePayout(deps, input),
    approveBatch: (input) => approveBatch(deps, input),
    awaitDecision: (input) => awaitDecision(deps, input),
    takeWindow: (input) => takeWindow(deps, input),
    awaitProgress: (input) => awaitProgress(deps, input),
    expireBatch: (input) => expireBatch(deps, input),
    returnItems: (input) => returnItems(deps, input),
    finishBatch: (input) => finishBatch(deps, input),
    listBatchPayouts: (input) => takeWindow(deps, input),
    openPayout: (input) => openPayout(deps, input),
    submitPayout: (input) => submitPayout(deps, input),
    checkPayout: (input) => checkPayout(deps, input),
    settlePayout: (input) => settlePayout(deps, input),
    flagPayout: (input) => flagPayout(deps, input.payoutId, input.reason),
    lookAtPayout: (input) => lookAtPayout(deps, input.payoutId),
    executeReview: (input) => executeReview(deps, input),
  });
}
