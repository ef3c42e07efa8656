import type { Tiyn } from '../../domain/money';
import type { Sql } from './pool';

/** What has not moved for too long, over all tenants; for operators only. */
export const STUCK_KINDS = [
  'payout_unknown',
  'payout_submitting',
  'payout_review',
  'payout_not_sent',
  'conversion_review',
  'conversion_overdue',
  'conversion_not_started',
  'outbox_failing',
  'run_waiting',
] as const;
export type StuckKind = (typeof STUCK_KINDS)[number];

/** A message that was tried this often is not merely late. */
export const OUTBOX_FAILING_ATTEMPTS = 5;

export type StuckRow = {
  readonly kind: StuckKind;
  readonly subject_id: string;
  readonly since: Date;
  readonly reason_code: string | null;
  readonly note: string | null;
  readonly amount_tiyn: Tiyn | null;
  readonly influencer_id: string | null;
  readonly influencer_name: string | null;
  readonly batch_id: string | null;
};

/**
 * $1 seconds without a move. Every part reads an index of what is unfinished (0009), so the whole costs by the
 * number of stuck things and not by the number of orders.
 */
const STUCK = `
  select 'payout_' || p.state as kind, p.id as subject_id, p.updated_at as since, p.reason_code, null as note,
         coalesce(p.net_tiyn, p.amount_tiyn) as amount_tiyn, p.influencer_id, p.batch_id
    from payouts p
   where p.state in ('unknown', 'submitting', 'review') and p.updated_at <= now() - make_interval(secs => $1)
  union all
  select 'payout_not_sent', p.id, b.approved_at, p.reason_code, null, coalesce(p.net_tiyn, p.amount_tiyn),
         p.influencer_id, p.batch_id
    from payouts p join payout_batches b on b.id = p.batch_id
   where p.state = 'reserved' and b.approved_at <= now() - make_interval(secs => $1)
  union all
  select 'conversion_review', c.id, c.updated_at, c.reason_code, null, c.payable_tiyn, c.influencer_id, null
    from conversions c
   where c.state = 'REVIEW' and c.updated_at <= now() - make_interval(secs => $1)
  union all
  select 'conversion_overdue', c.id, c.held_until, c.reason_code, null, c.payable_tiyn, c.influencer_id, null
    from conversions c
   where c.state = 'HELD' and c.held_until <= now() - make_interval(secs => $1)
  union all
  select 'conversion_not_started', c.id, c.updated_at, c.reason_code, null, c.payable_tiyn, c.influencer_id, null
    from conversions c
   where c.state = 'RECEIVED' and c.updated_at <= now() - make_interval(secs => $1)
     and not exists (select from outbox o where o.subject_id = c.id)
  union all
  select 'outbox_failing', o.id::text, o.created_at, null, o.topic || ' ' || o.subject_id || ', ' || o.attempts,
         null, null, null
    from outbox o
   where o.attempts > ${OUTBOX_FAILING_ATTEMPTS} and o.created_at <= now() - make_interval(secs => $1)
  union all
  select 'run_waiting', b.id, coalesce(b.frozen_at, b.created_at), null, b.state, b.total_tiyn, null, b.id
    from payout_batches b
   where b.state in ('collecting', 'freezing', 'frozen')
     and coalesce(b.frozen_at, b.created_at) <= now() - make_interval(secs => $1)
     and exists (select from payouts p where p.batch_id = b.id and p.state <> 'cancelled')`;

/** The oldest of each kind, at most `limit` of each, the oldest of all first. */
export async function listStuck(
  sql: Sql,
  olderThanSeconds: number,
  kind: StuckKind | undefined,
  limit: number,
): Promise<StuckRow[]> {
  const { rows } = await sql.query<StuckRow>(
    `select s.kind, s.subject_id, s.since, s.reason_code, s.note, s.amount_tiyn, s.influencer_id, s.batch_id,
            i.display_name as influencer_name
       from (select *, row_number() over (partition by kind order by since, subject_id) as place
               from (${STUCK}) every_kind where $2::text is null or kind = $2) s
       left join influencers i on i.id = s.influencer_id
      where s.place <= $3
      order by s.since, s.subject_id`,
    [olderThanSeconds, kind ?? null, limit],
  );
  return rows;
}

export async function countStuck(
  sql: Sql,
  olderThanSeconds: number,
): Promise<Readonly<Record<StuckKind, number>>> {
  const { rows } = await sql.query<{ kind: StuckKind; n: number }>(
    `select kind, count(*)::int as n from (${STUCK}) s group by kind`,
    [olderThanSeconds],
  );
  const found = new Map(rows.map((row) => [row.kind, row.n]));
  return Object.fromEntries(STUCK_KINDS.map((kind) => [kind, found.get(kind) ?? 0])) as Record<
    StuckKind,
    number
  >;
}

export type ToDo = {
  readonly runs_to_prepare: number;
  readonly runs_to_approve: number;
  readonly payouts_unknown: number;
  readonly payouts_in_review: number;
  readonly conversions_in_review: number;
  readonly tax_claims_pending: number;
  readonly people_flagged: number;
  readonly outbox_waiting: number;
  readonly outbox_failing: number;
  readonly outbox_oldest_seconds: number | null;
};

export async function readToDo(sql: Sql): Promise<ToDo> {
  const { rows } = await sql.query<ToDo>(
    `select (select count(*) from payout_batches b
              where b.prepared_by is null and b.state in ('collecting', 'frozen')
                and exists (select from payouts p where p.batch_id = b.id and p.state <> 'cancelled'))::int
              as runs_to_prepare,
            (select count(*) from payout_batches where state = 'frozen' and item_count > 0)::int as runs_to_approve,
            (select count(*) from payouts where state = 'unknown')::int as payouts_unknown,
            (select count(*) from payouts where state = 'review')::int as payouts_in_review,
            (select count(*) from conversions where state = 'REVIEW')::int as conversions_in_review,
            (select count(*) from payee_statuses where state = 'pending')::int as tax_claims_pending,
            (select count(distinct influencer_id) from review_flags)::int as people_flagged,
            o.waiting::int as outbox_waiting, o.failing::int as outbox_failing, o.oldest::int as outbox_oldest_seconds
       from (select count(*) as waiting, count(*) filter (where attempts > $1) as failing,
                    extract(epoch from now() - min(created_at)) as oldest from outbox) o`,
    [OUTBOX_FAILING_ATTEMPTS],
  );
  return rows[0]!;
}
