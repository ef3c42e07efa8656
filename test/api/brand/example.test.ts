import { startHarness, type Harness, type World } from '../harness';
import { deskOf, type Desk } from './desk';

let api: Harness;
let world: World;
let owner: Desk;
let rival: Desk;
beforeAll(async () => {
  api = await startHarness();
  world = await api.world();
  owner = await deskOf(api, 'brand_owner', world.brandId);
  rival = await deskOf(api, 'brand_owner', (await api.world()).brandId);
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

const body = { sale_amount: '10000.00', terms: { commission_bps: 1000 } };

test('before the first programme: a sale under terms nobody has made yet, with the fee of a new programme', async () => {
  const path = `/v1/brands/${world.brandId}/example`;
  expect(await owner.post(path, body)).toMatchObject({
    status: 200,
    body: {
      terms: { commission_bps: 1000, platform_fee_bps: 2000 },
      sale: '10000.00',
      commission: '1000.00',
      platform_fee: '200.00',
      influencer_gross: '800.00',
    },
  });
  expect((await owner.post(path, { sale_amount: '10.00' })).body['code']).toBe('body_invalid');
  expect((await rival.post(path, body)).body['code']).toBe('brand_not_found');
});
