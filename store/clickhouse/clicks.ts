import { Readable } from 'node:stream';

import type { ClickHouseSettings } from '@clickhouse/client';

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

/** What tells one row from the others, wherever it is looked for. */
export type ClickMark = {
  readonly tsMs: number;
  readonly clickId: string;
  readonly influencerId: string;
};

/**
 * An insert that counts once, however often it comes with the same token and the same rows: table and rollup both
 * remember the token. A repeat also mends a rollup that a crash left a batch behind, but only if token AND rows are the
 * same (design.md §4, Durability of a click).
 */
export const insertOnce = (token: string): ClickHouseSettings => ({
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
});

/** A batch as one block in Native format (./native.ts), once. */
export async function insertClickBlock(
  clickhouse: ClickHouseClient,
  columns: readonly string[],
  block: Buffer,
  token: string,
): Promise<void> {
  const { stream } = await clickhouse.exec({
    query: `insert into clicks (${columns.join(', ')}) format Native`,
    values: Readable.from([block], { objectMode: false }),
    clickhouse_settings: insertOnce(token),
  });
  stream.resume();
  await new Promise<void>((resolve, reject) => {
    stream.once('end', resolve).once('error', reject).once('close', resolve);
  });
}
