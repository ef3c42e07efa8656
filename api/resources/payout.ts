import { formatTenge, parseTenge, tengeOrNull, type Tiyn } from '../../domain/money';
import { payoutReason } from '../../domain/payouts/reasons';
import { unwrap } from '../../domain/result';
import { findPayout, type PayoutView } from '../../store/postgres/payoutViews';
import { reviewsOf } from '../../store/postgres/payoutReviews';
import { loadWithholdings, type WithholdingRow } from '../../store/postgres/payouts';
import { insertAudit } from '../../store/postgres/audit';
import { auditOf } from '../access/audit';
import { jsonAnswer, type Answer } from '../answer';
import type { RequestedPayout } from '../commands';
import type { Handler } from '../handler';
import { proposalShape } from '../ops/payoutReviewShapes';
import { RETRY_AFTER_SECONDS, type ProblemExtra } from '../problem';
import { mayActFor } from './balance';

const providerOf = (payout: PayoutView): unknown =>
  payout.provider === null
    ? null
    : {
        name: payout.provider,
        reference: payout.provider_reference,
        amount: tengeOrNull(payout.provider_tiyn),
      };

const withholding = (row: WithholdingRow): unknown => ({
  component: row.component,
  base: formatTenge(row.base),
  amount: formatTenge(row.amount),
});

function reasonOf({ reason_code: code, reason_text: detail }: PayoutView): unknown {
  if (code === null) return null;
  const { ru, kk, en } = payoutReason(code);
  return { code, text: { ru, kk, en }, detail };
}

export const getPayout: Handler = async ({ pool }, { params }, viewer) => {
  const payout = await findPayout(pool, viewer, params['payoutId'] ?? '');
  if (!payout) return { problem: 'payout_not_found' };
  const withholdings = await loadWithholdings(pool, payout.id);
  // What colleagues wrote about it is not the payee's to read.
  const [wayOut] = viewer.scope === 'ops' ? await reviewsOf(pool, [payout.id]) : [];
  return jsonAnswer(200, {
    id: payout.id,
    batch_id: payout.batch_id,
    influencer_id: payout.influencer_id,
    state: payout.state,
    reason: reasonOf(payout),
    currency: 'KZT',
    amounts: {
      gross: formatTenge(payout.gross_tiyn),
      fee: formatTenge(payout.fee_tiyn),
      amount: formatTenge(payout.amount_tiyn),
      tax: tengeOrNull(payout.tax_tiyn),
      net: tengeOrNull(payout.net_tiyn),
    },
    withholdings: withholdings.map(withholding),
    regime: payout.regime,
    tax_trace: payout.tax_trace,
    reference: payout.reference,
    provider: providerOf(payout),
    way_out: wayOut ? proposalShape(wayOut) : null,
    created_at: payout.created_at,
    submitted_at: payout.submitted_at,
    settled_at: payout.settled_at,
  });
};

/** A refusal that may pass by itself says when to try again. */
export const retryHint = (code: string): ProblemExtra =>
  code.endsWith('_unavailable') ? { retryAfterSeconds: RETRY_AFTER_SECONDS } : {};

/** The document has checked the form; only the size can still be wrong, and no balance is that large. */
export const statedAmount = (text: string | undefined): { amount?: Tiyn } =>
  text === undefined ? {} : { amount: unwrap(parseTenge(text)) };

const requestedAnswer = (payout: RequestedPayout): Answer =>
  jsonAnswer(201, {
    id: payout.payoutId,
    batch_id: payout.batchId,
    influencer_id: payout.influencerId,
    state: payout.state,
    currency: 'KZT',
    amount: formatTenge(payout.amount),
  });

export const requestPayout: Handler = async ({ payouts }, call, viewer) => {
  const influencerId = call.params['influencerId'] ?? '';
  if (!mayActFor(viewer, influencerId)) return { problem: 'influencer_not_found' };
  const stated = (call.body as { amount?: string } | undefined)?.amount;
  const requested = await payouts.requestPayout({
    influencerId,
    ...statedAmount(stated),
    requestedBy: viewer.actorId,
    requestId: call.requestId,
    follow: async (sql, payout) => {
      const { payoutId, batchId, amount } = payout;
      await insertAudit(
        sql,
        auditOf(viewer, call, {
          action: 'payout.request',
          subjectId: payoutId,
          after: { batchId, influencerId, amount: formatTenge(amount) },
        }),
      );
      await call.claim?.store(sql, requestedAnswer(payout));
    },
  });
  if (!requested.ok) {
    const { code, ...detail } = requested.error;
    return { problem: code, ...detail, ...retryHint(code) };
  }
  return requestedAnswer(requested.value);
};
