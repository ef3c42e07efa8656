import { randomBytes } from 'node:crypto';

import { idFromBytes } from '../../domain/ids';
import { formatTenge, parseTenge, type Tiyn } from '../../domain/money';
import type { WayOut } from '../../domain/payouts/reviews';
import { unwrap } from '../../domain/result';
import { insertAudit } from '../../store/postgres/audit';
import { insertOutbox } from '../../store/postgres/outbox';
import {
  decideReview,
  insertReview,
  listUnderReview,
  loadReview,
  loadUnderReview,
  providerIdTaken,
  reviewsOf,
  type ReviewRow,
  type UnderReview,
} from '../../store/postgres/payoutReviews';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { hintByHand } from '../../store/postgres/providerCallbacks';
import { auditOf } from '../access/audit';
import type { Viewer } from '../access/viewer';
import { jsonAnswer } from '../answer';
import type { Call, Handler } from '../handler';
import { pageOf } from '../page';
import type { Refusal } from '../reply';
import { caseShape, proposalShape } from './payoutReviewShapes';
import { readTimePage } from './timePage';

type Proposing = {
  readonly way_out: WayOut;
  readonly provider_reference?: string;
  readonly paid?: string;
  readonly reason: string;
};

export const listPayoutReviews: Handler = async ({ pool, ops }, { query }, viewer) => {
  const page = readTimePage(query);
  if (!page.ok) return page.error;
  const rows = await listUnderReview(pool, page.value);
  const proposals = await reviewsOf(
    pool,
    rows.map((row) => row.id),
  );
  const shape = (row: UnderReview): unknown =>
    caseShape(
      row,
      proposals.filter((one) => one.payoutId === row.id),
      viewer,
      ops,
    );
  return jsonAnswer(
    200,
    pageOf(rows, page.value, (row) => [row.sinceKey, row.id], shape),
  );
};

export const getPayoutReview: Handler = async ({ pool, ops }, { params }, viewer) => {
  const payout = await loadUnderReview(pool, params['payoutId'] ?? '');
  if (!payout) return { problem: 'payout_not_found' };
  const proposals = await reviewsOf(pool, [payout.id]);
  return jsonAnswer(200, caseShape(payout, proposals, viewer, ops));
};

/**
 * What one person wants done. Nothing moves yet; but what the provider has said already is not contradicted even in a
 * proposal, so that nobody has to refuse what cannot be done.
 */
export const proposePayoutWayOut: Handler = async ({ pool }, call, viewer) => {
  const wanted = call.body as Proposing;
  const paid = wanted.paid === undefined ? null : unwrap(parseTenge(wanted.paid));
  if (paid === 0n) return { problem: 'paid_amount_invalid' };
  return inTransaction(pool, async (sql) => {
    const payout = await lockedInReview(sql, call);
    if ('problem' in payout) return payout;
    const providerReference = wanted.provider_reference ?? null;
    const refusal = await refuseProposal(sql, payout, wanted.way_out, providerReference, paid);
    if (refusal) return refusal;
    const id = idFromBytes('payoutReview', randomBytes(16));
    const { way_out: wayOut, reason } = wanted;
    const proposedBy = viewer.actorId;
    await insertReview(sql, {
      id,
      payoutId: payout.id,
      wayOut,
      providerReference,
      paid,
      reason,
      proposedBy,
    });
    const figures = paid === null ? {} : { paid: formatTenge(paid) };
    const after = { reviewId: id, way_out: wayOut, reason, ...figures };
    await audit(sql, call, viewer, 'payout.propose_way_out', payout.id, after);
    return answerWith(sql, call, 201, id);
  });
};

async function refuseProposal(
  sql: Sql,
  payout: UnderReview,
  wayOut: WayOut,
  providerReference: string | null,
  paid: Tiyn | null,
): Promise<Refusal | undefined> {
  const earlier = await reviewsOf(sql, [payout.id]);
  if (earlier.some(({ state }) => state === 'proposed' || state === 'confirmed'))
    return { problem: 'review_open' };
  if (payout.toldState === 'paid') {
    if (wayOut !== 'paid') return { problem: 'provider_says_otherwise' };
    const { providerReference: toldId, providerAmount: toldAmount } = payout;
    const differs =
      (toldId !== null && toldId !== providerReference) ||
      (toldAmount !== null && toldAmount !== paid);
    if (differs) return { problem: 'provider_says_otherwise' };
  }
  const isTaken =
    providerReference !== null &&
    (await providerIdTaken(sql, payout.id, payout.provider, providerReference));
  return isTaken ? { problem: 'provider_id_taken' } : undefined;
}

/**
 * The second person. A yes is a row with who, when and the time of their factor, and a message to the payout's workflow
 * in the same transaction; the effect believes only the row.
 */
export const decidePayoutWayOut: Handler = async ({ pool }, call, viewer) => {
  const { decision, note = null } = call.body as {
    decision: 'confirm' | 'refuse';
    note?: string | null;
  };
  return inTransaction(pool, async (sql) => {
    const payout = await lockedInReview(sql, call);
    if ('problem' in payout) return payout;
    const review = await loadReview(sql, call.params['reviewId'] ?? '', true);
    if (review?.payoutId !== payout.id) return { problem: 'review_not_found' };
    if (review.state !== 'proposed') return { problem: 'review_decided' };
    if (isParty(review, payout, viewer)) return { problem: 'approver_is_requester' };
    const isYes = decision === 'confirm';
    await decideReview(sql, {
      id: review.id,
      state: isYes ? 'confirmed' : 'refused',
      by: viewer.actorId,
      factorAt: factorOf(viewer),
      note,
    });
    if (isYes)
      await insertOutbox(sql, {
        topic: 'payout.item',
        subjectId: payout.id,
        payload: { batchId: payout.batchId, reviewId: review.id },
      });
    const action = isYes ? 'payout.confirm_way_out' : 'payout.refuse_way_out';
    const after = { reviewId: review.id, way_out: review.wayOut, ...(note && { note }) };
    await audit(sql, call, viewer, action, payout.id, after);
    return answerWith(sql, call, 200, review.id);
  });
};

/** Who proposed it, or asked for the money, does not confirm it. */
const isParty = (review: ReviewRow, payout: UnderReview, viewer: Viewer): boolean =>
  viewer.actorId === review.proposedBy || viewer.actorId === payout.requestedBy;

const factorOf = ({ via }: Viewer): Date | null =>
  via.kind === 'session' ? new Date(via.session.factorAtMs) : null;

/** A question to the provider now; its answer stands in the review a moment later and moves nothing. */
export const lookAtPayout: Handler = async ({ pool }, call, viewer) =>
  inTransaction(pool, async (sql) => {
    const payout = await lockedInReview(sql, call);
    if ('problem' in payout) return payout;
    const asked = await hintByHand(sql, payout.id, call.requestId);
    if (asked) await audit(sql, call, viewer, 'payout.ask_provider', payout.id, {});
    return jsonAnswer(202, { asked });
  });

/** Locked: it leaves the review, or is decided on, before or after this, never in between. */
async function lockedInReview(sql: Sql, call: Call): Promise<UnderReview | Refusal> {
  const payout = await loadUnderReview(sql, call.params['payoutId'] ?? '', true);
  if (!payout) return { problem: 'payout_not_found' };
  return payout.state === 'review' ? payout : { problem: 'payout_not_in_review' };
}

async function answerWith(
  sql: Sql,
  call: Call,
  status: 200 | 201,
  reviewId: string,
): Promise<ReturnType<typeof jsonAnswer>> {
  const review = await loadReview(sql, reviewId);
  const answer = jsonAnswer(status, proposalShape(review!));
  await call.claim?.store(sql, answer);
  return answer;
}

const audit = (
  sql: Sql,
  call: Call,
  viewer: Viewer,
  action: string,
  subjectId: string,
  after: Readonly<Record<string, unknown>>,
): Promise<void> => insertAudit(sql, auditOf(viewer, call, { action, subjectId, after }));
