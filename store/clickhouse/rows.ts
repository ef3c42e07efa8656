import type { ClickHouseClient } from './client';

/**
 * Rows of a query, its values bound, never pasted. Counts come as numbers: they are far below 2^53. Without
 * `maxSeconds` a query may take as long as the client waits. A store that is away throws.
 */
export async function rowsOf<T>(
  clickhouse: ClickHouseClient,
  query: string,
  params: Record<string, unknown>,
  maxSeconds?: number,
): Promise<T[]> {
  const answer = await clickhouse.query({
    query,
    query_params: params,
    format: 'JSONEachRow',
    clickhouse_settings: {
      output_format_json_quote_64bit_integers: 0,
      ...(maxSeconds === undefined ? {} : { max_execution_time: maxSeconds }),
    },
  });
  return answer.json<T>();
}
