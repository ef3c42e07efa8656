import { planPayoutOverpaid, planPayoutPosted } from '../../domain/ledger/plans';
import { formatTenge, type Tiyn } from '../../domain/money';
import { verdictOn, type ReviewFailure } from '../../domain/payouts/reviews';
import { StaleRead } from '../../store/postgres/conversionMoney';
import { LedgerError } from '../../store/postgres/ledger';
import { markConversionsPaid, moveLots } from '../../store/postgres/lots';
import { insertPayoutNotice } from '../../store/postgres/notices';
import {
  endReview,
  loadReview,
  noteAbsent,
  type ReviewRow,
} from '../../store/postgres/payoutReviews';
import {
  loadPayout,
  loadWithholdings,
  movePayout,
  takenBy,
  type PayoutRow,
} from '../../store/postgres/payouts';
import { beginAttempt } from '../../store/postgres/payoutSends';
import { retaxPayout, shrinkTaken } from '../../store/postgres/payoutTax';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { netDebts } from '../../services/netDebts';

import type { PayoutDeps } from './deps';
import { askProvider } from './lookAtPayout';
import { taxPart, type PartPaid } from './partPaid';
import { isProviderIdTaken, voidPayout } from './settlePayout';

export type ReviewInput = {
  readonly payoutId: string;
  readonly reviewId: string;
  /** The provider's delay: "not found" counts twice, this long after the last send and apart. */
  readonly absentWaitMs: number;
};

/** `ended`: done or failed, the row says which. `not_confirmed`: no such agreement of two people, nothing was done. */
export type Executed =
  | { readonly kind: 'ended' | 'not_confirmed' }
  | { readonly kind: 'again'; readonly afterMs: number };

/**
 * Does what two people agreed on, believing their row and the provider alone: whoever sent the message that led here
 * is nobody. The effect, the payout's move and the end of the row are one transaction.
 */
export async function executeReview(deps: PayoutDeps, input: ReviewInput): Promise<Executed> {
  const review = await loadReview(deps.pool, input.reviewId);
  if (!review || !isAgreed(review, input.payoutId)) return { kind: 'not_confirmed' };
  const payout = await loadPayout(deps.pool, input.payoutId);
  if (payout?.state !== 'review' || payout.net === null) return { kind: 'not_confirmed' };
  const verdict = verdictOn(review, await askProvider(deps, payout));
  if (!verdict.ok) return fail(deps, review, verdict.error);
  if (verdict.value === 'if_absent') {
    const afterMs = await waitForProof(deps, payout, review, input.absentWaitMs);
    if (afterMs > 0) return { kind: 'again', afterMs };
  }
  try {
    const failure = await takeWayOut(deps, payout, payout.net, review);
    return failure ? await fail(deps, review, failure) : { kind: 'ended' };
  } catch (thrown) {
    if (isProviderIdTaken(thrown)) return fail(deps, review, 'provider_id_taken');
    if (thrown instanceof LedgerError) return fail(deps, review, 'books_refused');
    throw thrown;
  }
}

const isAgreed = (review: ReviewRow, payoutId: string): boolean =>
  review.payoutId === payoutId &&
  review.state === 'confirmed' &&
  review.factorAt !== null &&
  review.decidedBy !== null &&
  review.decidedBy !== review.proposedBy;

async function fail(
  deps: PayoutDeps,
  review: ReviewRow,
  failure: ReviewFailure,
): Promise<Executed> {
  await endReview(deps.pool, review.id, { state: 'failed', failure });
  return { kind: 'ended' };
}

/** Ms until "not found" has been said twice, apart from each other and from the last send; 0: it has. */
async function waitForProof(
  deps: PayoutDeps,
  payout: PayoutRow,
  review: ReviewRow,
  waitMs: number,
): Promise<number> {
  const now = deps.now().getTime();
  const afterSend = (payout.sentLastAt?.getTime() ?? 0) + waitMs;
  if (now < afterSend) return afterSend - now;
  if (review.absentAt === null) {
    await noteAbsent(deps.pool, review.id, deps.now());
    return Math.max(1, waitMs);
  }
  return Math.max(0, review.absentAt.getTime() + waitMs - now);
}

async function takeWayOut(
  deps: PayoutDeps,
  payout: PayoutRow,
  net: Tiyn,
  review: ReviewRow,
): Promise<ReviewFailure | undefined> {
  switch (review.wayOut) {
    case 'paid':
      return settleAsPaid(deps, payout, net, review);
    case 'void':
      await voidPayout(
        deps,
        payout.id,
        'cancelled',
        { code: 'voided_after_review', text: 'two people agreed that nothing left' },
        ['review'],
        (sql) => done(sql, review, { returned: formatTenge(payout.amount) }),
      );
      return undefined;
    case 'resend':
      return sendAnew(deps, payout, review);
  }
}

async function done(
  sql: Sql,
  review: ReviewRow,
  effect: Readonly<Record<string, string>>,
): Promise<void> {
  if (!(await endReview(sql, review.id, { state: 'done', effect })))
    throw new StaleRead(`review ${review.id} was ended meanwhile`);
}

/**
 * Books what arrived. Less than the net: the payout shrinks to the amount whose net that is, the rest is payable again.
 * More: the payout is as approved, the surplus is the provider's to give back (`provider:<name>:differences`).
 */
async function settleAsPaid(
  deps: PayoutDeps,
  payout: PayoutRow,
  net: Tiyn,
  review: ReviewRow,
): Promise<ReviewFailure | undefined> {
  const paid = review.paid ?? 0n;
  const taken = await takenBy(deps.pool, payout.id);
  const part = paid < net ? await taxPart(deps, payout.id, taken, paid) : undefined;
  if (part === null) return 'tax_not_computable';
  const provider = deps.provider.name;
  const amount = part?.kept.amount ?? payout.amount;
  const withheld = part?.tax.lines ?? (await loadWithholdings(deps.pool, payout.id));
  const { id: payoutId, influencerId } = payout;
  const post = { payoutId, influencerId, amount, net: part?.tax.net ?? net, provider };
  const surplus = paid > net ? [planPayoutOverpaid(payoutId, provider, paid - net)] : [];
  const returned = payout.amount - amount;
  await deps.ledger.postWith([planPayoutPosted(post, withheld), ...surplus], async (sql) => {
    const moved = await movePayout(sql, {
      payoutId,
      from: ['review'],
      to: 'paid',
      ...(part && { reasonCode: 'paid_in_part' }),
      providerReference: review.providerReference ?? '',
      providerAmount: paid,
      settledAt: deps.now(),
      detail: { reviewId: review.id, approvedNet: formatTenge(net), arrived: formatTenge(paid) },
    });
    if (!moved) throw new StaleRead(`payout ${payoutId} was settled meanwhile`);
    if (part) await giveBack(sql, payoutId, part);
    await markConversionsPaid(
      sql,
      { payoutId },
      taken.map((each) => each.conversionId),
    );
    const told = { net: formatTenge(paid) };
    if (part)
      await insertPayoutNotice(sql, payoutId, 'payout_paid_in_part', {
        ...told,
        returned: formatTenge(returned),
      });
    else await insertPayoutNotice(sql, payoutId, 'payout_paid', told);
    await done(sql, review, { arrived: formatTenge(paid), returned: formatTenge(returned) });
  });
  if (part) await netDebts(deps, influencerId);
  return undefined;
}

async function giveBack(sql: Sql, payoutId: string, part: PartPaid): Promise<void> {
  const { amount, gross, back } = part.kept;
  await retaxPayout(sql, { ...part.tax, payoutId, amount, gross });
  await shrinkTaken(sql, payoutId, back);
  await moveLots(sql, back, -1);
}

/** A new attempt under a new reference; from there it goes like any first send. */
async function sendAnew(
  deps: PayoutDeps,
  payout: PayoutRow,
  review: ReviewRow,
): Promise<undefined> {
  await inTransaction(deps.pool, async (sql) => {
    const moved = await movePayout(sql, {
      payoutId: payout.id,
      from: ['review'],
      to: 'reserved',
      reasonCode: 'sent_anew',
      detail: { reviewId: review.id, endedReference: payout.reference },
    });
    if (!moved) throw new StaleRead(`payout ${payout.id} was settled meanwhile`);
    await beginAttempt(sql, payout.id);
    await insertPayoutNotice(sql, payout.id, 'payout_resent', {});
    await done(sql, review, { attempt: String(payout.attempt + 1) });
  });
}
