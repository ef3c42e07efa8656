import { countClicks } from '../../store/clickhouse/brandReports';
import type { ClickHouseClient } from '../../store/clickhouse/client';
import { migrateClickhouse } from '../../store/clickhouse/migrate';
import { readMigrations } from '../../store/clickhouse/schema';
import { countBy, type StatisticsCut } from '../../store/clickhouse/statistics';
import { until } from '../stack/folders';
import { insertClicks, type ClickRow } from '../support/clickRow';
import { clickStores, DEFAULTS, newRow, RAW, rows, SUMS, type Store } from './stores';

/** The sums reports are read from: which are read for what, that they are right, and that every part gets them. */
const { newStore, createOldStore } = clickStores();

/** How the engine would answer the query that `ask` sends. */
async function planOf(
  { client }: Store,
  ask: (client: ClickHouseClient) => Promise<unknown>,
): Promise<string> {
  let sent: Parameters<ClickHouseClient['query']>[0] | undefined;
  const listening = {
    query: (params: Parameters<ClickHouseClient['query']>[0]) => client.query((sent = params)),
  };
  await ask(listening as unknown as ClickHouseClient);
  const plan = await client.query({
    ...sent!,
    query: `explain projections = 1 ${sent!.query}`,
    format: 'TabSeparatedRaw',
  });
  return plan.text();
}

test('figures over many influencers are read from sums, and are the same', async () => {
  const store = newStore();
  await migrateClickhouse(store.url, DEFAULTS);
  const sent = Array.from({ length: 300 }, (_, n) =>
    newRow({ influencer_id: `inf_${n % 30}`, link_number: n, unique: n % 7 === 0 ? 0 : 1 }),
  );
  for (let n = 0; n < 3; n += 1)
    await insertClicks(store.client, sent.slice(n * 100, n * 100 + 100), `part ${n}`);
  const sizes: Partial<Record<StatisticsCut, number>> = {
    day: 1,
    app: 1,
    influencer: 30,
    link: 300,
  };
  const cuts: [StatisticsCut, string][] = [
    ['day', 'by_programme'],
    ['app', 'by_programme'],
    // Where several sums would do and none is shorter, the first that was made is taken.
    ['influencer', 'by_influencer'],
    ['link', 'by_link'],
  ];
  const [from, to] = [Date.now() - 172_800_000, Date.now() + 172_800_000].map((ms) =>
    new Date(ms).toISOString().slice(0, 10),
  ) as [string, string];
  for (const [cut] of cuts) {
    const found = await countBy(store.client, { from, to, programmeIds: ['prg_1'] }, cut, 1_000);
    const sums = [...found.values()].reduce((sum, one) => sum + one.unique, 0);
    expect([cut, found.size, sums]).toEqual([cut, sizes[cut], 257]);
  }
  await store.client.command({ query: 'optimize table clicks_daily final' });
  for (const [cut, projection] of cuts)
    expect(
      await planOf(store, (client) =>
        countBy(client, { from, to, programmeIds: ['prg_1'] }, cut, 100),
      ),
    ).toContain(projection);
});

test("a brand's influencers and links are read from the sums that begin with its programmes, and are the same", async () => {
  const store = newStore();
  await migrateClickhouse(store.url, DEFAULTS);
  // 10,000 links of as many people, three reasons each, over 50 programmes.
  await store.client.command({
    query: `insert into clicks (ts, click_id, link_number, programme_id, influencer_id, billable, reason, \`unique\`)
            select now64(3), leftPad(toString(number), 32, '0'), number % 10000 + 1,
                   concat('prg_', toString(number % 50)), concat('inf_', toString(number % 10000)),
                   reason = '', ['', 'bot', 'head'][intDiv(number, 10000) + 1] as reason, reason = ''
              from numbers(30000)`,
  });
  await store.client.command({ query: 'optimize table clicks_daily final' });
  const scope = { from: '2020-01-01', to: '2099-12-31', programmeIds: ['prg_7', 'prg_8'] };
  for (const cut of ['influencer', 'link'] as const) {
    expect(await planOf(store, (client) => countBy(client, scope, cut, 1_000))).toContain(
      'ReadFromMergeTree (by_link)',
    );
    const found = await countBy(store.client, scope, cut, 1_000);
    expect(found.size).toBe(400);
    expect([...new Set([...found.values()].map((one) => JSON.stringify(one)))]).toEqual([
      JSON.stringify({ clicks: 3, counted: 1, unique: 1 }),
    ]);
    expect(await planOf(store, (client) => countClicks(client, scope, cut))).toContain('(by_link)');
    expect(new Set((await countClicks(store.client, scope, cut)).values())).toEqual(new Set([1]));
  }
  expect(await planOf(store, (client) => countClicks(client, scope, 'day'))).toContain(
    '(by_programme)',
  );
});

test('sums by link are made of clicks from before, while drains go on, and an insert across it is counted once', async () => {
  const store = await createOldStore(3);
  for (let n = 0; n < 3; n += 1)
    await insertClicks(store.client, [newRow({ link_number: n })], `batch ${n}`);
  const statements = readMigrations(DEFAULTS).at(-1)!.statements;
  let migrated = false;
  const sent: [string, ClickRow[]][] = [];
  const drain = async (name: string): Promise<void> => {
    for (let n = 0; !migrated || n < 5; n += 1) {
      const batch: [string, ClickRow[]] = [`${name} ${n}`, [newRow(), newRow({ link_number: 9 })]];
      sent.push(batch);
      await insertClicks(store.client, batch[1], batch[0]);
    }
  };
  const drains = Promise.all([drain('one'), drain('two')]);
  for (const query of statements) await store.client.command({ query });
  migrated = true;
  await drains;
  for (const [token, batch] of sent) await insertClicks(store.client, batch, token);
  const clicks = sent.length * 2 + 3;
  const expected = [{ clicks, billable: clicks, unique: clicks }];
  expect(await rows(store, `${SUMS} ${RAW}`)).toEqual(expected);
  expect(await rows(store, `${SUMS} clicks_by_day`)).toEqual(expected);
  const scope = { from: '2020-01-01', to: '2099-12-31', programmeIds: ['prg_1'] };
  const byLink = await countBy(store.client, scope, 'link', 100);
  expect([...byLink.values()].reduce((sum, one) => sum + one.clicks, 0)).toBe(clicks);
  // What an insert under way left without sums is mended by a migration that comes after the engine's own work.
  await until('sums of every part', async () => {
    await migrateClickhouse(store.url, DEFAULTS);
    const [bare] = await rows<{ n: number }>(
      store,
      `select toUInt32(countIf(not has(projections, 'by_link'))) as n from system.parts
        where database = currentDatabase() and table = 'clicks_daily' and active`,
    );
    return bare?.n === 0;
  });
});

test('parts that an insert under way left without sums get them from the next migration, which has nothing else to do', async () => {
  const store = newStore();
  await migrateClickhouse(store.url, DEFAULTS);
  await insertClicks(store.client, [newRow()], 'before');
  const onInsert = (yes: 0 | 1): Promise<unknown> =>
    store.client.command({
      query: `alter table clicks_daily modify setting materialize_projections_on_insert = ${yes}`,
    });
  await onInsert(0);
  await insertClicks(store.client, [newRow({ link_number: 9 })], 'under way');
  await onInsert(1);
  const parts = (): Promise<unknown[]> =>
    rows(
      store,
      `select arraySort(projections) as sums from system.parts
        where database = currentDatabase() and table = 'clicks_daily' and active order by length(sums)`,
    );
  const all = ['by_influencer', 'by_link', 'by_programme'];
  expect(await parts()).toEqual([{ sums: [] }, { sums: all }]);
  expect(await migrateClickhouse(store.url, DEFAULTS)).toEqual([]);
  await until('sums of every part', async () => {
    const found = await parts();
    return JSON.stringify(found) === JSON.stringify(found.map(() => ({ sums: all })));
  });
  expect(await rows(store, `${SUMS} clicks_by_day`)).toEqual([
    { clicks: 2, billable: 2, unique: 2 },
  ]);
});

test('a part that merges left without sums gets them, and a click that comes late is merged with its month', async () => {
  const store = await createOldStore(2);
  const parts = (): Promise<{ parts: number; bare: number }[]> =>
    rows(
      store,
      `select toUInt32(count()) as parts, toUInt32(countIf(empty(projections))) as bare from system.parts
        where database = currentDatabase() and table = 'clicks_daily' and active`,
    );
  const merge = (): Promise<unknown> =>
    store.client.command({
      query: 'optimize table clicks_daily final settings optimize_throw_if_noop = 1',
    });
  const ts = (Date.now() / 1000 - 60 * 86_400).toFixed(3);
  const sent = [1, 2, 3, 4].map((n) => [newRow({ ts, link_number: n })]);
  for (const n of [0, 1]) await insertClicks(store.client, sent[n]!, `batch ${n}`);
  await merge();
  expect(await parts()).toEqual([{ parts: 1, bare: 0 }]);
  await insertClicks(store.client, sent[2]!, 'batch 2');
  await expect(merge()).rejects.toThrow('different projection sets');
  expect(await parts()).toEqual([{ parts: 2, bare: 1 }]);

  await migrateClickhouse(store.url, DEFAULTS);
  // The drain repeats what it had under way, and goes on.
  for (const n of [2, 3]) await insertClicks(store.client, sent[n]!, `batch ${n}`);
  await until('sums of every part', async () => (await parts())[0]?.bare === 0);
  await until('one part', async () => {
    await merge().catch(() => undefined);
    return (await parts())[0]?.parts === 1;
  });
  const expected = [{ clicks: 4, billable: 4, unique: 4 }];
  expect(await rows(store, `${SUMS} ${RAW}`)).toEqual(expected);
  expect(await rows(store, `${SUMS} clicks_by_day`)).toEqual(expected);
  const scope = { from: '2020-01-01', to: '2099-12-31', programmeIds: ['prg_1'] };
  expect(await planOf(store, (client) => countBy(client, scope, 'day', 100))).toContain(
    'by_programme',
  );
  expect([...(await countBy(store.client, scope, 'day', 100)).values()]).toEqual([
    { clicks: 4, counted: 4, unique: 4 },
  ]);
});
