import { formatTenge } from '../../domain/money';
import { findPayoutBatch } from '../../store/postgres/payoutViews';
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

export const approvePayoutBatch: Handler = async ({ payouts }, { params, body }, viewer) => {
  const { amount } = statedAmount(
    (body as { expected_total?: string } | undefined)?.expected_total,
  );
  const approved = await payouts.approveBatch({
    batchId: params['batchId'] ?? '',
    approvedBy: viewer.subjectId,
    ...(amount === undefined ? {} : { expectedTotal: amount }),
  });
  if (!approved.ok) {
    const { code, ...detail } = approved.error;
    return { problem: code, ...detail, ...retryHint(code) };
  }
  const batch = approved.value;
  return jsonAnswer(200, {
    id: batch.batchId,
    state: batch.state,
    item_count: batch.itemCount,
    total: formatTenge(batch.total),
    approved_by: batch.approvedBy,
  });
};
