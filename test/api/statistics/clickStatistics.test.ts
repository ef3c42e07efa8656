import { randomBytes } from 'node:crypto';

import { idFromBytes } from '../../../domain/ids';
import { CLICK_DEFAULTS, insertClicks, type ClickRow } from '../../support/clickRow';
import * as catalogue from '../../../store/postgres/catalogue';
import { almatyDate } from '../../../domain/time';
import { order, postback, startHarness, type Harness, type World } from '../harness';
import { deskOf, moveTo, type Desk, type Row } from '../brand/desk';

let api: Harness;
let world: World;
let second: World;
let own: Desk;
let brand: Desk;
let short: { id: string; number: number };
let orderedOn: string;

const PERIOD = 'from=2026-10-01&to=2026-10-03';
let made = 0;

const click = (at: string, fields: Partial<ClickRow> = {}): ClickRow => ({
  ...CLICK_DEFAULTS,
  ts: (Date.parse(at) / 1000).toFixed(3),
  click_id: String((made += 1)).padStart(32, '0'),
  link_number: world.linkNumber,
  programme_id: world.programmeId,
  influencer_id: world.influencerId,
  user_agent: 'Mozilla/5.0 secret-agent',
  referrer: 'https://example.org/secret?q=1',
  product_key: 'wb:1',
  unique: 1,
  device: 'phone',
  os: 'android',
  app: 'instagram',
  browser: 'Chrome',
  referrer_host: 'example.org',
  way: '',
  ...fields,
});

async function addLink(title: string): Promise<{ id: string; number: number }> {
  const id = idFromBytes('link', randomBytes(16));
  await catalogue.insertLink(api.pool, {
    id,
    code: randomBytes(5).toString('hex'),
    programmeId: second.programmeId,
    influencerId: world.influencerId,
    targetUrl: 'https://shop.example/p/1',
  });
  const { rows } = await api.owner.query<{ number: number }>(
    'update links set title = $2 where id = $1 returning number',
    [id, title],
  );
  return { id, number: rows[0]!.number };
}

beforeAll(async () => {
  api = await startHarness({ clickhouse: true });
  world = await api.world();
  second = await api.world();
  own = await deskOf(api, 'influencer', world.influencerId);
  brand = await deskOf(api, 'brand_analyst', world.brandId);
  short = await addLink('=HYPERLINK("http://x")');
  await insertClicks(
    api.clickhouse!,
    [
      // 23:30 in Almaty on the first day is 18:30 UTC; 00:30 on the second is 19:30 UTC of the first.
      click('2026-10-01T18:30:00Z'),
      click('2026-10-01T19:30:00Z', { unique: 0 }),
      click('2026-10-01T19:30:01Z', {
        billable: 0,
        unique: 0,
        reason: 'fetcher',
        device: 'other',
        app: '',
        referrer_host: '',
      }),
      click('2026-10-01T19:30:02Z', {
        link_number: short.number,
        programme_id: second.programmeId,
        product_key: 'kaspi:9',
        device: 'desktop',
        app: 'telegram',
        referrer_host: '=1+1.evil',
      }),
      click('2026-10-03T18:59:59.999Z', { billable: 0, unique: 0, reason: 'no_such_code' }),
      // Outside: a millisecond before the first day, and after the last.
      click('2026-09-30T18:59:59.999Z'),
      click('2026-10-03T19:00:00Z'),
      click('2026-10-02T06:00:00Z', {
        influencer_id: second.influencerId,
        link_number: second.linkNumber,
      }),
    ],
    'statistics',
  );
  const { body } = await postback(api, world, order(api, world, { sale_amount: '1000.00' }));
  await moveTo(api, [String(body['conversion_id'])], 'HELD');
  orderedOn = almatyDate(new Date());
}, 120_000);
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

const path = (query: string): string =>
  `/v1/influencers/${world.influencerId}/click-statistics?${query}`;
const figures = (clicks: number, counted: number, unique: number): Row => ({
  clicks,
  counted,
  unique,
  not_counted: clicks - counted,
});
async function statistics(query: string, desk = own, at = path(query)): Promise<Row> {
  const answer = await desk.get(at);
  expect(answer.status).toBe(200);
  return answer.body;
}
const itemsBy = async (query: string): Promise<unknown[]> =>
  (await statistics(query))['items'] as unknown[];

test('by day: every Almaty day, empty ones too, totals and reasons in three languages', async () => {
  const body = await statistics(PERIOD);
  expect(body).toMatchObject({ clicks_known: true, group_by: 'day', rest: null });
  expect(body['total']).toEqual(figures(5, 3, 2));
  expect(body['items']).toEqual([
    { key: '2026-10-01', label: null, ...figures(1, 1, 1) },
    { key: '2026-10-02', label: null, ...figures(3, 2, 1) },
    { key: '2026-10-03', label: null, ...figures(1, 0, 0) },
  ]);
  const reasons = body['reasons'] as { clicks: number; reason: Row }[];
  expect(reasons.map(({ clicks, reason }) => [reason['code'], clicks])).toEqual([
    ['fetcher', 1],
    ['no_such_code', 1],
  ]);
  for (const { reason } of reasons) expect(reason['kk']).toMatch(/[әғқңөұүһі]/);
});

test('by hour: Almaty hours, every one, at most 31 days', async () => {
  const items = (await itemsBy(`${PERIOD}&group_by=hour`)) as { key: string; clicks: number }[];
  expect(items).toHaveLength(72);
  expect(items.filter(({ clicks }) => clicks > 0).map(({ key, clicks }) => [key, clicks])).toEqual([
    ['2026-10-01T23:00', 1],
    ['2026-10-02T00:00', 3],
    ['2026-10-03T23:00', 1],
  ]);
  const long = await own.get(path('group_by=hour&from=2026-08-01&to=2026-10-01'));
  expect([long.status, long.body['code']]).toEqual([422, 'period_invalid']);
  const recent = await itemsBy('group_by=hour');
  expect(recent.length).toBeGreaterThan(24);
  expect(recent.length).toBeLessThanOrEqual(48);
});

test.each([
  [
    'app',
    [
      ['instagram', 3],
      ['telegram', 1],
      [null, 1],
    ],
  ],
  [
    'device',
    [
      ['phone', 3],
      ['desktop', 1],
      ['other', 1],
    ],
  ],
  [
    'product',
    [
      ['wb:1', 4],
      ['kaspi:9', 1],
    ],
  ],
  [
    'referrer',
    [
      ['example.org', 3],
      [null, 1],
      ['=1+1.evil', 1],
    ],
  ],
])('by %s', async (cut, expected) => {
  const items = (await itemsBy(`${PERIOD}&group_by=${cut}`)) as Row[];
  expect(items.map(({ key, clicks }) => [key, clicks]).sort()).toEqual(expected.sort());
});

test('by link and by programme: ids and names, deleted links too; one link or programme alone', async () => {
  await api.owner.query(`update links set state = 'deleted' where id = $1`, [short.id]);
  const links = (await itemsBy(`${PERIOD}&group_by=link`)) as Row[];
  expect(links.map(({ key, label, clicks }) => [key, label, clicks])).toEqual([
    [expect.stringMatching(/^lnk_/), 'Shop', 4],
    [short.id, '=HYPERLINK("http://x")', 1],
  ]);
  expect((await statistics(`${PERIOD}&link_id=${short.id}`))['total']).toEqual(figures(1, 1, 1));
  expect((await statistics(`${PERIOD}&programme_id=${world.programmeId}`))['total']).toEqual(
    figures(4, 2, 1),
  );
  const foreign = await own.get(path(`${PERIOD}&link_id=lnk_0000000000`));
  expect([foreign.status, foreign.body['code']]).toEqual([404, 'link_not_found']);
});

test('shops side by side: clicks, orders, what they earned, and per 100 clicks', async () => {
  await insertClicks(
    api.clickhouse!,
    Array.from({ length: 20 }, () => click(new Date().toISOString())),
    'today',
  );
  const { rows } = await api.owner.query<{ payable: string }>(
    `select payable_tiyn::text as payable from conversions where influencer_id = $1`,
    [world.influencerId],
  );
  const items = (await itemsBy(`from=${orderedOn}&to=${orderedOn}&group_by=programme`)) as Row[];
  const earned = Number(rows[0]!.payable ?? 0) / 100;
  expect(items).toEqual([
    {
      key: world.programmeId,
      label: 'Shop',
      ...figures(20, 20, 20),
      orders: 1,
      earned: earned.toFixed(2),
      earned_per_100_clicks: (earned * 5).toFixed(2),
    },
  ]);
});

test('the file: same figures, a formula is text', async () => {
  const at = `/v1/influencers/${world.influencerId}/click-statistics.csv?${PERIOD}`;
  const { status, headers, text } = await own.text(`${at}&group_by=link`);
  expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  expect(text.split('\r\n').slice(0, 3)).toEqual([
    'key,label,clicks,counted,unique,not_counted',
    expect.stringMatching(/^lnk_\w+,Shop,4,2,1,2$/),
    `${short.id},"'=HYPERLINK(""http://x"")",1,1,1,0`,
  ]);
  const referrers = await own.text(`${at}&group_by=referrer`);
  expect(referrers.text).toContain("\r\n'=1+1.evil,");
  const shops = await own.text(`${at}&group_by=programme`);
  expect(shops.text.split('\r\n')[0]).toMatch(/,orders,earned,earned_per_100_clicks$/);
});

test('clicks one by one: newest first, page by page, with the reason, and nothing of the visitor', async () => {
  const list = `/v1/influencers/${world.influencerId}/clicks`;
  const found: Row[] = [];
  for (let cursor = ''; ;) {
    const { status, body } = await own.get(`${list}?limit=3${cursor}`);
    expect([status, body['clicks_known']]).toEqual([200, true]);
    found.push(...(body['items'] as Row[]));
    if (body['next_cursor'] === null) break;
    cursor = `&cursor=${body['next_cursor'] as string}`;
  }
  const times = found.map((one) => String(one['at']));
  expect(times).toEqual([...times].sort().reverse());
  const mine = found.filter((one) => String(one['at']).startsWith('2026-'));
  expect(new Set(mine.map((one) => one['id'])).size).toBe(mine.length);
  const repeat = found.find((one) => one['at'] === '2026-10-01T19:30:00.000Z')!;
  expect(repeat).toMatchObject({ counted: true, unique: false, reason: { code: 'repeat' } });
  const text = JSON.stringify(found);
  expect(text).not.toMatch(/198\.51|secret/);
  const no = await own.get(`${list}?counted=no`);
  expect((no.body['items'] as Row[]).map((one) => (one['reason'] as Row)['code'])).toEqual([
    'no_such_code',
    'fetcher',
  ]);
  const one = await own.get(`${list}?counted=yes&link_id=${short.id}`);
  expect(one.body['items']).toMatchObject([
    {
      link_id: short.id,
      product: 'kaspi:9',
      counted: true,
      unique: true,
      reason: null,
      app: 'telegram',
    },
  ]);
  for (const made of ['["1"]', '["x","y"]', `["0","${'a'.repeat(32)}"]`, `["1","'"]`]) {
    const cursor = Buffer.from(made).toString('base64url');
    expect((await own.get(`${list}?cursor=${cursor}`)).body['code']).toBe('cursor_invalid');
  }
});

test('a brand: its programmes only, by influencer with names, one programme or influencer alone', async () => {
  const at = (query: string): string => `/v1/brands/${world.brandId}/click-statistics?${query}`;
  const all = await statistics('', brand, at(`${PERIOD}&group_by=influencer`));
  expect(all['total']).toEqual(figures(5, 3, 2));
  expect(all['items']).toEqual([
    { key: world.influencerId, label: 'Author', ...figures(4, 2, 1) },
    { key: second.influencerId, label: 'Author', ...figures(1, 1, 1) },
  ]);
  const one = await statistics('', brand, at(`${PERIOD}&influencer_id=${second.influencerId}`));
  expect(one['total']).toEqual(figures(1, 1, 1));
  const foreign = await statistics('', brand, at(`${PERIOD}&programme_id=${second.programmeId}`));
  expect(foreign['total']).toEqual(figures(0, 0, 0));
  const file = await brand.text(
    `/v1/brands/${world.brandId}/click-statistics.csv?${PERIOD}&group_by=influencer`,
  );
  expect(file.text).toContain(`${world.influencerId},Author,4,2,1,2`);
});

test('without the click store: figures are null and said to be, orders stand, a file is refused', async () => {
  await api.stack.engines.clickhouse.kill();
  const shops = await statistics(`group_by=programme&from=${orderedOn}&to=${orderedOn}`);
  expect(shops).toMatchObject({ clicks_known: false, total: { clicks: null, unique: null } });
  expect(shops['items']).toMatchObject([{ key: world.programmeId, clicks: null, orders: 1 }]);
  expect(await itemsBy(PERIOD)).toHaveLength(3);
  const list = await own.get(`/v1/influencers/${world.influencerId}/clicks`);
  expect(list.body).toEqual({ items: [], next_cursor: null, clicks_known: false });
  const file = await own.get(`/v1/influencers/${world.influencerId}/click-statistics.csv`);
  expect([file.status, file.body['code']]).toEqual([503, 'store_unavailable']);
  await api.stack.engines.clickhouse.start();
});
