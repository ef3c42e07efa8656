import type { Tiyn } from '../../domain/money';
import { timeKey } from './payoutRuns';
import type { Sql } from './pool';

/** Conversions of all programmes, for operators only: no tenant wall stands in these queries. */

export type OpsConversionRow = {
  readonly id: string;
  readonly brand_id: string;
  readonly brand_name: string;
  readonly programme_id: string;
  readonly programme_name: string;
  readonly influencer_id: string | null;
  readonly influencer_name: string | null;
  readonly transaction_id: string;
  readonly event: string;
  readonly state: string;
  readonly reason_code: string | null;
  readonly order_status: string;
  readonly sale_tiyn: Tiyn;
  readonly payable_tiyn: Tiyn | null;
  readonly click_id: string | null;
  readonly held_until: Date | null;
  readonly ordered_at: Date;
  readonly received_at: Date;
  readonly updated_at: Date;
  readonly received_key: string;
  /** Held back by a person and not resumed. */
  readonly paused: boolean;
  /** The workflow that follows it when it is not its own. */
  readonly driver: string | null;
  /** Workflows of changes after its release or its end that moved something, oldest first. */
  readonly adjustments: readonly string[];
  /** A person has cancelled it, and the step that ends it is under way. */
  readonly cancelled: boolean;
  /** Who sent it to review last, if a person did. */
  readonly reviewed_by: string | null;
};

/** Exactly one of these narrows a search; the caller tells them apart by their form. */
export type ConversionKey =
  | { readonly by: 'id' | 'influencer' | 'programme' | 'payout' | 'receipt'; readonly id: string }
  | { readonly by: 'text'; readonly text: string };

export type OpsConversionFilter = {
  readonly key: ConversionKey | undefined;
  readonly state: string | undefined;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly limit: number;
  readonly after: readonly string[] | undefined;
};

/** Each is a condition an index answers; $1 is what was searched for. */
const CONDITIONS: Readonly<Record<ConversionKey['by'], string>> = {
  id: 'c.id = $1',
  influencer: 'c.influencer_id = $1',
  programme: 'c.programme_id = $1',
  payout: 'c.id in (select conversion_id from payout_lots where payout_id = $1)',
  receipt: 'c.id in (select conversion_id from receipts where id = $1)',
  text: 'c.id in (select id from conversions where transaction_id = $1 union select id from conversions where click_id = $1)',
};

/** Newest first; one row more than asked for when there is a next page. */
export async function listOpsConversions(
  sql: Sql,
  filter: OpsConversionFilter,
): Promise<OpsConversionRow[]> {
  const { key } = filter;
  const condition = key ? CONDITIONS[key.by] : '$1::text is null';
  const { rows } = await sql.query<OpsConversionRow>(
    // What people did is looked up for the rows of the page only.
    `select page.*, coalesce(a.paused, false) as paused, page.cancelled_by_action is not null as cancelled,
            a.reviewed_by, array(select h.detail ->> 'workflow' from conversion_history h
                    where h.conversion_id = page.id and h.detail ? 'workflow'
                    group by 1 order by min(h.id)) as adjustments
       from (
     select c.id, b.id as brand_id, b.name as brand_name, c.programme_id, p.name as programme_name,
            c.influencer_id, i.display_name as influencer_name, c.transaction_id, c.event, c.state, c.reason_code,
            c.order_status, c.sale_tiyn, c.payable_tiyn, c.click_id, c.held_until, c.ordered_at, c.received_at,
            c.updated_at, c.driver, c.cancelled_by_action, ${timeKey('c.received_at')} as received_key
       from conversions c
       join programmes p on p.id = c.programme_id
       join brands b on b.id = p.brand_id
       left join influencers i on i.id = c.influencer_id
      where ${condition}
        and ($2::text is null or c.state = $2)
        and ($3::timestamptz is null or c.received_at >= $3)
        and ($4::timestamptz is null or c.received_at < $4)
        and ($5::timestamptz is null or (c.received_at, c.id) < ($5::timestamptz, $6::text))
      order by c.received_at desc, c.id desc limit $7) page
      cross join lateral (
        select (array_agg(action order by id desc) filter (where action in ('hold', 'resume')))[1] = 'hold' as paused,
               (array_agg(acted_by order by id desc) filter (where action = 'review'))[1] as reviewed_by
          from conversion_actions where conversion_id = page.id
      ) a
      order by page.received_at desc, page.id desc`,
    [
      key === undefined ? null : key.by === 'text' ? key.text : key.id,
      filter.state ?? null,
      filter.from ?? null,
      filter.to ?? null,
      filter.after?.[0] ?? null,
      filter.after?.[1] ?? null,
      filter.limit + 1,
    ],
  );
  return rows;
}
