import type { ClickHouseClient } from './client';
import { rowsOf } from './rows';

/** Whose clicks, and which: an influencer's own, or those of a brand's programmes. Days are Almaty days. */
export type StatisticsScope = {
  readonly influencerId?: string | undefined;
  /** Undefined: of any programme; an empty list: of none. */
  readonly programmeIds?: readonly string[] | undefined;
  readonly linkNumber?: number | undefined;
  /** `YYYY-MM-DD`, both ends included. */
  readonly from: string;
  readonly to: string;
};

/** Clicks of every kind, those that count, and those that count once. */
export type ClickFigures = {
  readonly clicks: number;
  readonly counted: number;
  readonly unique: number;
};

/** Rows are grouped by `by`; `key` is its text, made once a group. */
type Cut = { readonly by: string; readonly key: string };
const textOf = (by: string): Cut => ({ by, key: `toString(${by})` });
const HOUR = `toStartOfHour(ts, 'Asia/Almaty')`;

/** Cuts the rollup knows; the others read the clicks themselves. */
const ROLLUP_CUTS = {
  day: textOf('day'),
  link: textOf('link_number'),
  product: textOf('product_key'),
  app: textOf('app'),
  device: textOf('device'),
  programme: textOf('programme_id'),
  influencer: textOf('influencer_id'),
  reason: textOf('reason'),
} as const;
const RAW_CUTS = {
  hour: { by: HOUR, key: `formatDateTime(${HOUR}, '%Y-%m-%dT%H:00', 'Asia/Almaty')` },
  referrer: textOf('referrer_host'),
} as const;
export type StatisticsCut = keyof typeof ROLLUP_CUTS | keyof typeof RAW_CUTS;

/** People wait for the answer; without it they are shown that clicks are not known. */
const MAX_SECONDS = 5;

/** Only the conditions that are asked for: sums that lack a column are then read instead of the rows. */
function whereOf({ influencerId, programmeIds, linkNumber }: StatisticsScope): string {
  const conditions = [
    ...(influencerId === undefined ? [] : ['influencer_id = {influencer:String}']),
    ...(programmeIds === undefined ? [] : ['programme_id in {programmes:Array(String)}']),
    ...(linkNumber === undefined ? [] : ['link_number = {link:UInt32}']),
  ];
  return conditions.map((condition) => `${condition} and `).join('');
}
const OF_DAYS = 'day >= {from:Date} and day <= {to:Date}';
/** The second condition says the same of the key of the table, a UTC day. */
const OF_CLICKS = `ts >= toDateTime({start:String}, 'Asia/Almaty')
  and ts < toDateTime({end:String}, 'Asia/Almaty') + interval 1 day
  and toDate(ts) between {from:Date} - 1 and {to:Date}`;

const paramsOf = (scope: StatisticsScope): Record<string, unknown> => ({
  influencer: scope.influencerId ?? '',
  programmes: scope.programmeIds ?? [],
  link: scope.linkNumber ?? 0,
  from: scope.from,
  to: scope.to,
  start: `${scope.from} 00:00:00`,
  end: `${scope.to} 00:00:00`,
});

const isRollup = (cut: StatisticsCut): cut is keyof typeof ROLLUP_CUTS => cut in ROLLUP_CUTS;

/** The projections of the rollup sum these, word for word. */
const OF_ROLLUP = [
  'sum(clicks)',
  'sum(billable_clicks)',
  'sum(if(is_repeat = 1, 0, billable_clicks))',
] as const;
const OF_ROWS = ['count()', 'sum(billable)', 'sum(`unique`)'] as const;

/**
 * Read as the table, not as the view clicks_by_day: planning through a view costs a millisecond, a good part of what
 * one person's figures cost. `sum(if(…))` must not be rewritten then, or it is not what the projections sum.
 */
const SETTINGS = 'settings optimize_rewrite_aggregate_function_with_if = 0';
/** One person's rows are first in the key of the table: weighing the sums as well costs 1.4 of 11 ms. */
const SETTINGS_OF_ONE = `${SETTINGS}, optimize_use_projections = 0`;

/** The figures by key of one cut, most clicks first. At most `most` keys: strangers choose referrers. */
export async function countBy(
  clickhouse: ClickHouseClient,
  scope: StatisticsScope,
  cut: StatisticsCut,
  most: number,
): Promise<Map<string, ClickFigures>> {
  const [{ by, key }, from, where, [clicks, counted, once]] = isRollup(cut)
    ? [ROLLUP_CUTS[cut], 'clicks_daily', OF_DAYS, OF_ROLLUP]
    : [RAW_CUTS[cut], 'clicks', OF_CLICKS, OF_ROWS];
  type Row = { key: string; total: number; counted: number; once: number };
  const rows = await rowsOf<Row>(
    clickhouse,
    `select ${key} as key, toFloat64(${clicks}) as total, toFloat64(${counted}) as counted,
                   toFloat64(${once}) as once
              from ${from} where ${whereOf(scope)}${where}
             group by ${by} order by total desc, key limit {most:UInt32}
          ${scope.influencerId === undefined ? SETTINGS : SETTINGS_OF_ONE}`,
    { ...paramsOf(scope), most },
    MAX_SECONDS,
  );
  return new Map(
    rows.map(({ key, total, counted, once }) => [key, { clicks: total, counted, unique: once }]),
  );
}

/** One click as its influencer sees it: nothing that names the visitor. */
export type ListedClick = {
  readonly click_id: string;
  /** Milliseconds since 1970. */
  readonly at_ms: number;
  readonly link_number: number;
  readonly programme_id: string;
  readonly product_key: string;
  readonly billable: 0 | 1;
  readonly unique: 0 | 1;
  readonly reason: string;
  readonly way: string;
  readonly device: string;
  readonly os: string;
  readonly app: string;
  readonly browser: string;
  readonly referrer_host: string;
};

export type ClickListing = {
  readonly influencerId: string;
  readonly counted: 'all' | 'yes' | 'no';
  readonly linkNumber?: number | undefined;
  /** Of the last row of the page before: milliseconds since 1970, and its id. */
  readonly after?: readonly [atMs: number, clickId: string] | undefined;
  readonly limit: number;
};

const COUNTED = { all: '1', yes: 'billable = 1', no: 'billable = 0' } as const;

/** Newest first. Sorted by day first, which the table is sorted by: older days are not read. */
export async function listClicks(
  clickhouse: ClickHouseClient,
  { influencerId, counted, linkNumber, after, limit }: ClickListing,
): Promise<ListedClick[]> {
  return rowsOf<ListedClick>(
    clickhouse,
    `select toString(click_id) as click_id, toUnixTimestamp64Milli(ts) as at_ms, link_number, programme_id,
                   product_key, billable, \`unique\`, reason, way, device, os, app, browser, referrer_host
              from clicks
             where influencer_id = {influencer:String} and ${COUNTED[counted]}
               and ({link:UInt32} = 0 or link_number = {link:UInt32})
               and ({at:Int64} = 0 or (toDate(ts) <= toDate(fromUnixTimestamp64Milli({at:Int64}, 'UTC'))
                    and (ts, clicks.click_id) < (fromUnixTimestamp64Milli({at:Int64}, 'UTC'), {id:String})))
             order by toDate(ts) desc, ts desc, clicks.click_id desc limit {limit:UInt32}`,
    {
      influencer: influencerId,
      link: linkNumber ?? 0,
      at: after?.[0] ?? 0,
      id: after?.[1] ?? '',
      limit,
    },
    MAX_SECONDS,
  );
}
