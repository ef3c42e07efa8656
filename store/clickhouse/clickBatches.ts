import type { ClickHouseClient } from './client';
import type { ClickMark } from './clicks';
import { rowsOf } from './rows';

/** A piece of a log segment that was sent as one batch: bytes, half open. */
export type BatchRange = {
  readonly segment: string;
  readonly start: number;
  readonly finish: number;
};
export type KnownBatch = BatchRange & { readonly atMs: number };

/** Written before the batch itself, so that no click is stored of which this table knows nothing. */
export async function insertBatch(
  clickhouse: ClickHouseClient,
  { segment, start, finish }: BatchRange,
): Promise<void> {
  await clickhouse.insert({
    table: 'click_batches',
    values: [{ segment, start, finish }],
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0, insert_quorum: 'auto', insert_quorum_parallel: 1 },
  });
}

export async function batchesOf(
  clickhouse: ClickHouseClient,
  segment: string,
): Promise<KnownBatch[]> {
  const rows = await rowsOf<{ start: number; finish: number; at: number }>(
    clickhouse,
    `select toFloat64(start) as start, toFloat64(finish) as finish, toUnixTimestamp(min(at)) as at
              from click_batches where segment = {segment:String} group by start, finish`,
    { segment },
  );
  return rows.map(({ start, finish, at }) => ({ segment, start, finish, atMs: at * 1000 }));
}

const ASKED_AT_ONCE = 2_000;

/** Those of these clicks that the table has, by id. Reads the hours and influencers they name. */
export async function storedClickIds(
  clickhouse: ClickHouseClient,
  clicks: readonly ClickMark[],
): Promise<ReadonlySet<string>> {
  const stored = new Set<string>();
  for (let at = 0; at < clicks.length; at += ASKED_AT_ONCE) {
    const asked = clicks.slice(at, at + ASKED_AT_ONCE);
    const times = asked.map((click) => click.tsMs).sort((a, b) => a - b);
    const rows = await rowsOf<{ id: string }>(
      clickhouse,
      `select toString(click_id) as id from clicks
               where influencer_id in {influencers:Array(String)} and click_id in {ids:Array(String)}
                 and toDate(ts) between toDate({from:Int64}, 'UTC') and toDate({to:Int64}, 'UTC')`,
      {
        influencers: [...new Set(asked.map((click) => click.influencerId))],
        ids: asked.map((click) => click.clickId),
        from: Math.floor(times[0]! / 1000),
        to: Math.floor(times[times.length - 1]! / 1000),
      },
    );
    for (const { id } of rows) stored.add(id);
  }
  return stored;
}
