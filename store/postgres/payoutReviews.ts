import type { Tiyn } from '../../domain/money';
import type { ReviewFailure, ReviewState, WayOut } from '../../domain/payouts/reviews';
import type { Page } from './page';
import { timeKey } from './payoutRuns';
import type { Sql } from './pool';

/** Ways out of payouts in review: proposed by one person, confirmed by another. Operators only. */
export type ReviewRow = {
  readonly id: string;
  readonly payoutId: string;
  readonly wayOut: WayOut;
  readonly providerReference: string | null;
  readonly paid: Tiyn | null;
  readonly reason: string;
  readonly state: ReviewState;
  readonly proposedBy: string;
  readonly proposedByName: string | null;
  readonly proposedAt: Date;
  readonly decidedBy: string | null;
  readonly decidedByName: string | null;
  readonly decidedAt: Date | null;
  readonly factorAt: Date | null;
  readonly decisionNote: string | null;
  readonly absentAt: Date | null;
  readonly failure: ReviewFailure | null;
  readonly effect: Readonly<Record<string, string>> | null;
  readonly endedAt: Date | null;
};

const REVIEW = `
  select r.id, r.payout_id as "payoutId", r.way_out as "wayOut", r.provider_reference as "providerReference",
         r.paid_tiyn as paid, r.reason, r.state, r.proposed_by as "proposedBy", maker.name as "proposedByName",
         r.proposed_at as "proposedAt", r.decided_by as "decidedBy", checker.name as "decidedByName",
         r.decided_at as "decidedAt", r.factor_at as "factorAt", r.decision_note as "decisionNote",
         r.absent_at as "absentAt", r.failure, r.effect, r.ended_at as "endedAt"
    from payout_reviews r
    left join users maker on maker.id = r.proposed_by
    left join users checker on checker.id = r.decided_by`;

/** With `lock`, the row stays as it is until the caller commits. */
export async function loadReview(
  sql: Sql,
  reviewId: string,
  lock = false,
): Promise<ReviewRow | undefined> {
  const { rows } = await sql.query<ReviewRow>(
    `${REVIEW} where r.id = $1 ${lock ? 'for update of r' : ''}`,
    [reviewId],
  );
  return rows[0];
}

/** Newest first: what was proposed for these payouts, the open one among them. */
export async function reviewsOf(sql: Sql, payoutIds: readonly string[]): Promise<ReviewRow[]> {
  const { rows } = await sql.query<ReviewRow>(
    `${REVIEW} where r.payout_id = any ($1::text[]) order by r.proposed_at desc, r.id desc`,
    [payoutIds],
  );
  return rows;
}

export type NewReview = Pick<
  ReviewRow,
  'id' | 'payoutId' | 'wayOut' | 'providerReference' | 'paid' | 'reason' | 'proposedBy'
>;

export async function insertReview(sql: Sql, review: NewReview): Promise<void> {
  await sql.query(
    `insert into payout_reviews (id, payout_id, way_out, provider_reference, paid_tiyn, reason, proposed_by)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      review.id,
      review.payoutId,
      review.wayOut,
      review.providerReference,
      review.paid,
      review.reason,
      review.proposedBy,
    ],
  );
}

export async function decideReview(
  sql: Sql,
  decision: {
    readonly id: string;
    readonly state: 'confirmed' | 'refused';
    readonly by: string;
    readonly factorAt: Date | null;
    readonly note: string | null;
  },
): Promise<void> {
  await sql.query(
    `update payout_reviews set state = $2, decided_by = $3, decided_at = now(), factor_at = $4, decision_note = $5
      where id = $1 and state = 'proposed'`,
    [decision.id, decision.state, decision.by, decision.factorAt, decision.note],
  );
}

/** The first of two "not found"; later ones do not move it. */
export async function noteAbsent(sql: Sql, reviewId: string, at: Date): Promise<void> {
  await sql.query('update payout_reviews set absent_at = coalesce(absent_at, $2) where id = $1', [
    reviewId,
    at,
  ]);
}

/** Ends a confirmed one, once. False: somebody ended it meanwhile. */
export async function endReview(
  sql: Sql,
  reviewId: string,
  end:
    | { readonly state: 'done'; readonly effect: Readonly<Record<string, string>> }
    | { readonly state: 'failed'; readonly failure: ReviewFailure },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update payout_reviews set state = $2, effect = $3::jsonb, failure = $4, ended_at = now()
      where id = $1 and state = 'confirmed'`,
    [
      reviewId,
      end.state,
      end.state === 'done' ? JSON.stringify(end.effect) : null,
      end.state === 'failed' ? end.failure : null,
    ],
  );
  return rowCount === 1;
}

export type UnderReview = {
  readonly id: string;
  readonly batchId: string;
  readonly influencerId: string;
  readonly influencerName: string;
  readonly requestedBy: string;
  readonly state: string;
  readonly reasonCode: string | null;
  readonly since: Date;
  readonly sinceKey: string;
  readonly amount: Tiyn;
  readonly net: Tiyn | null;
  readonly attempt: number;
  readonly sends: number;
  readonly reference: string;
  readonly provider: string | null;
  readonly providerReference: string | null;
  readonly providerAmount: Tiyn | null;
  readonly toldState: string | null;
  readonly toldAt: Date | null;
};

const UNDER_REVIEW = `
  select p.id, p.batch_id as "batchId", p.influencer_id as "influencerId", i.display_name as "influencerName",
         p.requested_by as "requestedBy", p.state, p.reason_code as "reasonCode", p.updated_at as since,
         ${timeKey('p.updated_at')} as "sinceKey", p.amount_tiyn as amount, p.net_tiyn as net, p.attempt, p.sends,
         p.reference, p.provider, p.provider_reference as "providerReference", p.provider_tiyn as "providerAmount",
         p.told_state as "toldState", p.told_at as "toldAt"
    from payouts p join influencers i on i.id = p.influencer_id`;

/** The longest waiting first; one more than asked for when there is a next page. */
export async function listUnderReview(sql: Sql, page: Page): Promise<UnderReview[]> {
  const { rows } = await sql.query<UnderReview>(
    `${UNDER_REVIEW}
      where p.state = 'review' and ($1::timestamptz is null or (p.updated_at, p.id) > ($1::timestamptz, $2::text))
      order by p.updated_at, p.id limit $3`,
    [page.after?.[0] ?? null, page.after?.[1] ?? null, page.limit + 1],
  );
  return rows;
}

/** In any state; with `lock`, it stays as it is until the caller commits. */
export async function loadUnderReview(
  sql: Sql,
  payoutId: string,
  lock = false,
): Promise<UnderReview | undefined> {
  const { rows } = await sql.query<UnderReview>(
    `${UNDER_REVIEW} where p.id = $1 ${lock ? 'for update of p' : ''}`,
    [payoutId],
  );
  return rows[0];
}

export async function providerIdTaken(
  sql: Sql,
  payoutId: string,
  provider: string | null,
  providerReference: string,
): Promise<boolean> {
  const { rows } = await sql.query<{ taken: boolean }>(
    `select exists (select from payouts where provider = $2 and provider_reference = $3 and id <> $1) as taken`,
    [payoutId, provider, providerReference],
  );
  return rows[0]?.taken ?? false;
}
