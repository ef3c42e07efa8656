import { formatTenge } from '../../domain/money';
import { insertAudit } from '../../store/postgres/audit';
import { findPayoutBatch } from '../../store/postgres/payoutViews';
import { inTransaction } from '../../store/postgres/pool';
import { auditOf } from '../access/audit';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import { retryHint, statedAmount } from './payout';

export const getPayoutBatch: Handler = async ({ pool }, { params }) => {
  const batch = await findPayoutBatch(pool, params['batchId'] ?? '');
  if (!batch) return { problem: 'batch_not_found' };
  return jsonAnswer(200, {
    id: batch.id,
    period: batch.period,
    state: batch.state,
    currency: 'KZT',
    item_count: batch.item_count,
    total: formatTenge(batch.total_tiyn),
    counts: batch.counts,
    frozen_at: batch.frozen_at,
    approved_by: batch.approved_by,
    approved_at: batch.approved_at,
    done_at: batch.done_at,
    created_at: batch.created_at,
  });
};

/**
 * The effect is an update of the run's workflow, which takes one person's approval once however often it is
 * sent; audit and answer are written right after. A crash in between is mended by the same request again.
 */
export const approvePayoutBatch: Handler = async ({ payouts, pool }, call, viewer) => {
  const { amount } = statedAmount(
    (call.body as { expected_total?: string } | undefined)?.expected_total,
  );
  const approved = await payouts.approveBatch({
    batchId: call.params['batchId'] ?? '',
    approvedBy: viewer.actorId,
    ...(amount === undefined ? {} : { expectedTotal: amount }),
  });
  if (!approved.ok) {
    const { code, ...detail } = approved.error;
    return { problem: code, ...detail, ...retryHint(code) };
  }
  const { batchId, state, itemCount, total, approvedBy } = approved.value;
  const answer = jsonAnswer(200, {
    id: batchId,
    state,
    item_count: itemCount,
    total: formatTenge(total),
    approved_by: approvedBy,
  });
  await inTransaction(pool, async (sql) => {
    const after = { state, items: itemCount, total: formatTenge(total) };
    await insertAudit(
      sql,
      auditOf(viewer, call, { action: 'payout_batch.approve', subjectId: batchId, after }),
    );
    await call.claim?.store(sql, answer);
  });
  return answer;
};
