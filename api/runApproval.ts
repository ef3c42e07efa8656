import { randomBytes } from 'node:crypto';

import type { Pool } from 'pg';

import { idFromBytes } from '../domain/ids';
import { err, ok, type Result } from '../domain/result';
import { almatyDate } from '../domain/time';
import {
  approveRun,
  findApproval,
  readStanding,
  type RunStanding,
} from '../store/postgres/payoutApprovals';
import { loadBatch, type BatchRow } from '../store/postgres/payoutBatches';
import { taxAnew } from '../store/postgres/payoutRunItems';
import { inTransaction, type Sql } from '../store/postgres/pool';
import { approve } from '../workflows/contract';
import type { ApprovedBatch, BatchApprovalRefusal, PayoutCommands, Refusal } from './commands';
import { bringNews, ensureRun, tryBeginAgain, type RunWorkflowDeps } from './runWorkflow';
import { storeTries } from './storeTries';

export type ApprovalDeps = {
  readonly pool: Pool;
  readonly runs: RunWorkflowDeps;
  readonly now: () => Date;
  /** Something was written for Temporal: the relay may look at once. */
  readonly poke: () => void;
};
type Input = Parameters<PayoutCommands['approveBatch']>[0];
type Refused = Refusal<BatchApprovalRefusal>;
type Decided = Result<
  { readonly batch: BatchRow; readonly approvalId: string; readonly approved: ApprovedBatch },
  Refused & { readonly taxedAnew?: BatchRow }
>;

/**
 * The second person's yes: checked and written in one transaction under the run's row lock, where an expiry, a payout
 * that is taken out and a change of card wait too. What is written is the approval, with its hash of what is approved;
 * the run's workflow is only told to read it. Given again by the same person it is the same approval, and begins a
 * workflow that was lost anew.
 */
export async function approveBatch(
  deps: ApprovalDeps,
  input: Input,
): Promise<Result<ApprovedBatch, Refused>> {
  const decided = await storeTries(() =>
    inTransaction(deps.pool, (sql) => decide(deps, sql, input)),
  );
  if (decided === 'store_unavailable') return err({ code: 'store_unavailable' });
  const { requestId } = input;
  if (!decided.ok) {
    const { taxedAnew, ...refusal } = decided.error;
    if (taxedAnew) {
      deps.poke();
      await tryBeginAgain(deps.runs, taxedAnew, requestId);
    }
    return err(refusal);
  }
  const { batch, approvalId, approved } = decided.value;
  if (batch.doneAt === null) {
    deps.poke();
    await bringNews(deps.runs, batch, approve, { approvalId, requestId });
  }
  return ok(approved);
}

async function decide(deps: ApprovalDeps, sql: Sql, input: Input): Promise<Decided> {
  const batch = await loadBatch(sql, input.batchId, true);
  if (!batch) return err({ code: 'batch_not_found' });
  if (batch.approvedBy === input.approver.id) return approvedBefore(sql, batch, input);
  const day = almatyDate(deps.now());
  const standing = await readStanding(sql, batch.id, day);
  const refusal = refusalOf(batch, input, standing, deps.now());
  if (refusal) return err(refusal);
  if (batch.paymentDate !== day || standing.otherDay > 0) {
    await taxAnew(sql, batch.id);
    await ensureRun(sql, batch, batch.id, input.requestId);
    return err({ code: 'payment_date_passed', taxedAnew: batch });
  }
  if (batch.total !== input.expectedTotal) return err({ code: 'total_changed' });
  const approval = {
    id: idFromBytes('payoutApproval', randomBytes(16)),
    batchId: batch.id,
    approvedBy: input.approver.id,
    role: input.approver.role,
    via: input.approver.via,
    factorAt: input.approver.factorAt,
    expectedTotal: input.expectedTotal,
    itemCount: batch.itemCount ?? 0,
    requestId: input.requestId,
  };
  await approveRun(sql, approval);
  await ensureRun(sql, batch, batch.id, input.requestId);
  const approved = approvedOf(batch, input, true);
  await input.follow?.(sql, approved);
  return ok({ batch, approvalId: approval.id, approved });
}

const approvedOf = (batch: BatchRow, { approver }: Input, isNew: boolean): ApprovedBatch => ({
  batchId: batch.id,
  state: 'approved',
  itemCount: batch.itemCount ?? 0,
  total: batch.total ?? 0n,
  approvedBy: approver.id,
  isNew,
  fundsMissing: batch.fundsMissing,
});

/** The same person's approval of the same total, given earlier: the run may have ended since. */
async function approvedBefore(sql: Sql, batch: BatchRow, input: Input): Promise<Decided> {
  if (batch.state === 'closed') return err({ code: 'batch_state' });
  if (batch.total !== input.expectedTotal) return err({ code: 'total_changed' });
  const approval = await findApproval(sql, batch.id);
  if (batch.doneAt === null) await ensureRun(sql, batch, batch.id, input.requestId);
  return ok({ batch, approvalId: approval?.id ?? '', approved: approvedOf(batch, input, false) });
}

/** What stands in the way of this person's yes, the state of the run first. */
function refusalOf(
  batch: BatchRow,
  { approver }: Input,
  standing: Omit<RunStanding, 'otherDay'>,
  now: Date,
): Refused | undefined {
  switch (batch.state) {
    case 'collecting':
    case 'freezing':
      return batch.preparedBy === null
        ? { code: 'batch_not_prepared' }
        : { code: 'batch_state', detail: 'Its taxes are being fixed: look again in a moment.' };
    case 'approved':
    case 'done':
    case 'expired':
    case 'closed':
      return { code: 'batch_state' };
    case 'frozen':
      break;
  }
  // Its time is over, whether or not the workflow has come to say so.
  if (batch.approveUntil !== null && batch.approveUntil <= now) return { code: 'batch_state' };
  if (batch.preparedBy === null) return { code: 'batch_not_prepared' };
  if (batch.preparedBy === approver.id || standing.requesters.includes(approver.id))
    return { code: 'approver_is_requester' };
  if ((batch.itemCount ?? 0) === 0)
    return { code: 'batch_state', detail: 'Nothing in the run can be paid.' };
  if (standing.moved > 0)
    return {
      code: 'batch_state',
      detail: 'The card of a payout has changed: take it out of the run.',
    };
  // Its shop was heard and the money is on its way back: whoever approved now would pay what was returned before.
  if (standing.returned > 0)
    return {
      code: 'batch_state',
      detail: 'An order of a payout has just come back: look again in a moment.',
    };
  return undefined;
}
