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

export type ClickColumns = readonly (keyof ClickRow)[];

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
};
const UNESCAPED: ReadonlyMap<string, string> = new Map(
  Object.entries(ESCAPES).map(([char, escaped]) => [escaped, char]),
);

/** A value as TabSeparated has it: a row is one line, its values have a tab between them. */
const escape = (value: string | number): string =>
  typeof value === 'number'
    ? String(value)
    : value.replace(/[\\\t\n\r\0]/g, (char) => ESCAPES[char]!);
const unescape = (text: string): string =>
  text.replace(/\\[\\tnr0]/g, (escaped) => UNESCAPED.get(escaped)!);

/** These columns of a row as TabSeparated text, the format the engine reads fastest of those every server has. */
export const rowText = <K extends keyof ClickRow>(
  columns: readonly K[],
  row: Readonly<Record<K, string | number>>,
): string => columns.map((name) => escape(row[name])).join('\t');

/** What tells one row from the others, wherever it is looked for. */
export type ClickMark = Pick<ClickRow, 'ts' | 'click_id' | 'influencer_id'>;
export const MARK_COLUMNS = ['ts', 'click_id', 'influencer_id'] as const;

/** Reads a row's text that begins with MARK_COLUMNS. */
export function markOf(text: string): ClickMark {
  const [ts = '', click_id = '', influencer_id = ''] = text.split('\t', MARK_COLUMNS.length);
  return { ts, click_id, influencer_id: unescape(influencer_id) };
}

/** Rows with all the columns they have in common, as `insertClickText` takes them. */
export function insertClicks(
  clickhouse: ClickHouseClient,
  rows: readonly ClickRow[],
  token: string,
): Promise<void> {
  const given = MORE_COLUMNS.filter((name) => rows.every((row) => row[name] !== undefined));
  const columns = [...COLUMNS, ...given];
  const texts = rows.map((row) => `${rowText(columns, row as Required<ClickRow>)}\n`);
  return insertClickText(clickhouse, columns, [Buffer.from(texts.join(''))], token);
}

/**
 * Inserts a batch once, however often it is called with the same token and the same rows: table and
 * rollup both remember the token. A repeat also mends a rollup that a crash left a batch behind, but
 * only if token AND rows are the same (design.md §4, Durability of a click). `body`: pieces of
 * TabSeparated text.
 */
export async function insertClickText(
  clickhouse: ClickHouseClient,
  columns: ClickColumns,
  body: readonly Buffer[],
  token: string,
): Promise<void> {
  const { stream } = await clickhouse.exec({
    query: `insert into clicks (${columns.join(', ')}) format TabSeparated`,
    values: Readable.from(body, { objectMode: false }),
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
    },
  });
  stream.resume();
  await new Promise<void>((resolve, reject) => {
    stream.once('end', resolve).once('error', reject).once('close', resolve);
  });
}
