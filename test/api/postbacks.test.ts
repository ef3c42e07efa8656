import { randomBytes } from 'node:crypto';

import { addProgrammeSecret } from '../../store/postgres/programmes';
import { get, order, postback, startHarness, type Harness, type World } from './harness';

let api: Harness;
let world: World;

beforeAll(async () => {
  api = await startHarness();
  world = await api.world({ paid: 'approved', cancelled: 'rejected' });
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

const outboxOf = async (conversionId: unknown): Promise<Record<string, unknown>[]> => {
  const { rows } = await api.owner.query<{ payload: Record<string, unknown> }>(
    'select payload from outbox where subject_id = $1 order by id',
    [conversionId],
  );
  return rows.map((row) => row.payload);
};

test('a signed postback is stored with receipt, conversion, history and one message', async () => {
  const body = order(api, world, { occurred_at: '2026-01-02T03:04:05Z' });
  const answer = await postback(api, world, body);
  expect(answer).toMatchObject({
    status: 200,
    body: {
      verdict: 'accepted',
      conversion_state: 'RECEIVED',
      order_status: 'approved',
      reason: null,
    },
  });
  expect(await outboxOf(answer.body['conversion_id'])).toEqual([
    {
      conversionId: answer.body['conversion_id'],
      receiptId: answer.body['receipt_id'],
      status: 'approved',
      sale: '1000.00',
      at: '2026-01-02T03:04:05.000Z',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    },
  ]);
  const key = await api.key('brand', world.brandId);
  const conversion = await get(api, `/v1/conversions/${String(answer.body['conversion_id'])}`, key);
  expect(conversion.body).toMatchObject({
    state: 'RECEIVED',
    influencer_id: world.influencerId,
    amounts: { currency: 'KZT', sale: '1000.00', gross: null, fee: null, payable: null },
    history: [{ from: null, to: 'RECEIVED' }],
  });
  const receipt = await get(api, `/v1/receipts/${String(answer.body['receipt_id'])}`, key);
  expect(receipt.body).toMatchObject({
    verdict: 'accepted',
    sale: '1000.00',
    stated: { click_id: body['click_id'], occurred_at: '2026-01-02T03:04:05Z' },
  });
});

test('the same postback 50 times at once, to two processes: one of everything', async () => {
  const second = await api.another();
  const before = await api.counts();
  const body = order(api, world);
  const webhookId = `msg_${randomBytes(8).toString('hex')}`;
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      postback(api, world, body, { webhookId, url: i % 2 === 0 ? api.url : second }),
    ),
  );
  expect(answers.map((answer) => answer.status)).toEqual(Array(50).fill(200));
  expect(new Set(answers.map((answer) => answer.body['receipt_id'])).size).toBe(1);
  expect(new Set(answers.map((answer) => answer.body['conversion_id'])).size).toBe(1);
  expect(answers.filter((answer) => answer.body['verdict'] === 'accepted')).toHaveLength(1);
  const after = await api.counts();
  for (const table of Object.keys(after)) expect(after[table]).toBe((before[table] ?? 0) + 1);
});

test('many events of one order at once, to two processes: one conversion, every receipt, one fold', async () => {
  const second = await api.another();
  const fields = order(api, world);
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      postback(
        api,
        world,
        { ...fields, event_version: i + 1, sale_amount: `${1000 + i}.00` },
        { url: i % 2 === 0 ? api.url : second },
      ),
    ),
  );
  expect(answers.every((answer) => answer.status === 200)).toBe(true);
  const id = answers[0]?.body['conversion_id'];
  const { rows } = await api.owner.query(
    'select sale_tiyn, (select count(*)::int from receipts where conversion_id = c.id) as receipts from conversions c where id = $1',
    [id],
  );
  expect(rows).toEqual([{ sale_tiyn: 103_900n, receipts: 40 }]);
});

test('another body under the same webhook id: 409 and nothing changes', async () => {
  const webhookId = `msg_${randomBytes(8).toString('hex')}`;
  const body = order(api, world);
  const first = await postback(api, world, body, { webhookId });
  const before = await api.counts();
  const changed = await postback(api, world, { ...body, sale_amount: '9000.00' }, { webhookId });
  expect(changed).toMatchObject({
    status: 409,
    body: { code: 'webhook_conflict', receipt_id: first.body['receipt_id'] },
  });
  const raced = await Promise.all(
    ['1.00', '2.00', '3.00', '4.00'].map((sale_amount) =>
      postback(api, world, { ...order(api, world), sale_amount }, { webhookId: `${webhookId}b` }),
    ),
  );
  expect(raced.map((answer) => answer.status).sort()).toEqual([200, 409, 409, 409]);
  const after = await api.counts();
  expect(after['receipts']).toBe((before['receipts'] ?? 0) + 1);
  expect(after['conversions']).toBe((before['conversions'] ?? 0) + 1);
});

test('an event version has one content', async () => {
  const body = order(api, world, { event_version: 3 });
  const first = await postback(api, world, body);
  expect(await postback(api, world, body)).toMatchObject({
    status: 200,
    body: { verdict: 'duplicate', conversion_id: first.body['conversion_id'] },
  });
  const before = await api.counts();
  expect(await postback(api, world, { ...body, sale_amount: '5.00' })).toMatchObject({
    status: 409,
    body: { code: 'event_version_conflict' },
  });
  expect(await api.counts()).toEqual(before);
  expect(await outboxOf(first.body['conversion_id'])).toHaveLength(1);
});

test('pending, approved, refunded: updates with a message each; a repeat has none', async () => {
  const body = order(api, world, { status: 'pending', event_version: 1 });
  const first = await postback(api, world, body);
  expect(await postback(api, world, { ...body, status: 'paid', event_version: 2 })).toMatchObject({
    status: 200,
    body: { verdict: 'updated', order_status: 'approved' },
  });
  const refund = { transaction_id: body['transaction_id'], status: 'refunded', event_version: 3 };
  expect(await postback(api, world, refund)).toMatchObject({
    body: { verdict: 'updated', order_status: 'refunded' },
  });
  expect(await postback(api, world, refund)).toMatchObject({ body: { verdict: 'duplicate' } });
  const messages = await outboxOf(first.body['conversion_id']);
  expect(messages.map((message) => message['status'])).toEqual(['pending', 'approved', 'refunded']);
  expect(messages.map((message) => message['sale'])).toEqual(['1000.00', '1000.00', '1000.00']);
});

describe('orders without a genuine click are kept and say why', () => {
  const cases: [string, (other: World) => unknown][] = [
    ['click_missing', () => undefined],
    ['click_malformed', () => 'abc'],
    ['click_forged', () => 'A'.repeat(32)],
    ['click_other_programme', (other) => api.clickIds.mint(other.linkNumber, Date.now())],
    ['click_link_unknown', () => api.clickIds.mint(200_000_000, Date.now())],
    ['click_from_future', () => api.clickIds.mint(world.linkNumber, Date.now() + 3_600_000)],
  ];
  test.each(cases)('%s', async (code, clickId) => {
    const other = await api.world();
    const answer = await postback(api, world, order(api, world, { click_id: clickId(other) }));
    expect(answer).toMatchObject({
      status: 202,
      body: { verdict: 'unmatched', conversion_state: 'UNMATCHED', reason: { code } },
    });
    expect(await outboxOf(answer.body['conversion_id'])).toEqual([]);
  });

  test('a later event with the click credits the order', async () => {
    const body = order(api, world, { event_version: 2 });
    const { click_id: _, ...without } = body;
    const first = await postback(api, world, { ...without, event_version: 1, status: 'pending' });
    expect(first.status).toBe(202);
    expect(
      await postback(api, world, { ...without, event_version: 1, status: 'pending' }),
    ).toMatchObject({
      status: 200,
      body: {
        verdict: 'duplicate',
        conversion_state: 'UNMATCHED',
        reason: { code: 'click_missing' },
      },
    });
    expect(await postback(api, world, body)).toMatchObject({
      status: 200,
      body: { verdict: 'updated', conversion_state: 'RECEIVED', reason: null },
    });
    expect(await outboxOf(first.body['conversion_id'])).toHaveLength(1);
  });
});

test('amounts keep every tiyn, as text or as number', async () => {
  for (const [sent, stored] of [
    ['1000.10', 100_010n],
    ['"1000.1"', 100_010n],
    ['9007199254740.93', 900_719_925_474_093n],
    ['0.01', 1n],
  ] as const) {
    const text = `{"transaction_id":"${randomBytes(6).toString('hex')}","status":"approved","sale_amount":${sent}}`;
    const answer = await postback(api, world, text);
    const { rows } = await api.owner.query('select sale_tiyn from receipts where id = $1', [
      answer.body['receipt_id'],
    ]);
    expect(rows).toEqual([{ sale_tiyn: stored }]);
  }
});

test('texts with quotes, backslashes and other scripts are stored as they are', async () => {
  const transaction_id = 'Заказ "№ 7" \\ {a,b} NULL қ';
  const answer = await postback(api, world, order(api, world, { transaction_id }), {
    webhookId: 'a"b\\c{,}',
  });
  expect(answer.status).toBe(200);
  const { rows } = await api.owner.query(
    'select c.transaction_id, r.webhook_id from conversions c join receipts r on r.conversion_id = c.id where c.id = $1',
    [answer.body['conversion_id']],
  );
  expect(rows).toEqual([{ transaction_id, webhook_id: 'a"b\\c{,}' }]);
});

test('a secret is rotated without a gap, and the one before the last stops within a second', async () => {
  const rotated = await api.world();
  const fresh = (): string => `whsec_${randomBytes(24).toString('base64')}`;
  const [second, third] = [fresh(), fresh()];
  await addProgrammeSecret(api.pool, api.sealer, rotated.programmeId, second);
  expect((await postback(api, rotated, order(api, rotated))).status).toBe(200);
  expect((await postback(api, rotated, order(api, rotated), { secret: second })).status).toBe(200);
  await addProgrammeSecret(api.pool, api.sealer, rotated.programmeId, third);
  let status = 0;
  for (const until = Date.now() + 5_000; status !== 401 && Date.now() < until;)
    ({ status } = await postback(api, rotated, order(api, rotated)));
  expect(status).toBe(401);
  expect((await postback(api, rotated, order(api, rotated), { secret: third })).status).toBe(200);
});

test('without Postgres nothing is acknowledged; afterwards the same postback is taken', async () => {
  const body = order(api, world);
  const webhookId = `msg_${randomBytes(8).toString('hex')}`;
  expect((await postback(api, world, order(api, world))).status).toBe(200);
  await api.stack.engines.postgres.stop();
  const refused = await postback(api, world, body, { webhookId });
  expect(refused).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
  expect(refused.headers.get('retry-after')).toBe('2');
  const health = await get(api, '/health');
  expect(health).toMatchObject({ status: 503, body: { postgres: 'down' } });
  await api.stack.engines.postgres.start();
  let answer = await postback(api, world, body, { webhookId });
  for (const until = Date.now() + 20_000; answer.status === 503 && Date.now() < until;)
    answer = await postback(api, world, body, { webhookId });
  expect(answer).toMatchObject({ status: 200, body: { verdict: 'accepted' } });
});
