import { createClickhouse } from '../../../store/clickhouse/client';
import { until, withDatabase, type Platform } from './platform';

export type StoredClicks = {
  /** How often each click id is in ClickHouse. */
  counts(): Promise<Map<string, number>>;
  /** Every id is in ClickHouse, none twice, and the rollup counts the same clicks as the table. */
  expectOnce(ids: readonly string[], withinMs?: number): Promise<void>;
  empty(): Promise<void>;
  close(): Promise<void>;
};

export function storedClicks(platform: Platform): StoredClicks {
  const clickhouse = createClickhouse({
    url: withDatabase(platform.stack.urls.clickhouse),
    applicationName: 'test',
    requestTimeoutMs: 10_000,
  });
  const rows = async <T>(query: string): Promise<T[]> => {
    const result = await clickhouse.query({ query, format: 'JSONEachRow' });
    return result.json<T>();
  };
  const counts = async (): Promise<Map<string, number>> => {
    const query = 'select click_id as id, toUInt32(count()) as n from clicks group by id';
    const found = await rows<{ id: string; n: number }>(query).catch(() => []);
    return new Map(found.map(({ id, n }) => [id, n]));
  };
  return {
    counts,
    async expectOnce(ids, withinMs = 30_000) {
      await until(
        'all clicks in ClickHouse',
        async () => {
          const found = await counts();
          return ids.every((id) => found.has(id));
        },
        withinMs,
      );
      const found = await counts();
      expect(new Set(ids).size).toBe(ids.length);
      expect([...found.values()].filter((n) => n !== 1)).toEqual([]);
      const sum = async (query: string): Promise<number> =>
        (await rows<{ n: number }>(query))[0]?.n ?? -1;
      const raw = await sum('select toUInt32(count()) as n from clicks');
      // One insert writes the table first and the rollup after it; between the two a reader sees the one without the other.
      await until(
        `the rollup counts ${raw} clicks`,
        async () => (await sum('select toUInt32(sum(clicks)) as n from clicks_daily')) === raw,
        withinMs,
      );
    },
    async empty() {
      for (const table of ['clicks', 'clicks_daily']) {
        await clickhouse
          .command({ query: `truncate table if exists ${table}` })
          .catch(() => undefined);
      }
    },
    close: () => clickhouse.close(),
  };
}
