import { randomBytes } from 'node:crypto';

import { createClickhouse, databaseOf, type ClickHouseClient } from './client';
import { readClickStoreOptions, type ClickStoreOptions } from './options';
import {
  createDatabase,
  createLedgerOfMigrations,
  dropView,
  HOLD,
  makeSums,
  readMigrations,
  retentionOf,
  type Retention,
} from './schema';

/** On a cluster each statement waits for every server that is up. */
const TIMEOUT_MS = 200_000;

/** Longer than a run can need for the statements between its hold and the end of it. */
const HOLD_MS = 2 * TIMEOUT_MS;

/**
 * Brings ClickHouse to the newest schema: plain SQL files in rising order, statements ended by ";" at
 * the end of a line. ClickHouse has no transactions over DDL, so each statement must be repeatable
 * (`if not exists`): a run cut short, or two at once, is mended by the next. How long rows are kept is
 * configuration, set anew whenever it differs; parts without sums get them. Returns the files run now.
 */
export async function migrateClickhouse(
  url: string,
  options: ClickStoreOptions = readClickStoreOptions({}),
): Promise<string[]> {
  const rootUrl = new URL(url);
  rootUrl.pathname = '/';
  await withClient(rootUrl.href, (root) => command(root, createDatabase(databaseOf(url), options)));
  return withClient(url, async (client) => {
    await command(client, createLedgerOfMigrations(options));
    const applied = await appliedMigrations(client);
    const ran: string[] = [];
    const run = randomBytes(4).toString('hex');
    for (const { name, statements } of readMigrations({ ...options, run })) {
      if (applied.has(name)) continue;
      for (const statement of statements) await command(client, statement);
      await client.insert({
        table: 'schema_migrations',
        values: [{ name }],
        format: 'JSONEachRow',
      });
      ran.push(name);
    }
    for (const hold of await leftHolds(client)) await command(client, dropView(hold, options));
    for (const retention of retentionOf(options))
      if (!(await isInForce(client, retention))) await command(client, retention.statement);
    for (const sums of await missingSums(client)) await command(client, makeSums(sums, options));
    return ran;
  });
}

async function withClient<T>(
  url: string,
  use: (client: ClickHouseClient) => Promise<T>,
): Promise<T> {
  const client = createClickhouse({
    url,
    applicationName: 'gamma-migrate',
    requestTimeoutMs: TIMEOUT_MS,
  });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** A value of the server's that the client's types do not list. */
const ONLY_ACTIVE = 'throw_only_active' as 'throw';

async function command(client: ClickHouseClient, query: string): Promise<void> {
  await client.command({
    query,
    // A replica that is down runs the statement when it is back; the others must not wait for it.
    clickhouse_settings: { distributed_ddl_output_mode: ONLY_ACTIVE },
  });
}

async function appliedMigrations(client: ClickHouseClient): Promise<ReadonlySet<string>> {
  const known = await client.query({
    query: 'select distinct name from schema_migrations',
    format: 'JSONEachRow',
  });
  return new Set((await known.json<{ name: string }>()).map((row) => row.name));
}

/**
 * Holds of runs that were cut short. This run has brought the views back, so they may go, but not a hold that
 * another run may be using now.
 */
async function leftHolds(client: ClickHouseClient): Promise<string[]> {
  const left = await client.query({
    query: `select name from system.tables
             where database = currentDatabase() and startsWith(name, {hold:String})
               and metadata_modification_time < now() - toIntervalSecond({age:UInt32})`,
    query_params: { hold: HOLD, age: HOLD_MS / 1000 },
    format: 'JSONEachRow',
  });
  return (await left.json<{ name: string }>()).map((row) => row.name);
}

/**
 * Sums (projections) that some part of the rollup does not have: an insert that was under way when they were added
 * leaves such a part, and it would never be merged with its neighbours (0003). None while the engine is making some.
 */
async function missingSums(client: ClickHouseClient): Promise<string[]> {
  const answer = await client.query({
    query: `select sums.name as name
              from system.projections as sums,
                   (select projections from system.parts
                     where database = currentDatabase() and table = 'clicks_daily' and active) as part
             where sums.database = currentDatabase() and sums.table = 'clicks_daily'
               and not has(part.projections, sums.name)
               and not exists (select 1 from system.mutations
                                where database = currentDatabase() and table = 'clicks_daily' and not is_done)
             group by name order by name`,
    format: 'JSONEachRow',
  });
  return (await answer.json<{ name: string }>()).map((row) => row.name);
}

async function isInForce(client: ClickHouseClient, retention: Retention): Promise<boolean> {
  const answer = await client.query({
    query: `select create_table_query as ddl from system.tables
             where database = currentDatabase() and name = {table:String}`,
    query_params: { table: retention.table },
    format: 'JSONEachRow',
  });
  const ddl = (await answer.json<{ ddl: string }>())[0]?.ddl ?? '';
  return retention.expressions.every((expression) => ddl.includes(expression));
}
