import { createHmac } from 'node:crypto';

import type { ClickLine } from '../../redirect/clickLine';
import { createClickhouseSink } from '../../redirect/sinks';
import { migrateClickhouse } from '../../store/clickhouse/migrate';
import type { ClickStoreOptions } from '../../store/clickhouse/options';
import { clickStores } from './stores';

/** The key that addresses are hashed under changes with the month of the click, as clicks are shipped and stored. */
const stores = clickStores();
const MASTER = Buffer.alloc(32, 7);
/** What is shipped here is old: nothing may be cleared meanwhile. */
const KEPT: ClickStoreOptions = {
  cluster: undefined,
  ipDays: 3_650,
  keepDays: 3_650,
  rollupDays: 3_650,
};
const YEAR = new Date().getUTCFullYear() - 1;
const IP = '203.0.113.9';

type Ship = (clicks: readonly ClickLine[], token: string) => Promise<void>;
type Store = {
  /** Another drain process over the same tables: it knows nothing of the batches before. */
  readonly startDrain: (master?: Buffer) => Ship;
  /** Hash by click id. */
  readonly hashes: () => Promise<Record<string, string>>;
};

function newStore(): Store {
  const { url, client } = stores.newStore();
  return {
    startDrain: (master = MASTER) => {
      const sink = createClickhouseSink(client, () => migrateClickhouse(url, KEPT), master);
      return async (clicks, token) => {
        const lines = clicks.map((one) => `${JSON.stringify(one)}\n`).join('');
        await (await sink.prepare(Buffer.from(lines))).send(token);
      };
    },
    hashes: async () => {
      const answer = await client.query({
        query: 'select toString(click_id) as id, toString(ip_hash) as hash from clicks',
        format: 'JSONEachRow',
      });
      const rows = await answer.json<{ id: string; hash: string }>();
      expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
      return Object.fromEntries(rows.map((row) => [row.id, row.hash]));
    },
  };
}

function click(name: string, at: string, ip = IP): ClickLine {
  return {
    id: name.padEnd(32, '0'),
    ts: Date.parse(at),
    link: 7,
    programme: 'prg_1',
    influencer: 'inf_1',
    host: 'shop.example',
    url: 'https://shop.example/p',
    ip,
    ua: 'Mozilla/5.0',
    referrer: '',
    lang: 'ru',
  };
}

/** What docs/clicks.md promises, written down once more: 64 bits of HMAC under the key of the click's month. */
function hashOf(month: string, ip = IP, master = MASTER): string {
  const key = createHmac('sha256', master).update(month).digest();
  return createHmac('sha256', key).update(ip).digest().readBigUInt64BE().toString();
}

/** Both ends of months, by UTC: at 20:00 of the last day it is the next month in Almaty already. */
const ENDS = [
  click('a', `${YEAR}-05-01T00:00:00.000Z`),
  click('b', `${YEAR}-05-31T20:00:00.000Z`),
  click('c', `${YEAR}-05-31T23:59:59.999Z`),
  click('d', `${YEAR}-06-01T00:00:00.000Z`),
  click('e', `${YEAR}-06-30T23:59:59.999Z`),
];
const byId = (expected: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(expected).map(([name, hash]) => [name.padEnd(32, '0'), hash]));

test('one address: the same hash within a month, another in the next, the same month of another year and under another key', async () => {
  const [store, other] = [newStore(), newStore()];
  const yearBefore = click('f', `${YEAR - 1}-05-15T12:00:00.000Z`);
  const [december, january] = [
    click('g', `${YEAR - 1}-12-31T23:59:59.999Z`),
    click('h', `${YEAR}-01-01T00:00:00.000Z`),
  ];
  await store.startDrain()([...ENDS, yearBefore, december, january], 'one:0-1');
  const [may, june] = [hashOf(`${YEAR}-05`), hashOf(`${YEAR}-06`)];
  const found = await store.hashes();
  expect(found).toEqual(
    byId({
      a: may,
      b: may,
      c: may,
      d: june,
      e: june,
      f: hashOf(`${YEAR - 1}-05`),
      g: hashOf(`${YEAR - 1}-12`),
      h: hashOf(`${YEAR}-01`),
    }),
  );
  expect(new Set(Object.values(found)).size).toBe(5);

  const otherMaster = Buffer.alloc(32, 8);
  await other.startDrain(otherMaster)(ENDS, 'one:0-1');
  const underOther = Object.values(await other.hashes());
  expect(underOther).toHaveLength(ENDS.length);
  for (const hash of underOther) expect(Object.values(found)).not.toContain(hash);
});

test('a batch across the end of a month, repeated by a drain started later: the same rows, none more', async () => {
  const store = newStore();
  await store.startDrain()(ENDS, 'two:0-1');
  const first = await store.hashes();
  await store.startDrain()(ENDS, 'two:0-1');
  expect(await store.hashes()).toEqual(first);
  // The log says the same, whoever reads it: what another store gets is the same to the digit.
  const second = newStore();
  await second.startDrain()(ENDS, 'two:0-1');
  expect(await second.hashes()).toEqual(first);
});

test('the order of clicks does not matter, nor how many months are mixed', async () => {
  const months = Array.from({ length: 12 }, (_, n) => String(n + 1).padStart(2, '0'));
  const rounds = [0, 1, 2].flatMap((round) =>
    months.map((month, n) =>
      click(
        `${month}x${round}`,
        `${YEAR}-${month}-${10 + round}T12:00:00.000Z`,
        `203.0.113.${n % 2}`,
      ),
    ),
  );
  const expected = byId(
    Object.fromEntries(
      [0, 1, 2].flatMap((round) =>
        months.map((month, n) => [
          `${month}x${round}`,
          hashOf(`${YEAR}-${month}`, `203.0.113.${n % 2}`),
        ]),
      ),
    ),
  );
  const orders = [rounds, [...rounds].reverse(), [...rounds].sort((a, b) => a.ts - b.ts)];
  for (const order of orders) {
    const store = newStore();
    await store.startDrain()(order, 'three:0-1');
    expect(await store.hashes()).toEqual(expected);
  }
});
