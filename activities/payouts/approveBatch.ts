import { formatTenge } from '../../domain/money';
import {
  loadBatch,
  requestersOf,
  setApproved,
  type BatchRow,
} from '../../store/postgres/payoutBatches';
import { inTransaction } from '../../store/postgres/pool';
import { FAILURE, type ApprovalOutcome } from '../../workflows/contract';
import { final } from '../failures';

import type { PayoutDeps } from './deps';

export type ApproveInput = {
  readonly batchId: string;
  readonly approvedBy: string;
  readonly expectedTotal?: string;
};

/**
 * The second person's yes, checked and written under the batch's row lock: whoever prepared the run or asked for
 * any of the payouts cannot approve them (ASVS 2.3.5), and a total the approver did not see is not approved.
 */
export function approveBatch(deps: PayoutDeps, input: ApproveInput): Promise<ApprovalOutcome> {
  return inTransaction(deps.pool, async (sql) => {
    const batch = await loadBatch(sql, input.batchId, true);
    if (!batch) throw final(FAILURE.invalidInput, `no payout batch ${input.batchId}`);
    if (batch.state === 'approved' && batch.approvedBy === input.approvedBy) return approved(batch);
    if (batch.state !== 'frozen') return { kind: 'refused', code: 'batch_state' };
    if ((batch.itemCount ?? 0) === 0) return { kind: 'refused', code: 'batch_empty' };
    if (
      input.expectedTotal !== undefined &&
      input.expectedTotal !== formatTenge(batch.total ?? 0n)
    ) {
      return { kind: 'refused', code: 'total_changed' };
    }
    if (batch.preparedBy === input.approvedBy)
      return { kind: 'refused', code: 'approver_is_requester' };
    const requesters = await requestersOf(sql, input.batchId);
    if (requesters.includes(input.approvedBy))
      return { kind: 'refused', code: 'approver_is_requester' };
    await setApproved(sql, input.batchId, input.approvedBy);
    return approved(batch);
  });
}

const approved = (batch: BatchRow): ApprovalOutcome => ({
  kind: 'approved',
  items: batch.itemCount ?? 0,
  total: formatTenge(batch.total ?? 0n),
});
