import { Readable } from 'node:stream';

import type { ClickHouseSettings } from '@clickhouse/client';

import type { ClickHouseClient } from './client';
import type { NativeBlock } from './native';

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
  { columns, bytes }: NativeBlock,
  token: string,
): Promise<void> {
  const { stream } = await clickhouse.exec({
    query: `insert into clicks (${columns.join(', ')}) format Native`,
    values: Readable.from([bytes], { objectMode: false }),
    clickhouse_settings: insertOnce(token),
  });
  stream.resume();
  await new Promise<void>((resolve, reject) => {
    stream.once('end', resolve).once('error', reject).once('close', resolve);
  });
}
