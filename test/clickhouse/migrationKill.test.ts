import { join } from 'node:path';

import { createClickhouse, type ClickHouseClient } from '../../store/clickhouse/client';
import { migrateClickhouse } from '../../store/clickhouse/migrate';
import { readClickStoreOptions } from '../../store/clickhouse/options';
import { createDatabase, readMigrations } from '../../store/clickhouse/schema';
import type { EmbeddedStack } from '../../stack/embedded';
import { removeFolder, startIn, tempFolder } from '../stack/folders';
import { CLICK_DEFAULTS, insertClicks, type ClickRow } from '../support/clickRow';

/** The engine is killed a little later each time while a store full of clicks is migrated, and comes back. */
const dir = tempFolder();
const DEFAULTS = readClickStoreOptions({});
let stack: EmbeddedStack;
let client: ClickHouseClient;
let url: string;

beforeAll(async () => {
  stack = await startIn(join(dir, 'stack'), { only: ['clickhouse'] });
  url = urlOf('killed');
  client = createClickhouse({ url, applicationName: 'test', requestTimeoutMs: 20_000 });
});
afterAll(async () => {
  await client?.close();
  await stack?.stop();
  removeFolder(dir);
});

function urlOf(database: string): string {
  const named = new URL(stack.urls.clickhouse);
  named.pathname = `/${database}`;
  return named.href;
}

const CLICKS = 30_000;
/** A run that is cut gets further than the one before, so there are about this many kills on any machine. */
const MOMENTS = 40;
const clicks = (first: number, count: number): ClickRow[] =>
  Array.from({ length: count }, (_, n) => ({
    ...CLICK_DEFAULTS,
    ts: (Date.now() / 1000 - ((first + n) % 5_000_000) * 0.5).toFixed(3),
    click_id: String(first + n).padStart(32, '0'),
    link_number: (first + n) % 700,
    programme_id: `prg_${n % 7}`,
    influencer_id: `inf_${n % 300}`,
    ...(n % 9 === 0 && { billable: 0 as const, reason: 'bot' }),
  }));

/** A store of the first schema, full of clicks, in the database the client names. */
async function createOldStore(database: string): Promise<void> {
  const root = createClickhouse({
    url: stack.urls.clickhouse,
    applicationName: 'test',
    requestTimeoutMs: 20_000,
  });
  await root.command({ query: createDatabase(database, DEFAULTS) });
  await root.close();
  const own = createClickhouse({
    url: urlOf(database),
    applicationName: 'test',
    requestTimeoutMs: 20_000,
  });
  for (const statement of readMigrations(DEFAULTS)[0]!.statements)
    await own.command({ query: statement });
  for (let n = 0; n < 6; n += 1)
    await insertClicks(own, clicks((n * CLICKS) / 6, CLICKS / 6), `old ${n}`);
  await own.close();
}

/** How long the same migration takes here when nobody disturbs it: the moments of the kills are parts of it. */
async function undisturbedMs(): Promise<number> {
  await createOldStore('undisturbed');
  const begun = performance.now();
  await migrateClickhouse(urlOf('undisturbed'), DEFAULTS);
  return performance.now() - begun;
}

async function one<T>(query: string): Promise<T | undefined> {
  const answer = await client.query({ query, format: 'JSONEachRow' });
  return (await answer.json<T>())[0];
}

test('killed wherever a migration is, the store comes to the newest schema and its figures agree', async () => {
  const stepMs = (await undisturbedMs()) / MOMENTS;
  await createOldStore('killed');
  let kills = 0;
  for (let afterMs = 0; ; afterMs += stepMs) {
    const migrating = migrateClickhouse(url, DEFAULTS).then(
      () => true,
      () => false,
    );
    // The moment is the case: each run is cut a little later than the one before.
    const done = await Promise.race([
      migrating,
      new Promise<undefined>((resolve) => setTimeout(resolve, afterMs)),
    ]);
    if (done === true) break;
    await stack.engines.clickhouse.kill();
    kills += 1;
    await migrating;
    await stack.engines.clickhouse.start();
    expect(kills).toBeLessThan(400);
  }
  expect(kills).toBeGreaterThan(10);
  const holds = await one<{ names: string[] }>(
    `select groupArray(name) as names from system.tables where database = 'killed' and startsWith(name, 'clicks_hold')`,
  );
  // A run that died may leave its hold; the next runs take it away once it cannot be in use (schema.test.ts).
  for (const name of holds!.names) await client.command({ query: `drop view ${name}` });
  await insertClicks(client, clicks(CLICKS, 1_000), 'after');
  const figures = await one<{ rollup: unknown; raw: unknown }>(
    `select (select (toUInt32(sum(clicks)), toUInt32(sum(billable)), toUInt32(sum(\`unique\`))) from clicks_by_day) as rollup,
            (select (toUInt32(count()), toUInt32(sum(billable)), toUInt32(sum(\`unique\`))) from clicks) as raw`,
  );
  expect(Object.values(figures!.raw as object)[0]).toBe(CLICKS + 1_000);
  expect(figures!.rollup).toEqual(figures!.raw);
}, 300_000);
