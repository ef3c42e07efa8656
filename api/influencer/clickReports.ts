import type { ClickHouseClient } from '../../store/clickhouse/client';
import {
  clicksByDay,
  clicksByLink,
  clicksOnDay,
  clicksSince,
} from '../../store/clickhouse/reports';
import type { RecentClickRow } from '../../store/clickhouse/reports';
import { errorText, type Logger } from '../../telemetry/logger';

/** Figures of the click store, or null while it is away: no page fails for want of them. */
export type ClickReports = {
  onDay(influencerId: string, day: string): Promise<number | null>;
  byDay(
    influencerId: string,
    from: string,
    linkNumber: number | undefined,
  ): Promise<ReadonlyMap<string, number> | null>;
  byLink(
    influencerId: string,
    numbers: readonly number[],
  ): Promise<ReadonlyMap<number, number> | null>;
  since(
    influencerIds: readonly string[],
    sinceMs: number,
    limit: number,
  ): Promise<RecentClickRow[] | null>;
};

/** After a failure the store is left alone: people must not wait for its timeout one after another. */
const REST_MS = 5_000;

export function createClickReports(
  clickhouse: ClickHouseClient | undefined,
  log: Logger,
  now: () => number,
): ClickReports {
  let restsUntilMs = 0;
  const ask = async <T>(query: (client: ClickHouseClient) => Promise<T>): Promise<T | null> => {
    if (!clickhouse || now() < restsUntilMs) return null;
    try {
      return await query(clickhouse);
    } catch (thrown) {
      restsUntilMs = now() + REST_MS;
      log.warn({ error: errorText(thrown) }, 'the click store does not answer');
      return null;
    }
  };
  return {
    onDay: (influencerId, day) => ask((client) => clicksOnDay(client, influencerId, day)),
    byDay: (influencerId, from, linkNumber) =>
      ask((client) => clicksByDay(client, influencerId, from, linkNumber)),
    byLink: async (influencerId, numbers) =>
      numbers.length === 0
        ? new Map<number, number>()
        : ask((client) => clicksByLink(client, influencerId, numbers)),
    since: (influencerIds, sinceMs, limit) =>
      ask((client) => clicksSince(client, influencerIds, sinceMs, limit)),
  };
}
