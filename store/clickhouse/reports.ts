import type { ClickHouseClient } from './client';
import { rowsOf } from './rows';

/** What people are shown of clicks. */

/** Clicks that count of one influencer on one Almaty day (`YYYY-MM-DD`). */
export async function clicksOnDay(
  clickhouse: ClickHouseClient,
  influencerId: string,
  day: string,
): Promise<number> {
  const [row] = await rowsOf<{ clicks: number }>(
    clickhouse,
    `select sum(billable_clicks) as clicks from clicks_daily
      where influencer_id = {influencer:String} and day = {day:Date}`,
    { influencer: influencerId, day },
  );
  return Number(row?.clicks ?? 0);
}

/** Clicks that count by Almaty day (`YYYY-MM-DD`) from one on; of one link, or of all of the person's. */
export async function clicksByDay(
  clickhouse: ClickHouseClient,
  influencerId: string,
  from: string,
  linkNumber: number | undefined,
): Promise<ReadonlyMap<string, number>> {
  const rows = await rowsOf<{ date: string; clicks: number }>(
    clickhouse,
    `select toString(day) as date, sum(billable_clicks) as clicks from clicks_daily
      where influencer_id = {influencer:String} and day >= {from:Date}
        and ({link:UInt32} = 0 or link_number = {link:UInt32})
      group by date`,
    { influencer: influencerId, from, link: linkNumber ?? 0 },
  );
  return new Map(rows.map((row) => [row.date, Number(row.clicks)]));
}

/** Clicks that count, ever, of some of one influencer's links, by link number. */
export async function clicksByLink(
  clickhouse: ClickHouseClient,
  influencerId: string,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const rows = await rowsOf<{ link_number: number; clicks: number }>(
    clickhouse,
    `select link_number, sum(billable_clicks) as clicks from clicks_daily
      where influencer_id = {influencer:String} and link_number in {numbers:Array(UInt32)}
      group by link_number`,
    { influencer: influencerId, numbers },
  );
  return new Map(rows.map((row) => [row.link_number, Number(row.clicks)]));
}

export type RecentClickRow = {
  readonly click_id: string;
  readonly influencer_id: string;
  readonly link_number: number;
  readonly billable: 0 | 1;
  readonly reason: string;
  readonly app: string;
  /** Milliseconds since 1970. */
  readonly at_ms: number;
};

/** Clicks of these people since a moment, oldest first: one query for everybody who listens. */
export async function clicksSince(
  clickhouse: ClickHouseClient,
  influencerIds: readonly string[],
  sinceMs: number,
  limit: number,
): Promise<RecentClickRow[]> {
  return rowsOf<RecentClickRow>(
    clickhouse,
    `select toString(click_id) as click_id, influencer_id, link_number, billable,
            reason, app, toUnixTimestamp64Milli(ts) as at_ms
       from clicks
      where influencer_id in {influencers:Array(String)}
        and toDate(ts) >= toDate(fromUnixTimestamp64Milli({since:Int64}, 'UTC'))
        and ts >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
      order by ts desc limit {limit:UInt32}`,
    { influencers: influencerIds, since: sinceMs, limit },
  ).then((rows) => rows.reverse());
}
