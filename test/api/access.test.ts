import type { PayoutCommands } from '../../api/commands';
import { err, ok } from '../../domain/result';
import { get, order, postback, startHarness, type Harness, type World } from './harness';

let api: Harness;
let mine: World;
let theirs: World;
let conversionId: string;
let receiptId: string;

const payouts: PayoutCommands = {
  requestPayout: (input) =>
    Promise.resolve(
      input.amount === 1n
        ? err({ code: 'amount_below_minimum' as const })
        : ok({
            payoutId: 'pay_0000000000',
            batchId: 'bat_0000000000',
            influencerId: input.influencerId,
            state: 'requested',
            amount: input.amount ?? 70_000n,
          }),
    ),
  approveBatch: () => Promise.resolve(err({ code: 'temporal_unavailable' as const })),
  changeDestination: () => Promise.reject(new Error('nobody changes a card here')),
};

beforeAll(async () => {
  api = await startHarness({ payouts });
  mine = await api.world();
  theirs = await api.world();
  const answer = await postback(api, mine, order(api, mine));
  conversionId = String(answer.body['conversion_id']);
  receiptId = String(answer.body['receipt_id']);
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

test('a foreign key sees nothing, and cannot tell foreign from absent', async () => {
  const keys = {
    brand: await api.key('brand', mine.brandId),
    influencer: await api.key('influencer', mine.influencerId),
    ops: await api.key('ops', 'ops_one'),
    otherBrand: await api.key('brand', theirs.brandId),
    otherInfluencer: await api.key('influencer', theirs.influencerId),
    // A subject of another kind must not open anything either.
    confused: await api.key('brand', mine.influencerId),
  };
  const table: [string, Record<keyof typeof keys, number>][] = [
    [
      `/v1/conversions/${conversionId}`,
      {
        brand: 200,
        influencer: 200,
        ops: 200,
        otherBrand: 404,
        otherInfluencer: 404,
        confused: 404,
      },
    ],
    [
      `/v1/receipts/${receiptId}`,
      {
        brand: 200,
        influencer: 403,
        ops: 200,
        otherBrand: 404,
        otherInfluencer: 403,
        confused: 404,
      },
    ],
    [
      `/v1/influencers/${mine.influencerId}/balance`,
      {
        brand: 403,
        influencer: 200,
        ops: 200,
        otherBrand: 403,
        otherInfluencer: 404,
        confused: 403,
      },
    ],
    [
      '/v1/payouts/pay_0000000000',
      {
        brand: 403,
        influencer: 404,
        ops: 404,
        otherBrand: 403,
        otherInfluencer: 404,
        confused: 403,
      },
    ],
    [
      '/v1/payout-batches/bat_0000000000',
      {
        brand: 403,
        influencer: 403,
        ops: 404,
        otherBrand: 403,
        otherInfluencer: 403,
        confused: 403,
      },
    ],
  ];
  for (const [path, expected] of table) {
    for (const [name, status] of Object.entries(expected)) {
      const answer = await get(api, path, keys[name as keyof typeof keys]);
      expect([path, name, answer.status]).toEqual([path, name, status]);
    }
    expect((await get(api, path)).status).toBe(401);
  }
  const foreign = await get(api, `/v1/conversions/${conversionId}`, keys.otherBrand);
  const absent = await get(api, '/v1/conversions/cnv_0000000000', keys.otherBrand);
  expect(foreign.body['detail']).toBe(absent.body['detail']);
});

test('keys: malformed, unknown, of another environment, revoked', async () => {
  const key = await api.key('ops', 'ops_two');
  const path = `/v1/conversions/${conversionId}`;
  const wrong = [
    'x',
    `${key}x`,
    key.replace('gk_test_', 'gk_live_'),
    `gk_test_${'A'.repeat(43)}`,
    key.toUpperCase(),
  ];
  const texts = new Set<unknown>();
  for (const bad of wrong) {
    const answer = await get(api, path, bad);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    texts.add(answer.body['detail']);
  }
  expect(texts.size).toBe(1);
  expect((await get(api, path, key)).status).toBe(200);
  await api.owner.query("update api_keys set revoked_at = now() where subject_id = 'ops_two'");
  let status = 200;
  for (const until = Date.now() + 5_000; status === 200 && Date.now() < until;)
    ({ status } = await get(api, path, key));
  expect(status).toBe(401);
});

test('payouts: amounts in and out, refusals with their codes', async () => {
  const key = await api.key('influencer', mine.influencerId);
  const ask = async (body?: string, type = 'application/json'): Promise<[number, unknown]> => {
    const response = await fetch(`${api.url}/v1/influencers/${mine.influencerId}/payouts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': type } : {}) },
      ...(body ? { body } : {}),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    return [response.status, answer['code'] ?? answer['amount']];
  };
  expect(await ask()).toEqual([201, '700.00']);
  expect(await ask('{}')).toEqual([201, '700.00']);
  expect(await ask('{"amount":"12.3"}')).toEqual([201, '12.30']);
  expect(await ask('{"amount":"0.01"}')).toEqual([422, 'amount_below_minimum']);
  expect(await ask('{"amount":12.3}')).toEqual([422, 'body_invalid']);
  expect(await ask('{"amount":"-1"}')).toEqual([422, 'body_invalid']);
  expect(await ask('{"amount":"1","amount":"2"}')).toEqual([400, 'json_duplicate_key']);
  expect(await ask('{"amount":"1"}', 'text/plain')).toEqual([415, 'content_type_unsupported']);
  expect(await ask(`{"amount":"1"}${' '.repeat(70_000)}`)).toEqual([413, 'body_too_large']);
  const ops = await api.key('ops', 'ops_three');
  const approval = await fetch(`${api.url}/v1/payout-batches/bat_0000000000/approve`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ops}`, 'content-type': 'application/json' },
    body: '{"expected_total":"700.00"}',
  });
  expect([approval.status, approval.headers.get('retry-after')]).toEqual([503, '2']);
});

test('headers: request ids come back, nothing is cached', async () => {
  const given = await fetch(`${api.url}/health`, { headers: { 'x-request-id': 'abc-1' } });
  expect(given.headers.get('x-request-id')).toBe('abc-1');
  const replaced = await fetch(`${api.url}/health`, { headers: { 'x-request-id': 'a b"<' } });
  expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  for (const path of ['/health', '/nowhere', '/openapi.yaml', '/v1/postbacks/x'])
    expect((await fetch(`${api.url}${path}`)).headers.get('cache-control')).toBe('no-store');
  const wrong = await fetch(`${api.url}/health`, { method: 'DELETE' });
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'HEAD, GET']);
});
