import type { ClickHouseClient } from '../../store/clickhouse/client';
import { insertOnce } from '../../store/clickhouse/clicks';

/** A row of `clicks` in the table's words; `ts` is text, seconds since 1970 with three decimals. */
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

/** Rows as a drain of any version sends a batch, with the columns they have. */
export async function insertClicks(
  clickhouse: ClickHouseClient,
  rows: readonly ClickRow[],
  token: string,
): Promise<void> {
  const names = Object.keys(rows[0]!) as [string, ...string[]];
  await clickhouse.insert({
    table: 'clicks',
    columns: names,
    values: rows,
    format: 'JSONEachRow',
    clickhouse_settings: insertOnce(token),
  });
}

/** What tests of clicks do not care about; whose click it is and when is theirs to say. */
export const CLICK_DEFAULTS = {
  target_host: 'shop.example',
  target_url: 'https://shop.example/',
  ip_prefix: '198.51.100.0/24',
  ip_hash: '1',
  user_agent: 'Mozilla/5.0',
  referrer: '',
  accept_language: 'ru',
  sub1: '',
  sub2: '',
  sub3: '',
  sub4: '',
  sub5: '',
  billable: 1,
  reason: '',
} as const satisfies Partial<ClickRow>;
