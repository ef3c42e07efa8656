import type { Tiyn } from '../../domain/money';
import { netDebts } from '../../services/netDebts';
import { get, order, postback, startHarness, type Harness } from './harness';
import { conversionDeps } from './influencer/money';
import { lateSteps } from './lateSteps';

/** Money that comes back, ties and holds, by the steps a workflow takes, on real Postgres. */
let api: Harness;
beforeAll(async () => {
  api = await startHarness();
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

const { world, orderId, tell, look, books, paidOut } = lateSteps(() => api);

test('k parts that come back in any order take back what one whole takes, to the tiyn; the brand owes so much less', async () => {
  const on = await world();
  const transaction_id = orderId();
  const id = await tell(on, { transaction_id, sale_amount: '12345.67', event_version: 1 });
  await look(id);
  const before = await books(on);
  for (const [version, sale] of [
    [5, '1234.56'],
    [3, '9999.99'],
    [4, '4321.01'],
    [2, '12000.00'],
  ] as const) {
    await tell(on, {
      transaction_id,
      status: 'partially_refunded',
      sale_amount: sale,
      event_version: version,
    });
    await look(id);
  }
  const other = await world();
  const whole = await tell(other, { sale_amount: '1234.56' });
  await look(whole);
  const [after, direct] = [await books(on), await books(other)];
  expect(after).toEqual(direct);
  expect(before.brand - after.brand).toBe(123_457n - 12_346n);
});

test('a debt is covered by the next orders, oldest first, in every shape of order; what a person may ask for never holds it', async () => {
  const on = await world();
  const [first, second] = [orderId(), orderId()];
  const one = await tell(on, { transaction_id: first, sale_amount: '10000.00', event_version: 1 });
  const two = await tell(on, { transaction_id: second, sale_amount: '5000.00', event_version: 1 });
  await look(one);
  await look(two);
  await paidOut(on);
  await tell(on, { transaction_id: first, status: 'refunded', event_version: 2 });
  await tell(on, {
    transaction_id: second,
    status: 'partially_refunded',
    sale_amount: '1000.00',
    event_version: 2,
  });
  await look(two);
  await look(one);
  expect(await books(on)).toMatchObject({ available: 0n, debt: 80_000n + 32_000n });
  const third = await tell(on, { sale_amount: '10000.00' });
  await look(third);
  expect(await books(on)).toMatchObject({ available: 0n, debt: 32_000n });
  const fourth = await tell(on, { sale_amount: '10000.00' });
  await look(fourth);
  expect(await books(on)).toMatchObject({ available: 48_000n, debt: 0n });
  const { rows } = await api.owner.query<{ open: Tiyn }>(
    `select sum(amount_tiyn - netted_tiyn)::bigint as open from debts where influencer_id = $1`,
    [on.influencerId],
  );
  expect(rows[0]?.open).toBe(0n);
  const key = await api.key('influencer', on.influencerId);
  const listed = await get(api, `/v1/influencers/${on.influencerId}/debts`, key);
  const [owed, earlier] = [one, two].map((id) =>
    (listed.body['items'] as Record<string, unknown>[]).find(
      (debt) => debt['conversion_id'] === id,
    ),
  );
  expect(owed).toMatchObject({
    amount: '800.00',
    open: '0.00',
    covered_by: [
      { conversion_id: fourth, amount: '320.00' },
      { conversion_id: third, amount: '480.00' },
    ],
  });
  expect(earlier).toMatchObject({
    amount: '320.00',
    covered_by: [{ conversion_id: third, amount: '320.00' }],
  });
  const page = await get(api, `/v1/influencers/${on.influencerId}/orders/${two}`, key);
  expect((page.body['steps'] as unknown[]).at(-1)).toMatchObject({
    step: 'changed',
    payable: null,
    movement: { kind: 'taken_back', payable: '320.00', from_balance: '0.00', debt: '320.00' },
  });
  // Netting again, from many places at once, covers nothing twice.
  await Promise.all(
    Array.from({ length: 10 }, () => netDebts(conversionDeps(api), on.influencerId)),
  );
  expect(await books(on)).toMatchObject({ available: 48_000n, debt: 0n });
});

test('an order paid out, sent back, approved again and sent back again owes once', async () => {
  const on = await world();
  const transaction_id = orderId();
  const id = await tell(on, { transaction_id, sale_amount: '10000.00', event_version: 1 });
  await look(id);
  await paidOut(on);
  for (const [version, status] of [
    [2, 'refunded'],
    [3, 'approved'],
    [4, 'refunded'],
  ] as const) {
    await tell(on, { transaction_id, status, sale_amount: '10000.00', event_version: version });
    await look(id);
  }
  expect(await books(on)).toMatchObject({ available: 0n, held: 0n, debt: 80_000n, brand: 0n });
});

test('of approved then refunded in one second the refund stands, thirty times of thirty; pending never undoes approved', async () => {
  const on = await world();
  for (let n = 0; n < 30; n++) {
    const transaction_id = orderId();
    const id = await tell(on, { transaction_id, sale_amount: '100.00' });
    await tell(on, { transaction_id, sale_amount: '100.00', status: 'refunded' });
    expect(await look(id)).toMatchObject({ state: 'CANCELLED' });
    const other = orderId();
    // Whichever comes first.
    const [a, b] =
      n % 2 === 0 ? (['pending', 'approved'] as const) : (['approved', 'pending'] as const);
    const kept = await tell(on, { transaction_id: other, sale_amount: '100.00', status: a });
    await tell(on, { transaction_id: other, sale_amount: '100.00', status: b });
    const { rows } = await api.owner.query<{ order_status: string }>(
      'select order_status from conversions where id = $1',
      [kept],
    );
    // A second may have passed between the two: then time decides, and time is no chance.
    const { rows: told } = await api.owner.query<{ seconds: number }>(
      'select count(distinct occurred_at)::int as seconds from receipts where conversion_id = $1',
      [kept],
    );
    if (told[0]?.seconds === 1) expect(rows[0]?.order_status).toBe('approved');
  }
});

test('the same numbered event told again later is a duplicate, whatever a person decided in between', async () => {
  const on = await world();
  const body = order(api, on, { event_version: 4, sale_amount: '100.00' });
  const first = await postback(api, on, body);
  await api.owner.query(
    `update receipts set occurred_at = occurred_at - interval '5 seconds' where conversion_id = $1`,
    [first.body['conversion_id']],
  );
  const again = await postback(api, on, body);
  expect(again.body['verdict']).toBe('duplicate');
});

describe('the return period', () => {
  test('runs from the delivery where the terms say so: nothing is released while the parcel travels', async () => {
    const on = await world(3600);
    await api.owner.query(
      `update programme_terms set hold_from = 'delivery' where programme_id = $1`,
      [on.programmeId],
    );
    const transaction_id = orderId();
    const id = await tell(on, {
      transaction_id,
      status: 'pending',
      sale_amount: '10000.00',
      event_version: 1,
    });
    const travelling = await look(id);
    expect(travelling).toMatchObject({
      state: 'HELD',
      waitsFor: 'delivery',
      heldUntil: null,
      reason: 'waiting_for_delivery',
    });
    // Ten days on the way: longer than the whole hold.
    const later = { now: () => new Date(Date.now() + 10 * 86_400_000) };
    expect(await look(id, later)).toMatchObject({ waitsFor: 'delivery' });
    await tell(on, {
      transaction_id,
      status: 'approved',
      sale_amount: '10000.00',
      event_version: 2,
    });
    const delivered = await look(id);
    expect(delivered).toMatchObject({ state: 'HELD', waitsFor: 'hold' });
    expect(Date.parse(delivered.heldUntil!) - Date.now()).toBeGreaterThan(3_500_000);
    await tell(on, { transaction_id, status: 'refunded', event_version: 3 });
    expect(await look(id, later)).toMatchObject({ state: 'CANCELLED' });
    expect(await books(on)).toMatchObject({ available: 0n, held: 0n });
  });

  test('a parcel nobody hears of for 60 days goes to a person', async () => {
    const on = await world(3600);
    await api.owner.query(
      `update programme_terms set hold_from = 'delivery' where programme_id = $1`,
      [on.programmeId],
    );
    const id = await tell(on, { status: 'pending', sale_amount: '10000.00' });
    await look(id);
    const later = { now: () => new Date(Date.now() + 61 * 86_400_000) };
    expect(await look(id, later)).toMatchObject({ state: 'REVIEW', reason: 'not_confirmed' });
  });
});
