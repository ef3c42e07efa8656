import { createHash, randomBytes } from 'node:crypto';

import { idFromBytes } from '../../../domain/ids';
import { CLICK_DEFAULTS, insertClicks, type ClickRow } from '../../support/clickRow';
import { insertAudit } from '../../../store/postgres/audit';
import * as catalogue from '../../../store/postgres/catalogue';
import { deskOf, type Desk, type Row } from '../brand/desk';
import { startHarness, type Harness, type World } from '../harness';

/** Each signal: a case that must fire, one just under, and honest traffic beside them that must not. */
let api: Harness;
let ops: Desk;
let made = 0;
const HOUR_MS = 3_600_000;
/** The start of an Almaty day two days ago: every case lies in the window, whatever the hour of the test. */
const DAY =
  Math.floor((Date.now() + 5 * HOUR_MS) / (24 * HOUR_MS) - 4) * 24 * HOUR_MS - 5 * HOUR_MS;
const hash = (text: string): string =>
  createHash('sha256').update(text).digest().readBigUInt64BE().toString();

type Where = { influencerId: string; programmeId: string; linkNumber: number };
const click = (where: Where, atMs: number, fields: Partial<ClickRow> = {}): ClickRow => ({
  ...CLICK_DEFAULTS,
  ts: (atMs / 1000).toFixed(3),
  click_id: `f${String((made += 1)).padStart(31, '0')}`,
  link_number: where.linkNumber,
  programme_id: where.programmeId,
  influencer_id: where.influencerId,
  ip_prefix: `10.${made % 200}.${Math.floor(made / 200) % 200}.0/24`,
  ip_hash: hash(`visitor ${made}`),
  user_agent: `Mozilla/5.0 phone ${made % 400}`,
  unique: 1,
  ...fields,
});
const add = (rows: ClickRow[]): Promise<void> =>
  insertClicks(api.clickhouse!, rows, randomBytes(8).toString('hex'));
const times = (count: number, make: (n: number) => ClickRow): ClickRow[] =>
  Array.from({ length: count }, (_, n) => make(n));

/** Another influencer on the same programme. */
async function colleague(world: World): Promise<World> {
  const other = await api.world();
  const id = idFromBytes('link', randomBytes(16));
  await catalogue.insertLink(api.pool, {
    id,
    code: null,
    programmeId: world.programmeId,
    influencerId: other.influencerId,
    targetUrl: null,
  });
  const { rows } = await api.pool.query<{ number: number }>(
    'select number from links where id = $1',
    [id],
  );
  return { ...world, influencerId: other.influencerId, linkNumber: rows[0]!.number };
}

async function signalsOf(world: World): Promise<Row[]> {
  const desk = await deskOf(api, 'brand_analyst', world.brandId);
  const { status, body } = await desk.get(`/v1/brands/${world.brandId}/fraud-signals`);
  expect([status, body['clicks_known']]).toEqual([200, true]);
  return body['items'] as Row[];
}
const codesOf = async (world: World): Promise<[string, string][]> =>
  (await signalsOf(world)).map((one): [string, string] => [
    (one['signal'] as { code: string }).code,
    (one['influencers'] as { id: string }[])[0]!.id,
  ]);

let orders = 0;
async function addOrder(
  where: Where,
  clicked: Date,
  ordered: Date,
  clickId?: string,
): Promise<void> {
  orders += 1;
  await api.owner.query(
    `insert into conversions (id, programme_id, transaction_id, event, state, click_id, clicked_at, link_number,
       influencer_id, order_status, sale_tiyn, ordered_at)
     values ($1, $2, $3, 'sale', 'HELD', $4, $5, $6, $7, 'pending', 100000, $8)`,
    [
      idFromBytes('conversion', randomBytes(16)),
      where.programmeId,
      `F-${orders}`,
      clickId ?? `o${String(orders).padStart(31, '0')}`,
      clicked,
      where.linkNumber,
      where.influencerId,
      ordered,
    ],
  );
}

beforeAll(async () => {
  api = await startHarness({ clickhouse: true });
  ops = await deskOf(api, 'ops_auditor', 'ops');
}, 120_000);
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

test('clicks of one network: few visitors fire; just under, and a viral link behind a carrier, do not', async () => {
  const bad = await api.world();
  const under = await colleague(bad);
  const viral = await colleague(bad);
  const one = { ip_prefix: '198.51.100.0/24' };
  const visitor = (n: number): Partial<ClickRow> => ({
    ...one,
    ip_hash: hash(`v${n % 12}`),
    user_agent: 'A',
  });
  await add([
    ...times(60, (n) => click(bad, DAY + 12 * HOUR_MS + n * 50_000, visitor(n))),
    ...times(59, (n) => click(under, DAY + 12 * HOUR_MS + n * 50_000, visitor(n % 2))),
    // One address of a carrier, many phones: hundreds of user agents.
    ...times(900, (n) =>
      click(viral, DAY + 12 * HOUR_MS + n * 3_000, {
        ...one,
        ip_hash: hash('carrier'),
        user_agent: `P ${n % 400}`,
      }),
    ),
  ]);
  expect(await codesOf(bad)).toEqual([['network_velocity', bad.influencerId]]);
  const [found] = await signalsOf(bad);
  expect(found).toMatchObject({
    severity: 'low',
    programme: { id: bad.programmeId, name: 'Shop' },
  });
  const numbers = (found!['evidence'] as Row[]).map((row) => [
    (row['number'] as { code: string }).code,
    row['value'],
    row['threshold'],
  ]);
  expect(numbers).toEqual([
    ['clicks_an_hour', 60, 60],
    ['visitors', 12, null],
    ['clicks_per_visitor', 5, 5],
  ]);
});

test('a burst on one link: few visitors fire; just under, and a story that goes viral, do not', async () => {
  const bad = await api.world();
  const under = await colleague(bad);
  const viral = await colleague(bad);
  const at = DAY + 20 * HOUR_MS;
  await add([
    ...times(120, (n) =>
      click(bad, at + n * 400, { ip_hash: hash(`b${n % 30}`), user_agent: 'B' }),
    ),
    ...times(119, (n) =>
      click(under, at + n * 400, { ip_hash: hash(`b${n % 20}`), user_agent: 'B' }),
    ),
    ...times(2_000, (n) => click(viral, at + n * 20)),
  ]);
  expect(await codesOf(bad)).toEqual([['link_velocity', bad.influencerId]]);
  // A link to the whole shop that nobody named, and what became of it.
  const linkOf = async () => (await signalsOf(bad))[0]!['link'];
  expect(await linkOf()).toMatchObject({ title: 'Shop', standing: 'works' });
  await api.owner.query(`update links set state = 'paused' where number = $1`, [bad.linkNumber]);
  expect(await linkOf()).toMatchObject({ standing: 'paused' });
  await api.owner.query(
    `update links set taken_down_at = now(), taken_down_reason = 'fraud' where number = $1`,
    [bad.linkNumber],
  );
  expect(await linkOf()).toMatchObject({ standing: 'taken_down' });
});

test('one user agent: fires where nobody else has it; just under, and a common browser, do not', async () => {
  const bad = await api.world();
  const under = await colleague(bad);
  const chrome = await colleague(bad);
  const others = await colleague(bad);
  const at = (n: number): number => DAY + 10 * HOUR_MS + n * 60_000;
  const common = { user_agent: 'Chrome' };
  await add([
    ...times(300, (n) => click(bad, at(n), n < 210 ? { user_agent: 'Rare' } : {})),
    ...times(300, (n) => click(under, at(n), n < 199 ? { user_agent: 'Rarer' } : {})),
    ...times(600, (n) => click(chrome, at(n), n < 400 ? common : {})),
    ...times(1_500, (n) => click(others, at(n % 700), n < 700 ? common : {})),
  ]);
  expect(await codesOf(bad)).toEqual([['agent_velocity', bad.influencerId]]);
  const [found] = await signalsOf(bad);
  const numbers = (found!['evidence'] as Row[]).map((row) => [
    (row['number'] as { code: string }).code,
    row['value'],
  ]);
  // Others' clicks are those of the whole platform: nobody else named it.
  expect(numbers).toEqual([
    ['clicks_of_agent', 210],
    ['networks', 210],
    ['share_bps', 7_000],
    ['share_elsewhere_bps', 0],
  ]);
});

/** Clicks over three days with the given number in each hour of a day. */
const overDays = (where: Where, hours: readonly number[]): ClickRow[] =>
  [0, 1, 2].flatMap((day) =>
    hours.flatMap((count, hour) =>
      times(count, (n) =>
        click(where, DAY + (day * 24 + hour) * HOUR_MS + Math.floor((n * HOUR_MS) / count)),
      ),
    ),
  );

test('hours of the day: flat and night-heavy fire; people, and the same on fewer clicks, do not', async () => {
  const flat = await api.world();
  const night = await colleague(flat);
  const few = await colleague(flat);
  const honest = await colleague(flat);
  const all = (count: number): number[] => Array.from({ length: 24 }, () => count);
  await add(overDays(flat, all(7)));
  await add(overDays(few, all(6)));
  await add(
    overDays(
      night,
      all(0).map((_, hour) => (hour === 0 || hour === 5 ? 21 : hour === 21 ? 60 : 0)),
    ),
  );
  await add(
    overDays(
      honest,
      [6, 3, 2, 1, 1, 2, 4, 9, 14, 16, 17, 18, 20, 20, 19, 18, 19, 22, 25, 28, 31, 30, 24, 14],
    ),
  );
  // More honest people, and busier ones, than are ever looked at: they hide nobody.
  await api.clickhouse!.command({
    query: `insert into clicks (ts, click_id, link_number, programme_id, influencer_id, ip_prefix, ip_hash, billable)
            select fromUnixTimestamp64Milli(toInt64({day:UInt64} + (number % 3 * 24 + 14 + number % 7) * 3600000)),
                   concat('h', leftPad(toString(number), 31, '0')), 4000000000 + number % 101, {programme:String},
                   concat('inf_honest', toString(number % 101)), concat('10.9.', toString(number % 250), '.0/24'),
                   cityHash64(number), 1 from numbers(${101 * 600})`,
    query_params: { day: DAY, programme: flat.programmeId },
  });
  const found = await codesOf(flat);
  expect(found.sort()).toEqual(
    [
      ['flat_hours', flat.influencerId],
      ['night_heavy', night.influencerId],
    ].sort(),
  );
});

test('orders: seconds after the click, and in one second, fire; slower ones, dates without a time and batches do not', async () => {
  const fast = await api.world();
  const slow = await colleague(fast);
  const at = (ms: number): Date => new Date(DAY + 15 * HOUR_MS + ms);
  for (let n = 0; n < 6; n += 1) {
    await addOrder(fast, at(n * 60_000), at(n * 60_000 + (n < 3 ? 14_000 : 300_000)));
    // Two in time, the third a second late, one before its click.
    const took = n < 2 ? 5_000 : n === 2 ? 15_000 : n === 3 ? -60_000 : 400_000;
    await addOrder(slow, at(n * 60_000), at(n * 60_000 + took + 7));
  }
  expect(await codesOf(fast)).toEqual([['orders_too_fast', fast.influencerId]]);

  const burst = await api.world();
  const [batched, dated, under] = [
    await colleague(burst),
    await colleague(burst),
    await colleague(burst),
  ];
  for (let n = 0; n < 4; n += 1) {
    await addOrder(burst, at(0), at(HOUR_MS + n * 200));
    await addOrder(dated, at(0), new Date(DAY + 24 * HOUR_MS));
    // The shop's whole batch of this second: two influencers' orders.
    await addOrder(batched, at(0), at(2 * HOUR_MS));
    if (n < 3) await addOrder(under, at(0), at(3 * HOUR_MS));
    if (n < 3) await addOrder(dated, at(0), at(2 * HOUR_MS));
  }
  expect(await codesOf(burst)).toEqual([['orders_same_second', burst.influencerId]]);
});

test('one device that orders through several influencers: fires; a shared address and two influencers do not', async () => {
  const a = await api.world();
  const [b, c] = [await colleague(a), await colleague(a)];
  const at = DAY + 13 * HOUR_MS;
  const order = async (where: Where, n: number, device: Partial<ClickRow>): Promise<void> => {
    const row = click(where, at + n * 600_000, device);
    await add([row]);
    await addOrder(
      where,
      new Date(at + n * 600_000),
      new Date(at + n * 600_000 + 400_000),
      row.click_id,
    );
  };
  const own = { ip_prefix: '203.0.113.0/24', ip_hash: hash('own'), user_agent: 'Own phone' };
  const shared = { ip_prefix: '203.0.113.0/24', ip_hash: hash('carrier 2'), user_agent: 'Common' };
  const pair = { ip_prefix: '203.0.113.0/24', ip_hash: hash('pair'), user_agent: 'Pair phone' };
  let n = 0;
  for (const where of [a, b, c]) {
    await order(where, (n += 1), own);
    await order(where, (n += 1), shared);
    if (where !== c) await order(where, (n += 1), pair);
  }
  await add(times(40, (k) => click(a, at + k * 90_000, shared)));
  const found = await signalsOf(a);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ signal: { code: 'orders_one_device' }, severity: 'low' });
  const ids = (found[0]!['influencers'] as { id: string }[]).map(({ id }) => id);
  expect(ids.sort()).toEqual([a.influencerId, b.influencerId, c.influencerId].sort());
});

test('payees on one device: operators see it, brands do not; three are too few', async () => {
  const set = async (world: World, ipPrefix: string): Promise<void> =>
    insertAudit(api.pool, {
      actorId: 'usr_test',
      actorRole: 'influencer',
      via: 'session',
      tenantId: world.influencerId,
      action: 'influencer.set_instrument',
      subjectId: world.influencerId,
      ipPrefix,
      userAgent: 'Payee phone',
      requestId: 'test',
    });
  const worlds = [await api.world(), await api.world(), await api.world(), await api.world()];
  for (const world of worlds) await set(world, '192.0.2.0/24');
  for (const world of worlds.slice(1)) await set(world, '192.0.3.0/24');
  const { body } = await ops.get('/v1/ops/fraud-signals?code=payees_one_device&days=30');
  const items = body['items'] as Row[];
  expect(items).toHaveLength(1);
  expect((items[0]!['influencers'] as unknown[]).length).toBe(4);
  expect(await codesOf(worlds[0]!)).toEqual([]);
});

test('operators see every brand; a brand sees nothing of another', async () => {
  const { body } = await ops.get('/v1/ops/fraud-signals?days=30');
  const codes = (body['items'] as { signal: { code: string } }[]).map(({ signal }) => signal.code);
  expect(new Set(codes).size).toBe(9);
  const stranger = await api.world();
  expect(await signalsOf(stranger)).toEqual([]);
  expect(JSON.stringify(body)).not.toMatch(/198\.51|203\.0|192\.0\.2|Payee phone|Own phone/);
});

test('without the click store: signals of orders stay, and it is said', async () => {
  await api.stack.engines.clickhouse.kill();
  const { body } = await ops.get('/v1/ops/fraud-signals');
  expect(body['clicks_known']).toBe(false);
  const codes = (body['items'] as { signal: { code: string } }[]).map(({ signal }) => signal.code);
  expect([...new Set(codes)].sort()).toEqual([
    'orders_same_second',
    'orders_too_fast',
    'payees_one_device',
  ]);
  await api.stack.engines.clickhouse.start();
});
