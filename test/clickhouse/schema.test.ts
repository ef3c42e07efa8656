import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { migrateClickhouse } from '../../store/clickhouse/migrate';
import { readClickStoreOptions } from '../../store/clickhouse/options';
import {
  createDatabase,
  createLedgerOfMigrations,
  readMigrations,
  render,
  retentionOf,
  statementsOf,
} from '../../store/clickhouse/schema';
import { until } from '../stack/folders';
import { insertClicks, type ClickRow } from '../support/clickRow';
import { clickStores, DEFAULTS, newRow, oldRow, RAW, rows, SUMS } from './stores';

/** The click store's schema in the real engine: made, changed while clicks come in, and as a cluster would get it. */
const { newStore, createOldStore, newClient } = clickStores();
const CLUSTER = readClickStoreOptions({ CLICKHOUSE_CLUSTER: 'gamma' });

test('a fresh store: table, rollup and what is read of it agree; a second run changes nothing', async () => {
  const store = newStore();
  expect(await migrateClickhouse(store.url, DEFAULTS)).toEqual([
    '0001_clicks.sql',
    '0002_click_cuts.sql',
    '0003_sums_of_every_part.sql',
    '0004_sums_by_link.sql',
  ]);
  expect(await migrateClickhouse(store.url, DEFAULTS)).toEqual([]);
  const batch = [
    newRow(),
    newRow({ unique: 0 }),
    newRow({ billable: 0, unique: 0, reason: 'bot' }),
    newRow({ product_key: 'wb:2', device: 'desktop', app: '' }),
  ];
  await insertClicks(store.client, batch, 'a');
  await insertClicks(store.client, batch, 'a');
  const expected = [{ clicks: 4, billable: 3, unique: 2 }];
  expect(await rows(store, `${SUMS} ${RAW}`)).toEqual(expected);
  expect(await rows(store, `${SUMS} clicks_by_day`)).toEqual(expected);
  expect(
    await rows(store, `${SUMS} clicks_by_day where reason = 'bot' and device = 'phone'`),
  ).toEqual([{ clicks: 1, billable: 0, unique: 0 }]);
});

test('every statement may be run again, in any state a crash leaves', async () => {
  const store = await createOldStore();
  const statements = readMigrations(DEFAULTS).flatMap((file) => file.statements);
  for (let upTo = 1; upTo <= statements.length; upTo += 1)
    for (const statement of statements.slice(0, upTo))
      await store.client.command({ query: statement });
  const [{ ddl = '' } = {}] = await rows<{ ddl: string }>(
    store,
    `select create_table_query as ddl from system.tables where database = currentDatabase() and name = 'clicks_daily'`,
  );
  expect(ddl.match(/product_key/g)).toHaveLength(2);
  expect(ddl.match(/PROJECTION/g)).toHaveLength(3);
});

test('clicks from before have defaults, and a batch under way across the migration is counted once', async () => {
  const store = await createOldStore();
  const before = [oldRow(), oldRow({ billable: 0, reason: 'head' })];
  await insertClicks(store.client, before, 'before');
  await migrateClickhouse(store.url, DEFAULTS);
  // The drain of the new version repeats what the old one had under way: same token, rows with more in them.
  const repeated = before.map((row) => ({ ...newRow(), ...row }));
  await insertClicks(store.client, repeated, 'before');
  // And a drain of the old version goes on meanwhile.
  await insertClicks(store.client, [oldRow()], 'old drain');
  const expected = [{ clicks: 3, billable: 2, unique: 2 }];
  expect(await rows(store, `${SUMS} ${RAW}`)).toEqual(expected);
  expect(await rows(store, `${SUMS} clicks_by_day`)).toEqual(expected);
});

test('clicks that come in while two migrations run at once: none lost, none twice', async () => {
  const store = await createOldStore();
  let migrated = false;
  const batches: [string, ClickRow[]][] = [];
  const drain = async (name: string): Promise<void> => {
    for (let n = 0; !migrated || n < 5; n += 1) {
      const batch = [name, n].join(':');
      const sent = Array.from({ length: 20 }, () => (migrated ? newRow() : oldRow()));
      batches.push([batch, sent]);
      // As drain does: what fails, because the view is away, is repeated as it is.
      await until('the batch', () =>
        insertClicks(store.client, sent, batch).then(
          () => true,
          () => false,
        ),
      );
    }
  };
  const drains = Promise.all([drain('one'), drain('two')]);
  await Promise.all([
    migrateClickhouse(store.url, DEFAULTS),
    migrateClickhouse(store.url, DEFAULTS),
  ]);
  migrated = true;
  await drains;
  for (const [token, sent] of batches) await insertClicks(store.client, sent, token);
  expect(
    await rows(store, `select name from system.tables where name like 'clicks_hold%'`),
  ).toEqual([]);
  const clicks = batches.length * 20;
  const expected = [{ clicks, billable: clicks, unique: clicks }];
  expect(await rows(store, `${SUMS} ${RAW}`)).toEqual(expected);
  expect(await rows(store, `${SUMS} clicks_by_day`)).toEqual(expected);
});

test('a migration cut short while the view is away: inserts wait, and the next run lets them in', async () => {
  const store = await createOldStore();
  const statements = readMigrations({ ...DEFAULTS, run: 'dead' })[1]!.statements;
  for (const statement of statements.slice(0, 9)) await store.client.command({ query: statement });
  const batch = [newRow(), newRow()];
  await expect(insertClicks(store.client, batch, 'a')).rejects.toThrow('being migrated');
  await migrateClickhouse(store.url, DEFAULTS);
  // Another run may be at work under that name; only an old hold is lifted.
  await expect(insertClicks(store.client, batch, 'a')).rejects.toThrow('being migrated');
  await store.client.command({ query: 'drop view clicks_hold_dead' });
  await insertClicks(store.client, batch, 'a');
  expect(await rows(store, `${SUMS} clicks_by_day`)).toEqual([
    { clicks: 2, billable: 2, unique: 2 },
  ]);
});

test('addresses are cleared and clicks removed after their days; figures stay; other days are set anew', async () => {
  const store = newStore();
  await migrateClickhouse(store.url, { ...DEFAULTS, ipDays: 10, keepDays: 100 });
  const ago = (days: number): string => (Date.now() / 1000 - days * 86_400).toFixed(3);
  const sent = [0, 20, 90, 120].map((days) => newRow({ ts: ago(days), link_number: days + 1 }));
  await insertClicks(store.client, sent, 'a');
  const seen = (): Promise<unknown[]> =>
    rows(
      store,
      'select link_number - 1 as days, ip_prefix, toString(ip_hash) as hash from clicks order by days',
    );
  const [kept, cleared] = [
    { ip_prefix: '198.51.100.0/24', hash: '42' },
    { ip_prefix: '', hash: '0' },
  ];
  await store.client.command({ query: 'optimize table clicks final' });
  expect(await seen()).toEqual([
    { days: 0, ...kept },
    { days: 20, ...cleared },
    { days: 90, ...cleared },
  ]);
  expect(await rows(store, `${SUMS} clicks_by_day`)).toEqual([
    { clicks: 4, billable: 4, unique: 4 },
  ]);
  await migrateClickhouse(store.url, { ...DEFAULTS, ipDays: 10, keepDays: 60 });
  await until('the shorter time', async () => (await seen()).length === 2);
});

describe('on a cluster', () => {
  const both = [
    ['one server', DEFAULTS],
    ['a cluster', CLUSTER],
  ] as const;

  test.each(both)('the engine reads every statement for %s', async (_, options) => {
    const statements = [
      createDatabase('gamma', options),
      createLedgerOfMigrations(options),
      ...readMigrations(options).flatMap((file) => file.statements),
      ...retentionOf(options).map((retention) => retention.statement),
    ];
    const { client } = newClient();
    expect(statements).toHaveLength(27);
    for (const statement of statements) {
      const query = `explain ast ${statement.replace(/^(\s*--.*\n)+/, '')}`;
      const answer = await client.query({ query, format: 'TabSeparated' });
      expect(await answer.text()).toMatch(/^(?:Create|Alter|Drop)/);
    }
  });

  test('every table is replicated, remembers tokens, and is made on every server', () => {
    const statements = [
      createDatabase('gamma', CLUSTER),
      createLedgerOfMigrations(CLUSTER),
      ...readMigrations(CLUSTER).flatMap((file) => file.statements),
      ...retentionOf(CLUSTER).map((retention) => retention.statement),
    ];
    for (const statement of statements) {
      expect(statement).toContain("on cluster 'gamma'");
      expect(statement).not.toMatch(/\{\{|non_replicated/);
    }
    const engines = statements.flatMap((one) => /engine = (.*)/.exec(one)?.[1] ?? []);
    const path = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'";
    expect(engines).toEqual([
      `ReplicatedReplacingMergeTree(${path}) order by name`,
      `ReplicatedMergeTree(${path})`,
      `ReplicatedSummingMergeTree(${path}, (clicks, billable_clicks))`,
      `ReplicatedReplacingMergeTree(${path})`,
    ]);
    const remembering = statements.filter((one) =>
      one.includes('replicated_deduplication_window = 100000'),
    );
    expect(remembering).toHaveLength(2);
  });

  test('one server gets plain engines and no cluster', () => {
    const text = readMigrations(DEFAULTS)
      .flatMap((file) => file.statements)
      .join('\n');
    expect(text).not.toMatch(/\{\{|Replicated|on cluster/);
    expect(text.match(/non_replicated_deduplication_window = 100000/g)).toHaveLength(2);
  });

  test('a placeholder nobody knows, and a cluster name that is none, are refused', () => {
    expect(() => render('select {{other}}', DEFAULTS)).toThrow('{{other}}');
    expect(() => readClickStoreOptions({ CLICKHOUSE_CLUSTER: "a' drop" })).toThrow(
      'CLICKHOUSE_CLUSTER',
    );
  });
});

test('times to keep that contradict each other are refused', () => {
  expect(() => readClickStoreOptions({ CLICKS_IP_DAYS: '200', CLICKS_KEEP_DAYS: '100' })).toThrow(
    'CLICKS_IP_DAYS',
  );
  expect(() => readClickStoreOptions({ CLICKS_ROLLUP_DAYS: '100' })).toThrow('CLICKS_ROLLUP_DAYS');
});

test('the files read as SQL: a comment with a semicolon does not end a statement', () => {
  expect(statementsOf('-- a; b\nselect 1;\n\n-- only this\n')).toEqual(['-- a; b\nselect 1']);
  const file = join(__dirname, '../../store/clickhouse/migrations/0002_click_cuts.sql');
  expect(statementsOf(readFileSync(file, 'utf8'))).toHaveLength(13);
});
