import type { Tiyn } from '../../domain/money';
import type { RunState } from '../../domain/payouts/runMoves';
import type { Sql } from './pool';

/** Payout runs and their items as operators see them. Brands and influencers have no way to these queries. */

export type RunView = {
  readonly id: string;
  readonly period: string;
  readonly currency: string;
  readonly state: RunState;
  /** The frozen ones, or those collected so far. */
  readonly item_count: number;
  readonly total_tiyn: Tiyn;
  /** Of payouts that are neither cancelled nor refused. */
  readonly reserved_tiyn: Tiyn;
  readonly tax_tiyn: Tiyn | null;
  readonly net_tiyn: Tiyn | null;
  /** Payouts by state. */
  readonly counts: Record<string, number>;
  readonly frozen_at: Date | null;
  readonly prepared_by: string | null;
  readonly prepared_by_name: string | null;
  readonly prepared_at: Date | null;
  readonly note: string | null;
  readonly approved_by: string | null;
  readonly approved_by_name: string | null;
  readonly approved_at: Date | null;
  readonly done_at: Date | null;
  readonly created_at: Date;
  readonly created_key: string;
  readonly waits_for_funds_since: Date | null;
  readonly funds_missing_tiyn: Tiyn | null;
  readonly closed_by: string | null;
  readonly close_reason: string | null;
  /** The reader asked for one of its payouts. */
  readonly asked_by_reader: boolean;
};

/** ISO text with all six decimals: what a cursor needs, and a Date loses. */
export const timeKey = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** $1 is the reader. */
const RUN = `
  select b.id, b.period, b.currency, b.state, b.frozen_at, b.prepared_by, b.prepared_at, b.note, b.approved_by,
         b.approved_at, b.done_at, b.created_at, b.waits_for_funds_since, b.funds_missing_tiyn, b.closed_by, b.close_reason,
         ${timeKey('b.created_at')} as created_key,
         maker.name as prepared_by_name, checker.name as approved_by_name,
         coalesce(b.item_count, items.live)::int as item_count,
         coalesce(b.total_tiyn, items.gathered)::bigint as total_tiyn,
         items.reserved::bigint as reserved_tiyn, items.tax::bigint as tax_tiyn, items.net::bigint as net_tiyn,
         items.counts,
         exists (select from payouts p
                  where p.batch_id = b.id and p.requested_by = $1 and p.state <> 'cancelled') as asked_by_reader
    from payout_batches b
    left join users maker on maker.id = b.prepared_by
    left join users checker on checker.id = b.approved_by
   cross join lateral (
     select coalesce(sum(n) filter (where state <> 'cancelled'), 0) as live,
            coalesce(sum(amount) filter (where state <> 'cancelled'), 0) as gathered,
            coalesce(sum(amount) filter (where state not in ('cancelled', 'refused')), 0) as reserved,
            case when b.frozen_at is not null
                 then coalesce(sum(tax) filter (where state not in ('cancelled', 'refused')), 0) end as tax,
            case when b.frozen_at is not null
                 then coalesce(sum(net) filter (where state not in ('cancelled', 'refused')), 0) end as net,
            coalesce(jsonb_object_agg(state, n), '{}') as counts
       from (select state, count(*) as n, sum(amount_tiyn) as amount, sum(tax_tiyn) as tax, sum(net_tiyn) as net
               from payouts where batch_id = b.id group by state) by_state
   ) items`;

export async function findRun(
  sql: Sql,
  readerId: string,
  id: string,
): Promise<RunView | undefined> {
  const { rows } = await sql.query<RunView>(`${RUN} where b.id = $2`, [readerId, id]);
  return rows[0];
}

export type RunFilter = {
  readonly state: string | undefined;
  readonly limit: number;
  /** created_key and id of the last run shown. */
  readonly after: readonly string[] | undefined;
};

/** Newest first; one row more than asked for when there is a next page. */
export async function listRuns(sql: Sql, readerId: string, filter: RunFilter): Promise<RunView[]> {
  const { rows } = await sql.query<RunView>(
    `${RUN}
      where ($2::text is null or b.state = $2)
        and ($3::timestamptz is null or (b.created_at, b.id) < ($3::timestamptz, $4::text))
      order by b.created_at desc, b.id desc limit $5`,
    [
      readerId,
      filter.state ?? null,
      filter.after?.[0] ?? null,
      filter.after?.[1] ?? null,
      filter.limit + 1,
    ],
  );
  return rows;
}

export type RunProgress = Pick<RunView, 'id' | 'state' | 'item_count' | 'total_tiyn' | 'counts'>;

/** Small enough to be asked once a second while somebody looks at a run. */
export async function readRunProgress(sql: Sql, id: string): Promise<RunProgress | undefined> {
  const { rows } = await sql.query<RunProgress>({
    name: 'run_progress',
    text: `select b.id, b.state, coalesce(b.item_count, items.live)::int as item_count,
                  coalesce(b.total_tiyn, items.gathered)::bigint as total_tiyn, items.counts
             from payout_batches b
            cross join lateral (
              select coalesce(sum(n) filter (where state <> 'cancelled'), 0) as live,
                     coalesce(sum(amount) filter (where state <> 'cancelled'), 0) as gathered,
                     coalesce(jsonb_object_agg(state, n), '{}') as counts
                from (select state, count(*) as n, sum(amount_tiyn) as amount
                        from payouts where batch_id = b.id group by state) by_state
            ) items
            where b.id = $1`,
    values: [id],
  });
  return rows[0];
}

export type RunItemView = {
  readonly id: string;
  readonly influencer_id: string;
  readonly display_name: string;
  readonly state: string;
  readonly reason_code: string | null;
  readonly gross_tiyn: Tiyn;
  readonly fee_tiyn: Tiyn;
  readonly amount_tiyn: Tiyn;
  readonly tax_tiyn: Tiyn | null;
  readonly net_tiyn: Tiyn | null;
  readonly regime: string | null;
  readonly instrument_last4: string | null;
  readonly instrument_stopped: boolean;
  readonly flags: string[];
  readonly requested_by: string;
  readonly requested_by_name: string | null;
  readonly reference: string;
  readonly provider: string | null;
  readonly provider_reference: string | null;
  readonly provider_tiyn: Tiyn | null;
  /** Amounts as text: JSON numbers would pass through floats. */
  readonly withholdings: readonly { component: string; base: string; amount: string }[];
  readonly has_workflow: boolean;
  readonly created_at: Date;
  readonly submitted_at: Date | null;
  readonly settled_at: Date | null;
};

export type RunItemFilter = {
  readonly state: string | undefined;
  readonly limit: number;
  readonly after: readonly string[] | undefined;
};

/** By id; one row more than asked for when there is a next page. */
export async function listRunItems(
  sql: Sql,
  batchId: string,
  filter: RunItemFilter,
): Promise<RunItemView[]> {
  const { rows } = await sql.query<RunItemView>(
    `select p.id, p.influencer_id, i.display_name, p.state, p.reason_code, p.gross_tiyn, p.fee_tiyn, p.amount_tiyn,
            p.tax_tiyn, p.net_tiyn, p.regime,
            coalesce(p.instrument_last4, i.instrument_last4) as instrument_last4,
            i.instrument_stopped_at is not null
              and (p.instrument_token is null or p.instrument_token = i.instrument_token) as instrument_stopped,
            array(select f.code from review_flags f where f.influencer_id = i.id order by f.code) as flags,
            p.requested_by, asker.name as requested_by_name, p.reference, p.provider, p.provider_reference,
            p.provider_tiyn, p.created_at, p.submitted_at, p.settled_at,
            b.approved_at is not null and p.state <> 'cancelled' as has_workflow,
            coalesce((select jsonb_agg(jsonb_build_object(
                        'component', w.component, 'base', w.base_tiyn::text, 'amount', w.amount_tiyn::text)
                        order by w.component)
                        from payout_withholdings w where w.payout_id = p.id), '[]') as withholdings
       from payouts p
       join payout_batches b on b.id = p.batch_id
       join influencers i on i.id = p.influencer_id
       left join users asker on asker.id = p.requested_by
      where p.batch_id = $1 and ($2::text is null or p.state = $2) and ($3::text is null or p.id > $3)
      order by p.id limit $4`,
    [batchId, filter.state ?? null, filter.after?.[0] ?? null, filter.limit + 1],
  );
  return rows;
}
