import { deskOf, idempotency, type Desk } from '../brand/desk';
import { startHarness, type Harness, type World } from '../harness';

let api: Harness;
let world: World;
let owner: Desk;
let analyst: Desk;

beforeAll(async () => {
  api = await startHarness();
  world = await api.world();
  owner = await deskOf(api, 'brand_owner', world.brandId);
  analyst = await deskOf(api, 'brand_analyst', world.brandId);
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

const create = (fields: Record<string, unknown> = {}) =>
  owner.post(
    `/v1/brands/${world.brandId}/programmes`,
    {
      name: 'Shop',
      hosts: [`shop-${Math.random().toString(36).slice(2)}.example`],
      terms: { commission_bps: 1500, hold_days: 14, click_window_days: 30 },
      ...fields,
    },
    idempotency(),
  );
const SETTINGS = {
  android_package: 'kz.shop.app',
  ios_universal: true,
  product_params: ['id', 'color'],
  buyers_prefer_kaspi: true,
};
const NONE = {
  android_package: null,
  ios_universal: false,
  product_params: [],
  buyers_prefer_kaspi: false,
};

test('left out, a programme opens the browser and is told apart by its addresses', async () => {
  const made = await create();
  expect(made).toMatchObject({ status: 201, body: NONE });
});

test('given at the start, read back, changed one by one, and written down', async () => {
  const made = await create(SETTINGS);
  expect(made).toMatchObject({ status: 201, body: SETTINGS });
  const path = `/v1/programmes/${String(made.body['id'])}`;
  expect((await owner.get(path)).body).toMatchObject(SETTINGS);
  expect((await owner.patch(path, { name: 'Other' })).body).toMatchObject(SETTINGS);
  const without = await owner.patch(path, { android_package: null });
  expect(without.body).toMatchObject({ ...SETTINGS, android_package: null });
  const fewer = await owner.patch(path, {
    product_params: ['sku', 'sku'],
    buyers_prefer_kaspi: false,
  });
  expect(fewer.body).toMatchObject({
    product_params: ['sku'],
    buyers_prefer_kaspi: false,
    ios_universal: true,
  });
  const { rows } = await api.owner.query<{ action: string; after: Record<string, unknown> }>(
    `select action, after from audit_log where subject_id = $1 order by id`,
    [made.body['id']],
  );
  expect(rows[0]!.after).toMatchObject(SETTINGS);
  expect(rows.slice(2).map(({ after }) => after)).toEqual([
    { android_package: null },
    { product_params: ['sku'], buyers_prefer_kaspi: false },
  ]);
  expect((await analyst.patch(path, { ios_universal: false })).status).toBe(403);
});

test.each([
  [{ android_package: 'app' }],
  [{ android_package: 'kz shop app' }],
  [{ android_package: `kz.${'a'.repeat(150)}` }],
  [{ product_params: ['a=b'] }],
  [{ product_params: ['a&b'] }],
  [{ product_params: Array.from({ length: 11 }, (_, n) => `p${n}`) }],
  [{ ios_universal: 'yes' }],
])('%j is refused', async (fields) => {
  expect((await create(fields)).body).toMatchObject({ code: 'body_invalid' });
});
