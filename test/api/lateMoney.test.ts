import { randomBytes } from 'node:crypto';

import { advanceConversion } from '../../activities/conversions/advance';
import type { ConversionDeps } from '../../activities/conversions/deps';
import { formatTenge, type Tiyn } from '../../domain/money';
import { netDebts } from '../../services/netDebts';
import { actOnOrder } from '../../services/actOnOrder';
import { inTransaction } from '../../store/postgres/pool';
import { order, postback, startHarness, type Harness, type World } from './harness';
import { conversionDeps, withRegime, withTerms } from './influencer/money';
import { send } from './ops/desk';
import { signedIn, type Person } from './people';

/** Money that comes back, ceilings, ties and holds, by the steps a workflow takes, on real Postgres. */
let api: Harness;
beforeAll(async () => {
  api = await startHarness();
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

async function world(holdSeconds = 0): Promise<World> {
  const made = await api.world();
  await withTerms(api, made, holdSeconds);
  await withRegime(api, made, 'individual_entrepreneur');
  return made;
}

let orders = 0;
const orderId = (): string => `late-${(orders += 1)}-${randomBytes(3).toString('hex')}`;

async function tell(on: World, fields: Record<string, unknown>): Promise<string> {
  const answer = await postback(api, on, order(api, on, fields));
  expect(answer.status).toBe(200);
  return answer.body['conversion_id'] as string;
}

const look = (id: string, deps: Partial<ConversionDeps> = {}) =>
  advanceConversion({ ...conversionDeps(api), ...deps }, { conversionId: id });

type Books = { available: Tiyn; held: Tiyn; debt: Tiyn; fee: Tiyn };

async function books(on: World): Promise<Books & { brand: Tiyn }> {
  const { rows } = await api.owner.query<Books & { brand: Tiyn }>(
    `select coalesce(sum(b.posted - b.pending_out) filter (where a.code = 'payee:' || $1::text), 0)::bigint as available,
            coalesce(sum(b.pending_in) filter (where a.code = 'payee:' || $1::text), 0)::bigint as held,
            coalesce(-sum(b.posted) filter (where a.code = 'debt:' || $1::text), 0)::bigint as debt,
            coalesce(-sum(b.posted) filter (where a.code = 'advertiser:' || $2::text), 0)::bigint as brand,
            0::bigint as fee
       from ledger_accounts a join ledger_balances b on b.account_id = a.id`,
    [on.influencerId, on.brandId],
  );
  return rows[0]!;
}

/** As if a payout of all that is available had landed: taken from the lots and from the ledger. */
async function paidOut(on: World): Promise<void> {
  const { ledger } = conversionDeps(api);
  const { available } = await books(on);
  await ledger.postWith(
    [
      {
        id: `pay_${randomBytes(6).toString('hex')}:post`,
        kind: 'single',
        reason: 'payout.post',
        subjectId: 'pay_test',
        entries: [
          { account: { code: `payee:${on.influencerId}`, class: 'payee' }, amount: -available },
          { account: { code: 'provider:test', class: 'provider' }, amount: available },
        ],
      },
    ],
    async (sql) => {
      await sql.query(
        `update payable_lots set consumed_tiyn = payable_tiyn, consumed_gross_tiyn = gross_tiyn where influencer_id = $1`,
        [on.influencerId],
      );
    },
  );
}

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

describe('ceilings', () => {
  const act = (id: string, action: 'release' | 'cancel') =>
    inTransaction(api.pool, (sql) =>
      actOnOrder(sql, {
        conversionId: id,
        action,
        reason: 'looked at it',
        by: 'usr_checker',
        updateId: randomBytes(8).toString('hex'),
        requestId: 'req',
      }),
    );
  const limited = { orderLimit: 500_000_000n };

  test('one order of 9,999,999,999,999.99 waits for a person, promises nothing, and stops nobody else', async () => {
    const on = await world();
    const huge = await tell(on, { sale_amount: '9999999999999.99' });
    expect(await look(huge, limited)).toMatchObject({
      state: 'REVIEW',
      reason: 'over_order_limit',
    });
    expect(await books(on)).toMatchObject({ held: 0n, available: 0n, brand: 0n });
    const honest = await tell(on, { sale_amount: '5000000.00' });
    expect(await look(honest, limited)).toMatchObject({ state: 'PAYABLE' });
    expect((await act(huge, 'cancel')).ok).toBe(true);
    expect(await look(huge, limited)).toMatchObject({
      state: 'CANCELLED',
      reason: 'cancelled_by_person',
    });
  });

  test('a person lets an order pass as it was then; what it becomes later is looked at again', async () => {
    const on = await world();
    const transaction_id = orderId();
    const id = await tell(on, { transaction_id, sale_amount: '6000000.00', event_version: 1 });
    await look(id, limited);
    expect((await act(id, 'release')).ok).toBe(true);
    expect(await look(id, limited)).toMatchObject({ state: 'PAYABLE' });
    await tell(on, { transaction_id, sale_amount: '7000000.00', event_version: 2 });
    expect(await look(id, limited)).toMatchObject({
      state: 'PAYABLE',
      waitsFor: 'person',
      reason: 'over_order_limit',
    });
    expect(await books(on)).toMatchObject({ available: 48_000_000n, held: 0n });
    expect((await act(id, 'cancel')).ok).toBe(true);
    expect(await look(id, limited)).toMatchObject({
      waitsFor: 'payout',
      reason: 'raise_dismissed',
    });
  });

  test('a day of a programme, and what a brand may owe, cannot be passed by any number of orders at once', async () => {
    const on = await world();
    await api.owner.query('update programmes set day_limit_tiyn = 500000 where id = $1', [
      on.programmeId,
    ]);
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => tell(on, { sale_amount: '1000.00' })),
    );
    const seen = await Promise.all(ids.map((id) => look(id)));
    expect(seen.filter(({ state }) => state === 'PAYABLE')).toHaveLength(5);
    expect(seen.filter(({ reason }) => reason === 'over_day_limit')).toHaveLength(15);
    const other = await world();
    await api.owner.query('update brands set credit_limit_tiyn = 30000 where id = $1', [
      other.brandId,
    ]);
    for (let n = 0; n < 5; n++) await look(await tell(other, { sale_amount: '1000.00' }));
    const { rows } = await api.owner.query<{ reason_code: string | null; n: number }>(
      `select reason_code, count(*)::int as n from conversions where programme_id = $1 group by 1 order by 1`,
      [other.programmeId],
    );
    expect(rows).toEqual([
      { reason_code: 'over_credit_limit', n: 2 },
      { reason_code: null, n: 3 },
    ]);
  });
});

test('ceilings are set by a maker with a fresh factor and a reason, and are in the audit log', async () => {
  const on = await world();
  const [maker, stale, checker] = [
    await signedIn(api, 'ops_maker', 'ops'),
    await signedIn(api, 'ops_maker', 'ops', 660_000),
    await signedIn(api, 'ops_checker', 'ops'),
  ];
  const path = `/v1/ops/programmes/${on.programmeId}/limits`;
  const wanted = {
    order_limit: '100.00',
    day_limit: null,
    credit_limit: '900.00',
    reason: 'a new shop',
  };
  expect((await send(api, stale, 'PUT', path, wanted)).body['code']).toBe('factor_required');
  expect((await send(api, checker, 'PUT', path, wanted)).body['code']).toBe('scope_forbidden');
  expect((await send(api, maker, 'PUT', path, { ...wanted, day_limit: '0.00' })).body['code']).toBe(
    'limit_invalid',
  );
  expect((await send(api, maker, 'PUT', path, wanted)).body).toMatchObject({
    order_limit: '100.00',
    day_limit: null,
  });
  const id = await tell(on, { sale_amount: '100.01' });
  expect(await look(id)).toMatchObject({ state: 'REVIEW', reason: 'over_order_limit' });
  const { rows } = await api.owner.query<{ n: number }>(
    `select count(*)::int as n from audit_log where action = 'limits.change' and subject_id = $1`,
    [on.programmeId],
  );
  expect(rows[0]?.n).toBe(1);
});

describe('a debt is given up by two people, once it is old', () => {
  let maker: Person;
  let checker: Person;
  let debtId: string;
  let on: World;
  beforeAll(async () => {
    [maker, checker] = [
      await signedIn(api, 'ops_maker', 'ops'),
      await signedIn(api, 'ops_checker', 'ops'),
    ];
    on = await world();
    const transaction_id = orderId();
    const id = await tell(on, { transaction_id, sale_amount: '10000.00', event_version: 1 });
    await look(id);
    await paidOut(on);
    await tell(on, { transaction_id, status: 'rejected', event_version: 2 });
    await look(id);
    const { body } = await send(
      api,
      checker,
      'GET',
      `/v1/ops/debts?influencer_id=${on.influencerId}`,
    );
    const [debt] = body['items'] as { id: string }[];
    debtId = debt!.id;
  });
  const propose = (who: Person) =>
    send(api, who, 'POST', `/v1/ops/debts/${debtId}/write-off`, { reason: 'gone abroad' });
  const decide = (who: Person, decision: string) =>
    send(api, who, 'POST', `/v1/ops/debts/${debtId}/write-off/decision`, { decision });

  test('young: refused; the lists say from when', async () => {
    expect((await propose(maker)).body['code']).toBe('debt_too_young');
    const { body } = await send(api, checker, 'GET', '/v1/ops/debts');
    expect((body['items'] as unknown[])[0]).toMatchObject({
      open: '800.00',
      reason: { code: 'taken_back_after_payout' },
      write_off: { allowed: false, proposal: null },
    });
  });

  test('old: proposed, not decided by the same person, given up once; books sum to zero', async () => {
    await api.owner.query(
      `update debts set created_at = now() - interval '366 days' where id = $1`,
      [debtId],
    );
    expect((await decide(checker, 'approve')).body['code']).toBe('write_off_not_proposed');
    expect(await propose(maker)).toMatchObject({ status: 200 });
    expect((await propose(maker)).body['code']).toBe('write_off_proposed');
    expect((await decide(maker, 'approve')).body['code']).toBe('scope_forbidden');
    const both = await Promise.all([decide(checker, 'approve'), decide(checker, 'approve')]);
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await books(on)).toMatchObject({ debt: 0n, available: 0n });
    expect((await propose(maker)).body['code']).toBe('debt_settled');
    const { rows } = await api.owner.query<{ sum: Tiyn; lost: Tiyn }>(
      `select (select sum(amount) from ledger_entries)::bigint as sum,
              (select -posted from ledger_balances b join ledger_accounts a on a.id = b.account_id
                where a.code = 'platform:bad_debt') as lost`,
    );
    expect(rows[0]).toEqual({ sum: 0n, lost: 80_000n });
    expect(formatTenge(rows[0]!.lost)).toBe('800.00');
  });
});
