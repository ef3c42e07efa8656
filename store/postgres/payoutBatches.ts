import type { Pool } from 'pg';

import type { Tiyn } from '../../domain/money';
import { runStatesBefore, type RunState } from '../../domain/payouts/runMoves';
import type { Sql } from './pool';

/** Rows of mass payouts. A batch is joined under a share lock and frozen under an exclusive one. */

export type BatchRef = { readonly id: string; readonly period: string; readonly currency: string };

/** What a run that is made now lives by, in ms. */
export type RunTimes = { readonly collectMs: number; readonly approveWithinMs: number };

/**
 * The run that requests join now, locked against freezing until the caller commits; made when there is none.
 * `day` is the Almaty date; the period counts the runs of that day. `newId` and `times` are used only if a row is made.
 * Joining is this row lock alone: Temporal only has to know the run, however many requests join it.
 */
export async function joinCollectingBatch(
  sql: Sql,
  day: string,
  newId: string,
  times: RunTimes,
): Promise<BatchRef> {
  for (;;) {
    const { rows } = await sql.query<BatchRef>(
      `select id, period, currency from payout_batches
        where state = 'collecting' and currency = 'KZT' order by created_at limit 1 for share`,
    );
    if (rows[0]) return rows[0];
    // Two first requests at once: the partial unique index lets one in, the other reads the winner's row.
    await sql.query(
      `insert into payout_batches (id, period, collect_ms, approve_within_ms)
       select $1, $2::text || '-' || (1 + count(*)), $3, $4 from payout_batches where period like $2::text || '-%'
       on conflict do nothing`,
      [newId, day, times.collectMs, times.approveWithinMs],
    );
  }
}

export type BatchRow = {
  readonly id: string;
  readonly period: string;
  readonly currency: string;
  readonly state: RunState;
  readonly itemCount: number | null;
  readonly total: Tiyn | null;
  readonly preparedBy: string | null;
  readonly note: string | null;
  readonly approvedBy: string | null;
  /** Almaty, `YYYY-MM-DD`; null until it is frozen. */
  readonly paymentDate: string | null;
  readonly doneAt: Date | null;
  /** When gathering ends, and the last moment to approve it; the latter null until it is frozen. */
  readonly collectUntil: Date;
  readonly approveUntil: Date | null;
  /** What the provider's balance lacked when it was last looked at; null when it covers the run. */
  readonly fundsMissing: Tiyn | null;
};

const BATCH_COLUMNS = `id, period, currency, state, item_count as "itemCount", total_tiyn as total,
  prepared_by as "preparedBy", note, approved_by as "approvedBy", payment_date::text as "paymentDate", done_at as "doneAt",
  funds_missing_tiyn as "fundsMissing",
  coalesce(reopened_at, created_at) + make_interval(secs => collect_ms / 1000.0) as "collectUntil",
  frozen_at + make_interval(secs => approve_within_ms / 1000.0) as "approveUntil"`;

export async function loadBatch(
  sql: Sql,
  batchId: string,
  lock = false,
): Promise<BatchRow | undefined> {
  const { rows } = await sql.query<BatchRow>(
    `select ${BATCH_COLUMNS} from payout_batches where id = $1 ${lock ? 'for update' : ''}`,
    [batchId],
  );
  return rows[0];
}

/**
 * The plain moves of a run. False when it is in no state from which the table lets it go there. Approval and the
 * moves back have functions of their own.
 */
export async function moveBatch(
  sql: Sql,
  batchId: string,
  to: 'freezing' | 'done' | 'expired',
): Promise<boolean> {
  const { rowCount } = await sql.query(
    'update payout_batches set state = $2 where id = $1 and state = any ($3::text[])',
    [batchId, to, runStatesBefore(to)],
  );
  return rowCount === 1;
}

/** Nobody joins after this; harmless when repeated. Taxes are being fixed until setBatchTotals. */
export async function closeBatch(pool: Pool, batchId: string): Promise<void> {
  await pool.query(
    "update payout_batches set state = 'freezing' where id = $1 and state = 'collecting'",
    [batchId],
  );
}

/** Everything that was to be done for a run is done. */
export async function endBatch(sql: Sql, batchId: string): Promise<void> {
  await sql.query(
    `update payout_batches set done_at = now(), waits_for_funds_since = null, funds_missing_tiyn = null
      where id = $1 and done_at is null`,
    [batchId],
  );
}

export async function closeByPerson(
  sql: Sql,
  batchId: string,
  by: string,
  reason: string,
): Promise<void> {
  await sql.query(
    `update payout_batches
        set state = 'closed', closed_by = $2, close_reason = $3, waits_for_funds_since = null, funds_missing_tiyn = null
      where id = $1`,
    [batchId, by, reason],
  );
}

export type BatchTotals = { readonly items: number; readonly total: Tiyn };

/**
 * Counts what is in the run and ends the freezing. The caller holds the run's row lock (loadBatch), taken in
 * an earlier statement: a payout that is taken out meanwhile is then either counted out or waits.
 */
export async function setBatchTotals(sql: Sql, batchId: string): Promise<BatchTotals> {
  const { rows } = await sql.query<BatchTotals>(
    `update payout_batches b
        set item_count = s.items, total_tiyn = s.total, payment_date = coalesce(s.day, b.payment_date),
            state = case b.state when 'freezing' then 'frozen' else b.state end,
            frozen_at = coalesce(b.frozen_at, now())
       from (select count(*)::int as items, coalesce(sum(net_tiyn), 0)::bigint as total, max(payment_date) as day
               from payouts where batch_id = $1 and state <> 'cancelled') s
      where b.id = $1
     returning b.item_count as items, b.total_tiyn as total`,
    [batchId],
  );
  const row = rows[0];
  if (!row) throw new Error(`no payout batch ${batchId}`);
  return row;
}

/** What has gathered in a run that is not frozen: before taxes. */
export async function gatheredTotals(sql: Sql, batchId: string): Promise<BatchTotals> {
  const { rows } = await sql.query<BatchTotals>(
    `select count(*)::int as items, coalesce(sum(amount_tiyn), 0)::bigint as total
       from payouts where batch_id = $1 and state <> 'cancelled'`,
    [batchId],
  );
  return rows[0]!;
}

/** The first person's name on a run, written once. */
export async function setPrepared(
  sql: Sql,
  batchId: string,
  preparedBy: string,
  note: string | null,
): Promise<void> {
  await sql.query(
    `update payout_batches set prepared_by = $2, prepared_at = now(), note = $3
      where id = $1 and prepared_by is null`,
    [batchId, preparedBy, note],
  );
}

export type FreezeItem = {
  readonly payoutId: string;
  readonly influencerId: string;
  readonly amount: Tiyn;
  readonly gross: Tiyn;
  readonly fee: Tiyn;
};

export async function itemsToFreeze(pool: Pool, batchId: string): Promise<FreezeItem[]> {
  const { rows } = await pool.query<FreezeItem>(
    `select id as "payoutId", influencer_id as "influencerId", amount_tiyn as amount, gross_tiyn as gross, fee_tiyn as fee
       from payouts where batch_id = $1 and state = 'requested' order by id`,
    [batchId],
  );
  return rows;
}

/** The tax position this person's last payout of the year under one regime left behind, refused ones not counted. */
export async function lastCumulative(
  sql: Sql,
  influencerId: string,
  regime: string,
  year: string,
): Promise<unknown> {
  const { rows } = await sql.query<{ tax_cumulative: unknown }>(
    `select tax_cumulative from payouts
      where influencer_id = $1 and state not in ('requested', 'refused', 'cancelled')
        and regime = $2 and payment_date >= ($3 || '-01-01')::date and tax_cumulative is not null
      order by payment_date desc, created_at desc limit 1`,
    [influencerId, regime, year],
  );
  return rows[0]?.tax_cumulative;
}

export type FrozenTax = {
  readonly payoutId: string;
  readonly regime: string;
  readonly paymentDate: string;
  readonly net: Tiyn;
  readonly tax: Tiyn;
  readonly trace: unknown;
  readonly cumulative: unknown;
  readonly lines: readonly {
    readonly component: string;
    readonly base: Tiyn;
    readonly amount: Tiyn;
  }[];
};

/** Fixes the tax of one item. Nothing happens when it is frozen already. */
export async function freezeItem(sql: Sql, frozen: FrozenTax): Promise<void> {
  await sql.query({
    name: 'payout_freeze',
    text: `with fixed as (
             update payouts
                set state = 'reserved', regime = $2, payment_date = $3::date, net_tiyn = $4, tax_tiyn = $5,
                    tax_trace = $6::jsonb, tax_cumulative = $7::jsonb, updated_at = now()
              where id = $1 and state = 'requested'
             returning id
           ), lines as (
             insert into payout_withholdings (payout_id, component, base_tiyn, amount_tiyn)
             select f.id, t.component, t.base, t.amount
               from fixed f, unnest($8::text[], $9::bigint[], $10::bigint[]) as t (component, base, amount)
           )
           insert into payout_history (payout_id, from_state, to_state) select id, 'requested', 'reserved' from fixed`,
    values: [
      frozen.payoutId,
      frozen.regime,
      frozen.paymentDate,
      frozen.net,
      frozen.tax,
      JSON.stringify(frozen.trace),
      JSON.stringify(frozen.cumulative),
      frozen.lines.map((line) => line.component),
      frozen.lines.map((line) => line.base),
      frozen.lines.map((line) => line.amount),
    ],
  });
}
