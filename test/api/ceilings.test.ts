import { randomBytes } from 'node:crypto';

import { formatTenge, type Tiyn } from '../../domain/money';
import { actOnOrder } from '../../services/actOnOrder';
import { inTransaction } from '../../store/postgres/pool';
import { startHarness, type Harness, type World } from './harness';
import { lateSteps } from './lateSteps';
import { send } from './ops/desk';
import { signedIn, type Person } from './people';

/** Ceilings beyond which a person looks, and debts that two people give up. */
let api: Harness;
beforeAll(async () => {
  api = await startHarness();
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

const { world, orderId, tell, look, books, paidOut } = lateSteps(() => api);

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
  await send(api, maker, 'PUT', path, { ...wanted, day_limit: '500.00' });
  await look(await tell(on, { sale_amount: '60.00' }));
  const all = await send(api, checker, 'GET', `/v1/ops/brands/${on.brandId}/limits`);
  expect(all.body).toMatchObject({
    credit_limit: '900.00',
    owed: '6.00',
    default_order_limit: '5000000.00',
    programmes: [
      { id: on.programmeId, order_limit: '100.00', day_limit: '500.00', promised_today: '60.00' },
    ],
  });
  const nobody = await send(api, checker, 'GET', '/v1/ops/brands/brd_0000000000/limits');
  expect(nobody.body['code']).toBe('brand_not_found');
  const { rows } = await api.owner.query<{ n: number }>(
    `select count(*)::int as n from audit_log where action = 'limits.change' and subject_id = $1`,
    [on.programmeId],
  );
  expect(rows[0]?.n).toBe(2);
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
    const waiting = await send(api, checker, 'GET', '/v1/ops/debts?state=proposed');
    expect((waiting.body['items'] as unknown[])[0]).toMatchObject({
      id: debtId,
      write_off: { allowed: true, proposal: { by: { id: maker.userId }, amount: '800.00' } },
    });
    const summary = await send(api, checker, 'GET', '/v1/ops/summary');
    expect(summary.body['to_do']).toMatchObject({ write_offs_to_decide: 1 });
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
