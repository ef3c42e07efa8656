import { randomBytes } from 'node:crypto';

import { idFromBytes } from '../../../domain/ids';
import { almatyDate } from '../../../domain/time';
import * as catalogue from '../../../store/postgres/catalogue';
import { CLICK_DEFAULTS, insertClicks, type ClickRow } from '../../support/clickRow';
import { order, postback, startHarness, type Harness, type World } from '../harness';
import { cursorOf, deskOf, inside, items, moveTo, type Desk, type Row } from './desk';

let api: Harness;
let world: World;
let owner: Desk;
let second: { influencerId: string; linkNumber: number };

/** Days of a quiet past, so that other tests' orders of today do not count. */
const DAYS = ['2026-05-01', '2026-05-02', '2026-05-03'];
const PERIOD = `from=${DAYS[0]}&to=${DAYS[2]}`;
const INSTAGRAM = 'Mozilla/5.0 (iPhone) Instagram 300.0';
const PAGE = 'https://shop.example/p/1?x=1';

async function addLink(influencerId: string, targetUrl: string | null): Promise<number> {
  const id = idFromBytes('link', randomBytes(16));
  const code = targetUrl === null ? null : randomBytes(5).toString('hex');
  await catalogue.insertLink(api.pool, {
    id,
    code,
    programmeId: world.programmeId,
    influencerId,
    targetUrl,
  });
  const { rows } = await api.pool.query<{ number: number }>(
    'select number from links where id = $1',
    [id],
  );
  return rows[0]!.number;
}

const clickRow = (
  at: string,
  linkNumber: number,
  influencerId: string,
  fields: Partial<ClickRow> = {},
): ClickRow => ({
  ...CLICK_DEFAULTS,
  ts: (Date.parse(at) / 1000).toFixed(3),
  click_id: api.clickIds.mint(linkNumber, Date.parse(at)),
  link_number: linkNumber,
  programme_id: world.programmeId,
  influencer_id: influencerId,
  ...fields,
});

async function sell(
  click: ClickRow,
  at: string,
  sale_amount: string,
  state?: string,
): Promise<string> {
  const { body } = await postback(
    api,
    world,
    order(api, world, { click_id: click.click_id, occurred_at: at, sale_amount }),
  );
  const id = String(body['conversion_id']);
  if (state) await moveTo(api, [id], state);
  return id;
}

beforeAll(async () => {
  api = await startHarness({ clickhouse: true });
  world = await api.world();
  owner = await deskOf(api, 'brand_analyst', world.brandId);
  const other = await api.world();
  const short = await addLink(world.influencerId, PAGE);
  second = {
    influencerId: other.influencerId,
    linkNumber: await addLink(other.influencerId, 'https://shop.example/p/2'),
  };
  // 23:30 in Almaty on the first day is 18:30 UTC; 00:30 on the second is 19:30 UTC of the first.
  const clicks = [
    clickRow('2026-05-01T18:30:00Z', world.linkNumber, world.influencerId, {
      user_agent: INSTAGRAM,
    }),
    clickRow('2026-05-01T19:30:00Z', short, world.influencerId, {
      referrer: 'https://t.me/somebody',
    }),
    clickRow('2026-05-02T06:00:00Z', second.linkNumber, second.influencerId),
    clickRow('2026-05-02T06:00:01Z', second.linkNumber, second.influencerId),
    clickRow('2026-05-02T06:00:02Z', second.linkNumber, second.influencerId, {
      billable: 0,
      reason: 'head',
    }),
    clickRow('2026-04-29T06:00:00Z', short, world.influencerId),
    clickRow('2026-05-02T06:00:00Z', other.linkNumber, other.influencerId, {
      programme_id: other.programmeId,
    }),
  ];
  await insertClicks(api.clickhouse!, clicks, 'figures-1');
  await sell(clicks[0]!, '2026-05-01T18:59:59Z', '1000.00', 'HELD');
  await sell(clicks[1]!, '2026-05-01T19:40:00Z', '2000.00', 'PAYABLE');
  await sell(clicks[1]!, '2026-05-02T07:00:00Z', '3000.00', 'PAID');
  await sell(clicks[2]!, '2026-05-02T07:00:00Z', '500.00', 'CANCELLED');
  await sell(clicks[5]!, '2026-04-30T07:00:00Z', '100.00', 'HELD');
  await postback(
    api,
    world,
    order(api, world, { click_id: null, occurred_at: '2026-05-02T07:00:00Z' }),
  );
}, 120_000);
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

const rowsIn = (row: Row, key: string): Row[] => row[key] as Row[];
const overview = (query: string): Promise<Row> =>
  owner.get(`/v1/brands/${world.brandId}/overview?${query}`).then((answer) => {
    expect(answer.status).toBe(200);
    return answer.body;
  });

const NOTHING = {
  orders: 0,
  orders_lost: 0,
  sales: '0.00',
  average_order: null,
  cost: { held: '0.00', payable: '0.00', paid: '0.00', total: '0.00', cancelled: '0.00' },
};

test('the period, the one before, and every Almaty day, quiet ones too', async () => {
  const body = await overview(`${PERIOD}&compare=previous`);
  expect(body['clicks_known']).toBe(true);
  expect(body['total']).toEqual({
    clicks: 4,
    orders: 4,
    orders_lost: 1,
    conversion_bps: 10_000,
    sales: '6000.00',
    average_order: '2000.00',
    cost: {
      held: '100.00',
      payable: '200.00',
      paid: '300.00',
      total: '600.00',
      cancelled: '50.00',
    },
  });
  expect(body['previous']).toMatchObject({ clicks: 1, orders: 1, sales: '100.00' });
  expect(
    rowsIn(body, 'series').map((day) => [
      day['day'],
      inside(day, 'figures')['clicks'],
      inside(day, 'figures')['orders'],
    ]),
  ).toEqual([
    ['2026-05-01', 1, 1],
    ['2026-05-02', 3, 3],
    ['2026-05-03', 0, 0],
  ]);
  expect(rowsIn(body, 'series')[2]!['figures']).toEqual({
    ...NOTHING,
    clicks: 0,
    conversion_bps: null,
  });
  expect(rowsIn(body, 'previous_series').map((day) => day['day'])).toEqual([
    '2026-04-28',
    '2026-04-29',
    '2026-04-30',
  ]);
  const alone = await overview(PERIOD);
  expect(alone).toMatchObject({ previous: null, previous_series: null, rows: [], rest: null });
});

test('by influencer, by product, by source', async () => {
  const rowsOf = async (by: string): Promise<unknown[]> => {
    const body = await overview(`${PERIOD}&by=${by}`);
    expect(body).toMatchObject({ by, rest: null, rows_partial: false });
    return rowsIn(body, 'rows').map((row) => [
      row['key'],
      row['label'],
      inside(row, 'figures')['clicks'],
      inside(row, 'figures')['orders'],
      inside(row, 'figures')['sales'],
    ]);
  };
  expect(await rowsOf('influencer')).toEqual([
    [world.influencerId, 'Author', 2, 3, '6000.00'],
    [second.influencerId, 'Author', 2, 1, '0.00'],
  ]);
  expect(await rowsOf('product')).toEqual([
    [PAGE, 'shop.example/p/1', 1, 2, '5000.00'],
    [null, null, 1, 1, '1000.00'],
    ['https://shop.example/p/2', 'shop.example/p/2', 2, 1, '0.00'],
  ]);
  expect(await rowsOf('source')).toEqual([
    ['telegram', null, 1, 2, '5000.00'],
    ['instagram', null, 1, 1, '1000.00'],
    ['direct', null, 2, 1, '0.00'],
  ]);
});

test('one programme alone; a period must be one', async () => {
  const own = await overview(`${PERIOD}&programme_id=${world.programmeId}`);
  expect(own['total']).toMatchObject({ orders: 4, clicks: 4 });
  const none = await overview(`${PERIOD}&programme_id=prg_nothing0`);
  expect(none['total']).toMatchObject({ orders: 0, clicks: 0 });
  for (const period of [
    'from=2026-05-02&to=2026-05-01',
    'from=2026-02-30&to=2026-05-01',
    'from=2024-01-01&to=2026-01-01',
  ]) {
    const answer = await owner.get(`/v1/brands/${world.brandId}/overview?${period}`);
    expect(answer.body['code']).toBe('period_invalid');
  }
});

test('influencers: figures, approval rate, every sort, pages; name and handle only', async () => {
  const path = `/v1/brands/${world.brandId}/influencers?${PERIOD}`;
  const all = await owner.get(path);
  expect(items(all)).toEqual([
    {
      id: world.influencerId,
      ref: expect.any(String),
      display_name: 'Author',
      figures: expect.objectContaining({ clicks: 2, orders: 3, sales: '6000.00' }),
      approval_bps: 10_000,
      last_order_at: '2026-05-02T07:00:00.000Z',
    },
    expect.objectContaining({ id: second.influencerId, approval_bps: 0 }),
  ]);
  for (const sort of [
    'sales',
    'orders',
    'clicks',
    'conversion',
    'cost',
    'approval',
    'last_order',
  ]) {
    const first = await owner.get(`${path}&sort=${sort}&limit=1`);
    const cursor = cursorOf(first);
    const rest = await owner.get(`${path}&sort=${sort}&limit=1&cursor=${cursor}`);
    expect(new Set([...items(first), ...items(rest)].map((one) => one['id'])).size).toBe(2);
    expect(rest.body['next_cursor']).toBeNull();
  }
  const today = almatyDate(new Date());
  const recent = await owner.get(`/v1/brands/${world.brandId}/influencers`);
  expect(recent.body).toMatchObject({ to: today, items: [] });
});

test('one influencer: days and pages', async () => {
  const path = `/v1/brands/${world.brandId}/influencers/${world.influencerId}?${PERIOD}`;
  const { body } = await owner.get(path);
  expect(body).toMatchObject({
    influencer: { id: world.influencerId, figures: { clicks: 2, orders: 3 } },
    clicks_known: true,
  });
  expect(body['series']).toHaveLength(3);
  expect(rowsIn(body, 'products').map((row) => row['key'])).toEqual([PAGE, null]);
});

test('without the click store money is shown and clicks are said to be unknown', async () => {
  const bare = await api.clickhouse!.close().then(() => api.stack.engines.clickhouse);
  await bare.stop();
  const body = await overview(`${PERIOD}&compare=previous&by=source`);
  expect(body).toMatchObject({
    clicks_known: false,
    rows_partial: true,
    total: { clicks: null, conversion_bps: null, orders: 4, sales: '6000.00' },
    rows: [{ key: 'unknown', figures: { orders: 4, clicks: null } }],
  });
  for (const by of ['influencer', 'product']) {
    const cut = await overview(`${PERIOD}&by=${by}`);
    expect(rowsIn(cut, 'rows').length).toBeGreaterThan(1);
    expect(cut['rows_partial']).toBe(false);
  }
  const people = await owner.get(`/v1/brands/${world.brandId}/influencers?${PERIOD}&sort=clicks`);
  expect(people).toMatchObject({ status: 200, body: { clicks_known: false } });
}, 60_000);
