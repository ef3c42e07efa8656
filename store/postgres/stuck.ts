import { RAISE_QUESTIONS } from '../../domain/conversions/standing';
import type { Tiyn } from '../../domain/money';
import { PAYEE_HOLDS } from '../../domain/payouts/readiness';
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
  'outbox_dead',
  'run_waiting',
  'run_short_of_funds',
] as const;
export type StuckKind = (typeof STUCK_KINDS)[number];

/** A message that failed this often while Temporal took others is not merely late. */
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

/** What an order may wait for by rule, and for how long, is domain/conversions/standing.ts. */
const WAITING = `array['waiting_for_shop', 'waiting_for_delivery', ${PAYEE_HOLDS.map((code) => `'${code}'`).join(', ')}]`;

/** After the release a raise may ask a person; the partial index of 0014 has the same condition. */
const ASKS_ABOUT_RAISE = `c.state in ('PAYABLE', 'PAID') and c.reason_code in (${RAISE_QUESTIONS.map((code) => `'${code}'`).join(', ')})`;

/**
 * $1 seconds without a move. Every part reads an index of what is unfinished (0009), so the whole costs by the
 * number of stuck things and not by the number of orders.
 */
const STUCK = `
  select 'payout_' || p.state as kind, p.id as subject_id, p.updated_at as since, p.reason_code,
         (select r.way_out || ' ' || r.state from payout_reviews r
           where r.payout_id = p.id and r.state in ('proposed', 'confirmed')) as note,
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
  select 'conversion_review', c.id, c.updated_at, c.reason_code, null, c.payable_tiyn, c.influencer_id, null
    from conversions c
   where ${ASKS_ABOUT_RAISE}
     and c.updated_at <= now() - make_interval(secs => $1)
  union all
  select 'conversion_overdue', c.id, c.held_until, c.reason_code, null, c.payable_tiyn, c.influencer_id, null
    from conversions c
   where c.state = 'HELD' and c.held_until <= now() - make_interval(secs => $1)
     -- The shop may be silent for 30 days after the hold, a payee for 90, before a person looks: that is no standstill.
     and not (coalesce(c.reason_code, '') = any (${WAITING}) and c.waits_since > now() - interval '90 days')
     and not exists (select from conversion_actions a where a.conversion_id = c.id and a.action = 'hold'
                        and not exists (select from conversion_actions r where r.conversion_id = c.id
                                           and r.action = 'resume' and r.id > a.id))
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
  select 'outbox_dead', d.id::text, d.dead_at, null, d.topic || ' ' || d.subject_id || ', ' || d.last_error,
         null, null, null
    from outbox_dead_letters d
  union all
  select 'run_waiting', b.id, coalesce(b.frozen_at, b.created_at), null, b.state, b.total_tiyn, null, b.id
    from payout_batches b
   where b.state in ('collecting', 'freezing', 'frozen')
     and coalesce(b.frozen_at, b.created_at) <= now() - make_interval(secs => $1)
     and exists (select from payouts p where p.batch_id = b.id and p.state <> 'cancelled')
  union all
  select 'run_short_of_funds', b.id, b.waits_for_funds_since, 'provider_funds_short', b.state, b.funds_missing_tiyn, null, b.id
    from payout_batches b
   where b.state = 'approved' and b.waits_for_funds_since <= now() - make_interval(secs => $1)`;

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

export type StuckCounts = {
  readonly counts: Readonly<Record<StuckKind, number>>;
  /** Since when the oldest of all stands still. */
  readonly oldest: Date | null;
};

export async function countStuck(sql: Sql, olderThanSeconds: number): Promise<StuckCounts> {
  const { rows } = await sql.query<{ kind: StuckKind; n: number; since: Date }>(
    `select kind, count(*)::int as n, min(since) as since from (${STUCK}) s group by kind order by since`,
    [olderThanSeconds],
  );
  const found = new Map(rows.map((row) => [row.kind, row.n]));
  const counts = Object.fromEntries(STUCK_KINDS.map((kind) => [kind, found.get(kind) ?? 0]));
  return { counts: counts as Record<StuckKind, number>, oldest: rows[0]?.since ?? null };
}

export const TASKS = [
  'runs_to_prepare',
  'runs_to_approve',
  'payouts_unknown',
  'payouts_in_review',
  'ways_out_to_decide',
  'dead_letters',
  'write_offs_to_decide',
  'conversions_in_review',
  'tax_claims_pending',
  'tax_decisions_to_decide',
  'people_flagged',
  'link_reports_open',
] as const;
export type Task = (typeof TASKS)[number];

/** How many of each wait for a person, and since when the oldest of each. */
export type ToDo = Readonly<Record<Task, { readonly n: number; readonly since: Date | null }>>;

export async function readToDo(sql: Sql): Promise<ToDo> {
  const { rows } = await sql.query<{ task: Task; n: number; since: Date | null }>(
    `select 'runs_to_prepare' as task, count(*)::int as n, min(b.created_at) as since
       from payout_batches b
      where b.prepared_by is null and b.state in ('collecting', 'frozen')
        and exists (select from payouts p where p.batch_id = b.id and p.state <> 'cancelled')
     union all
     select 'runs_to_approve', count(*)::int, min(frozen_at)
       from payout_batches where state = 'frozen' and item_count > 0 and prepared_by is not null
     union all
     select 'payouts_unknown', count(*)::int, min(updated_at) from payouts where state = 'unknown'
     union all
     select 'payouts_in_review', count(*)::int, min(updated_at) from payouts where state = 'review'
     union all
     select 'ways_out_to_decide', count(*)::int, min(proposed_at) from payout_reviews where state = 'proposed'
     union all
     select 'dead_letters', count(*)::int, min(dead_at) from outbox_dead_letters
     union all
     select 'write_offs_to_decide', count(*)::int, min(proposed_at) from debt_write_offs where decision is null
     union all
     select 'conversions_in_review', count(*)::int, min(updated_at)
       from (select updated_at from conversions where state = 'REVIEW'
             union all select c.updated_at from conversions c where ${ASKS_ABOUT_RAISE}) asked
     union all
     select 'tax_claims_pending', count(*)::int, min(created_at) from payee_statuses s
      where state = 'pending'
        and not exists (select from tax_decisions p where p.status_id = s.id and p.verdict is null)
     union all
     select 'tax_decisions_to_decide', count(*)::int, min(p.proposed_at)
       from tax_decisions p join payee_statuses s on s.id = p.status_id
      where p.verdict is null and s.state = 'pending'
     union all
     select 'people_flagged', count(distinct influencer_id)::int, min(raised_at) from review_flags
     union all
     select 'link_reports_open', count(*)::int, min(created_at) from link_reports where state = 'open'`,
  );
  return Object.fromEntries(rows.map(({ task, n, since }) => [task, { n, since }])) as ToDo;
}

export type OutboxLag = {
  readonly waiting: number;
  readonly failing: number;
  /** Given up by the relay: they wait for a person. */
  readonly dead: number;
  readonly oldest_seconds: number | null;
};

/** Messages for Temporal that are not delivered yet. */
export async function readOutboxLag(sql: Sql): Promise<OutboxLag> {
  const { rows } = await sql.query<OutboxLag>(
    `select count(*)::int as waiting, (count(*) filter (where attempts > $1))::int as failing,
            (select count(*) from outbox_dead_letters)::int as dead,
            extract(epoch from now() - min(created_at))::int as oldest_seconds
       from outbox`,
    [OUTBOX_FAILING_ATTEMPTS],
  );
  return rows[0]!;
}
