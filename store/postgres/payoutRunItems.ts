import type { Pool } from 'pg';

import type { Tiyn } from '../../domain/money';
import type { Sql } from './pool';

/** Payouts of a run as its workflow works through them. */

export type RunCounts = {
  readonly items: number;
  readonly total: Tiyn;
  readonly paid: number;
  readonly refused: number;
  readonly unknown: number;
  readonly review: number;
  /** Neither settled nor with a person: the run is not over. */
  readonly open: number;
};

/** Nothing the platform does by itself is left to do for these. */
const SETTLED = `('paid', 'refused', 'cancelled', 'review')`;

export async function countRun(sql: Sql, batchId: string): Promise<RunCounts> {
  const { rows } = await sql.query<RunCounts>({
    name: 'run_counts',
    text: `select coalesce(b.item_count, s.live)::int as items, coalesce(b.total_tiyn, s.gathered)::bigint as total,
                  s.paid, s.refused, s.unknown, s.review, s.open
             from payout_batches b
            cross join lateral (
              select (count(*) filter (where state <> 'cancelled'))::int as live,
                     coalesce(sum(amount_tiyn) filter (where state <> 'cancelled'), 0) as gathered,
                     (count(*) filter (where state = 'paid'))::int as paid,
                     (count(*) filter (where state in ('refused', 'cancelled') and (b.approved_at is null or approval_id is not null)))::int as refused,
                     (count(*) filter (where state = 'unknown'))::int as unknown,
                     (count(*) filter (where state = 'review'))::int as review,
                     (count(*) filter (where state not in ${SETTLED}))::int as open
                from payouts where batch_id = b.id
            ) s
            where b.id = $1`,
    values: [batchId],
  });
  const row = rows[0];
  if (!row) throw new Error(`no payout batch ${batchId}`);
  return row;
}

export type SendItem = { readonly id: string; readonly net: Tiyn; readonly started: boolean };

/**
 * Approved payouts that are not settled, by id. One that was handed out before is listed again: its workflow id makes
 * that harmless, and a run that begins anew finds those whose workflow was lost.
 */
export async function itemsToSend(
  sql: Sql,
  batchId: string,
  after: string,
  limit: number,
): Promise<SendItem[]> {
  const { rows } = await sql.query<SendItem>({
    name: 'run_items_to_send',
    text: `select id, net_tiyn as net, started_at is not null as started from payouts
            where batch_id = $1 and id > $2 and approval_id is not null and state in ('reserved', 'submitting', 'unknown')
            order by id limit $3`,
    values: [batchId, after, limit],
  });
  return rows;
}

/** One look at the provider's balance at a time is turned into starts: two runs must not both count on one tenge. */
export async function lockFunds(sql: Sql): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(hashtext('payout funds'))`);
}

/** Between a look at the balance and the lock. Worker clocks differ from the database's by less. */
const BALANCE_AGE_SECONDS = 10;

/**
 * What a balance seen at `seenAt` (the database's clock) may still have to pay: everything handed out and not settled,
 * whether or not the provider has booked it already, and what was settled around the look. Counting a booked payout
 * twice only waits longer; not counting one would have it refused for want of money.
 */
export async function spokenFor(sql: Sql, seenAt: Date): Promise<Tiyn> {
  const { rows } = await sql.query<{ total: Tiyn }>({
    name: 'payouts_spoken_for',
    text: `select (select coalesce(sum(net_tiyn), 0) from payouts
                    where state in ('reserved', 'submitting', 'unknown') and started_at is not null)::bigint
                + (select coalesce(sum(net_tiyn), 0) from payouts
                    where state = 'paid' and settled_at >= $1::timestamptz - make_interval(secs => ${BALANCE_AGE_SECONDS}))::bigint as total`,
    values: [seenAt],
  });
  return rows[0]!.total;
}

export async function markStarted(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.query({
    name: 'payouts_started',
    text: 'update payouts set started_at = now() where id = any ($1::text[]) and started_at is null',
    values: [ids],
  });
}

/** Of a run's approved payouts that are not handed out yet. */
export async function unstartedTotal(sql: Sql, batchId: string): Promise<Tiyn> {
  const { rows } = await sql.query<{ total: Tiyn }>(
    `select coalesce(sum(net_tiyn), 0)::bigint as total from payouts
      where batch_id = $1 and approval_id is not null and state = 'reserved' and started_at is null`,
    [batchId],
  );
  return rows[0]!.total;
}

export async function databaseNow(sql: Sql): Promise<Date> {
  const { rows } = await sql.query<{ now: Date }>('select clock_timestamp() as now');
  return rows[0]!.now;
}

/** `missing` null: there is money. Since when it is short stays the first moment. True when that is news. */
export async function noteFunds(sql: Sql, batchId: string, missing: Tiyn | null): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update payout_batches
        set funds_missing_tiyn = $2,
            waits_for_funds_since = case when $2::bigint is null then null else coalesce(waits_for_funds_since, now()) end
      where id = $1 and state in ('frozen', 'approved') and funds_missing_tiyn is distinct from $2::bigint`,
    [batchId, missing],
  );
  return rowCount === 1;
}

/** Payouts of a run that ended unsent, in pages; the platform gives them back. */
export async function itemsToReturn(
  pool: Pool,
  batchId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from payouts where batch_id = $1 and id > $2 and state in ('requested', 'reserved') order by id limit $3`,
    [batchId, after, limit],
  );
  return rows.map((row) => row.id);
}

/**
 * Drops every tax of a run that is not approved: they are fixed anew for another day, or when a run that was opened
 * again is frozen. The caller holds the run's row lock.
 */
export async function dropTaxes(sql: Sql, batchId: string): Promise<void> {
  await sql.query(
    `with dropped as (
       update payouts
          set state = 'requested', regime = null, payment_date = null, net_tiyn = null, tax_tiyn = null, tax_trace = null,
              tax_cumulative = null, updated_at = now()
        where batch_id = $1 and state = 'reserved'
       returning id
     ), lines as (
       delete from payout_withholdings w using dropped d where w.payout_id = d.id
     )
     insert into payout_history (payout_id, from_state, to_state) select id, 'reserved', 'requested' from dropped`,
    [batchId],
  );
}

/** frozen → freezing: the totals of another day are counted anew, under the same preparer. */
export async function taxAnew(sql: Sql, batchId: string): Promise<void> {
  await dropTaxes(sql, batchId);
  await sql.query(
    `update payout_batches set state = 'freezing', item_count = null, total_tiyn = null, payment_date = null where id = $1`,
    [batchId],
  );
}

/** frozen → collecting: as if it had never been frozen. It gathers for its whole time again. */
export async function reopen(sql: Sql, batchId: string): Promise<void> {
  await dropTaxes(sql, batchId);
  await sql.query(
    `update payout_batches
        set state = 'collecting', reopened_at = now(), frozen_at = null, item_count = null, total_tiyn = null,
            payment_date = null, prepared_by = null, prepared_at = null, note = null,
            waits_for_funds_since = null, funds_missing_tiyn = null
      where id = $1`,
    [batchId],
  );
}
