import { formatTenge } from '../../domain/money';
import { findApproval } from '../../store/postgres/payoutApprovals';
import { loadBatch } from '../../store/postgres/payoutBatches';
import type { Approval, ApprovalOutcome } from '../../workflows/contract';

import type { PayoutDeps } from './deps';

export type ApproveInput = Partial<Approval> & { readonly batchId: string };

/**
 * Believes only the row that the API wrote when a second person with a fresh factor approved the run. A message with a
 * name, a made-up id or the id of another run's approval is refused, and nothing has moved by it.
 */
export async function approveBatch(
  { pool }: PayoutDeps,
  { batchId, approvalId }: ApproveInput,
): Promise<ApprovalOutcome> {
  const approval = await findApproval(pool, batchId);
  if (!approval || approval.id !== approvalId) return { kind: 'refused', code: 'not_approved' };
  if (!approval.holds) return { kind: 'refused', code: 'total_changed' };
  const batch = await loadBatch(pool, batchId);
  if (batch?.state !== 'approved' && batch?.state !== 'done')
    return { kind: 'refused', code: 'batch_state' };
  return { kind: 'approved', items: approval.itemCount, total: formatTenge(approval.total) };
}
