import { startHarness, type Harness } from '../harness';
import { signedIn } from '../people';
import { send } from './desk';

let api: Harness;
beforeAll(async () => {
  api = await startHarness({ mode: 'live' });
});
afterAll(async () => {
  expect(api.violations).toEqual([]);
  await api.stop();
});

test.each([
  ['GET', '/v1/ops/sandbox/dials', undefined],
  ['PUT', '/v1/ops/sandbox/dials/wooppay/payout', { value: 'refuse' }],
  ['GET', '/v1/ops/sandbox/clock', undefined],
  ['PUT', '/v1/ops/sandbox/clock', { offset_ms: 1 }],
])('in live mode %s %s does not exist', async (method, path, body) => {
  const maker = await signedIn(api, 'ops_maker', 'ops');
  const told = await send(api, maker, method, path, body);
  expect(told).toMatchObject({ status: 404, body: { code: 'test_mode_only' } });
});
