import { Readable } from 'node:stream';

import type { ClickHouseClient } from './client';

/** One row of `clicks`, in the table's words; `ts` is text, seconds since 1970 with three decimals. */
export type ClickRow = {
  readonly ts: string;
  readonly click_id: string;
  readonly link_number: number;
  readonly programme_id: string;
  readonly influencer_id: string;
  readonly target_host: string;
  readonly target_url: string;
  readonly ip_prefix: string;
  /** UInt64 as decimal text: JSON numbers end at 2^53. */
  readonly ip_hash: string;
  readonly user_agent: string;
  readonly referrer: string;
  readonly accept_language: string;
  readonly sub1: string;
  readonly sub2: string;
  readonly sub3: string;
  readonly sub4: string;
  readonly sub5: string;
  readonly billable: 0 | 1;
  readonly reason: string;
  /** From here on the table's defaults stand in: rows as drains wrote them before these columns. */
  readonly product_key?: string;
  /** Counts, and is not the second tap of one visitor. Without it: as billable. */
  readonly unique?: 0 | 1;
  readonly way?: string;
  readonly device?: string;
  readonly os?: string;
  readonly app?: string;
  readonly browser?: string;
  readonly referrer_host?: string;
};

const COLUMNS = [
  'ts',
  'click_id',
  'link_number',
  'programme_id',
  'influencer_id',
  'target_host',
  'target_url',
  'ip_prefix',
  'ip_hash',
  'user_agent',
  'referrer',
  'accept_language',
  'sub1',
  'sub2',
  'sub3',
  'sub4',
  'sub5',
  'billable',
  'reason',
] as const satisfies readonly (keyof ClickRow)[];
const MORE_COLUMNS = [
  'product_key',
  'unique',
  'way',
  'device',
  'os',
  'app',
  'browser',
  'referrer_host',
] as const satisfies readonly (keyof ClickRow)[];

/** Values in the order of columns: half the bytes of objects, and half the work of reading them. */
function bodyOf(rows: readonly ClickRow[]): { readonly columns: string; readonly body: Buffer } {
  const given = MORE_COLUMNS.filter((name) => rows.every((row) => row[name] !== undefined));
  const columns = [...COLUMNS, ...given];
  const lines = rows.map((row) => JSON.stringify(columns.map((name) => row[name])));
  return { columns: columns.join(', '), body: Buffer.from(lines.join('\n')) };
}

/**
 * Inserts a batch once, however often it is called with the same token and the same rows: table and
 * rollup both remember the token. A repeat also mends a rollup that a crash left a batch behind, but
 * only if token AND rows are the same (design.md §4, Durability of a click).
 */
export async function insertClicks(
  clickhouse: ClickHouseClient,
  rows: readonly ClickRow[],
  token: string,
): Promise<void> {
  const { columns, body } = bodyOf(rows);
  const { stream } = await clickhouse.exec({
    query: `insert into clicks (${columns}) format JSONCompactEachRow`,
    values: Readable.from([body], { objectMode: false }),
    clickhouse_settings: {
      insert_deduplicate: 1,
      insert_deduplication_token: token,
      deduplicate_blocks_in_dependent_materialized_views: 1,
      async_insert: 0,
      // On a cluster a click is acknowledged once most replicas have it; one server takes no notice.
      insert_quorum: 'auto',
      insert_quorum_parallel: 1,
      // One batch is one block: the token names a block, and splits that vary would break it.
      input_format_parallel_parsing: 0,
      max_insert_block_size: '1000000',
      input_format_skip_unknown_fields: 0,
    },
  });
  stream.resume();
  await new Promise<void>((resolve, reject) => {
    stream.once('end', resolve).once('error', reject).once('close', resolve);
  });
}
