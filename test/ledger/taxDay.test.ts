import { randomBytes } from 'node:crypto';

import type { PayoutProvider, PayoutRequest } from '../../adapters/ports';
import { freezeBatch } from '../../activities/payouts/freezeBatch';
import type { PayoutAnswer, PayoutDeps } from '../../activities/payouts/deps';
import { settlePayout } from '../../activities/payouts/settlePayout';
import { submitPayout } from '../../activities/payouts/submitPayout';
import { idFromBytes } from '../../domain/ids';
import { planReserve } from '../../domain/ledger/plans';
import { formatTenge } from '../../domain/money';
import { LedgerQueue } from '../../store/postgres/ledger';
import { approveFrozenRun } from '../support/approveRun';
import { createTestDatabase, type TestDatabase } from '../support/postgres';

jest.mock('@temporalio/activity', () => ({
  ...jest.requireActual<object>('@temporalio/activity'),
  heartbeat: () => undefined,
}));

/** Frozen before midnight in Almaty, sent after it: what leaves is what the day it leaves says, or nothing. */
let db: TestDatabase;
let ledger: LedgerQueue;
const sent: PayoutRequest[] = [];
const provider = {
  name: 'wooppay',
  ensurePayout: (request: PayoutRequest) => {
    sent.push(request);
    return Promise.resolve({ kind: 'paid', providerId: request.reference, amount: request.amount });
  },
} as unknown as PayoutProvider;
beforeAll(async () => {
  db = await createTestDatabase();
  ledger = new LedgerQueue(db.pool);
});
afterAll(() => db.drop());

const at = (almaty: string): Date => new Date(`${almaty}:00+05:00`);
const deps = (almaty: string, change: Partial<PayoutDeps> = {}): PayoutDeps => ({
  pool: db.pool,
  ledger,
  provider,
  now: () => at(almaty),
  mode: 'test',
  maxSends: 5,
  ...change,
});
const newId = (kind: Parameters<typeof idFromBytes>[0]): string =>
  idFromBytes(kind, randomBytes(16));

async function person(regime: string): Promise<string> {
  const id = newId('influencer');
  await db.owner.query(
    `insert into influencers (id, ref, display_name, iin_sealed, iin_index, instrument_token, instrument_last4)
     values ($1, $2, 'Author', '\\x00', $3, 'tok_day', '4242')`,
    [id, `d${randomBytes(6).toString('hex')}`, randomBytes(32)],
  );
  await db.owner.query(
    `insert into payee_statuses (influencer_id, regime, evidence, evidence_ref, valid_from, expires_at)
     values ($1, $2, 'declaration', 'test', '2020-01-01', '2030-01-01')`,
    [id, regime],
  );
  return id;
}

/** A payout of 8,000.00 (gross 10,000.00) in a run of its own, frozen at a time and approved. */
async function frozenAt(
  influencerId: string,
  almaty: string,
  change: Partial<PayoutDeps> = {},
): Promise<string> {
  const [payoutId, batchId, conversionId] = [
    newId('payout'),
    newId('payoutBatch'),
    newId('conversion'),
  ];
  await ledger.post([
    {
      id: `${conversionId}:fund`,
      kind: 'single',
      reason: 'test',
      subjectId: conversionId,
      entries: [
        { account: { code: `payee:${influencerId}`, class: 'payee' }, amount: 800_000n },
        { account: { code: 'advertiser:test', class: 'advertiser' }, amount: -800_000n },
      ],
    },
    planReserve(payoutId, influencerId, 800_000n),
  ]);
  await db.owner.query(`insert into payout_batches (id, period) values ($1, $1)`, [batchId]);
  await db.owner.query(
    `insert into payouts (id, influencer_id, batch_id, amount_tiyn, gross_tiyn, fee_tiyn, reference, requested_by, created_at,
                          instrument_token, instrument_kind, instrument_last4)
     select $1, i.id, $3, 800000, 1000000, 200000, $1, 'test', $4, i.instrument_token, coalesce(i.instrument_kind, 'card'),
            i.instrument_last4
       from influencers i where i.id = $2`,
    [payoutId, influencerId, batchId, at(almaty)],
  );
  await freezeBatch(deps(almaty, change), batchId);
  await approveFrozenRun(db.owner, batchId);
  return payoutId;
}

async function sendAt(
  payoutId: string,
  almaty: string,
  change: Partial<PayoutDeps> = {},
): Promise<PayoutAnswer> {
  const answer = await submitPayout(deps(almaty, change), { payoutId, send: 1 });
  if (answer.kind === 'paid') await settlePayout(deps(almaty, change), { payoutId, answer });
  return answer;
}

async function payout(id: string): Promise<Record<string, unknown>> {
  const { rows } = await db.pool.query<Record<string, unknown>>(
    `select state, reason_code as reason, reason_text as detail, to_char(payment_date, 'YYYY-MM-DD') as day, net_tiyn as net,
            tax_cumulative ->> 'month' as month from payouts where id = $1`,
    [id],
  );
  return rows[0]!;
}

const sentUnder = (id: string): string[] =>
  sent.filter(({ reference }) => reference === id).map(({ amount }) => formatTenge(amount));

const notices = async (id: string): Promise<unknown[]> =>
  (
    await db.pool.query<{ code: string; reason: string }>(
      `select code, params ->> 'reason' as reason from notices where subject_id = $1`,
      [id],
    )
  ).rows;

const available = async (influencerId: string): Promise<bigint> =>
  (
    await db.pool.query<{ left: bigint }>(
      `select b.posted - b.pending_out as left from ledger_balances b join ledger_accounts a on a.id = b.account_id where a.code = $1`,
      [`payee:${influencerId}`],
    )
  ).rows[0]!.left;

test('seen 12, frozen 31 Dec 23:30, sent 1 Jan of a year whose rates are not entered: fails closed, the money goes back', async () => {
  const payee = await person('individual_gph');
  const id = await frozenAt(payee, '2026-12-31T23:30');
  expect(await payout(id)).toMatchObject({ state: 'reserved', day: '2026-12-31' });
  expect(await sendAt(id, '2027-01-01T00:10')).toMatchObject({
    kind: 'refused',
    code: 'tax_day_changed',
  });
  expect(await payout(id)).toMatchObject({ state: 'cancelled', reason: 'tax_day_changed' });
  expect(String((await payout(id))['detail'])).toContain('tax_parameter_missing');
  expect(sentUnder(id)).toEqual([]);
  expect(await notices(id)).toEqual([{ code: 'payout_refused', reason: 'tax_day_changed' }]);
  expect(await available(payee)).toBe(800_000n);
});

test('frozen 31 Dec 23:30, sent 1 Jan under other rates: nobody approved that amount, so nothing leaves', async () => {
  const payee = await person('individual_gph');
  const id = await frozenAt(payee, '2025-12-31T23:30');
  const { net } = await payout(id);
  expect(await sendAt(id, '2026-01-01T00:10')).toMatchObject({ code: 'tax_day_changed' });
  expect(sentUnder(id)).toEqual([]);
  // Asked for again it is taxed by the new year, and is another net: that is why.
  const again = await frozenAt(payee, '2026-01-01T00:20');
  expect((await payout(again))['net']).not.toBe(net);
});

test('the same net and lines on both days: sent, and booked in the month it leaves', async () => {
  const payee = await person('individual_gph');
  const id = await frozenAt(payee, '2026-04-30T23:30');
  const before = await payout(id);
  expect(await sendAt(id, '2026-05-01T00:10')).toMatchObject({ kind: 'paid' });
  expect(await payout(id)).toEqual({
    ...before,
    state: 'paid',
    day: '2026-05-01',
    month: '2026-05',
  });
  expect(sentUnder(id)).toEqual([formatTenge(before['net'] as bigint)]);
  const { rows } = await db.pool.query(
    `select detail ->> 'paymentDate' as day from payout_history where payout_id = $1 and reason_code = 'tax_day_moved'`,
    [id],
  );
  expect(rows).toEqual([{ day: '2026-05-01' }]);
});

test('a month that had a payout before: after midnight the lines are another month’s, so it is taken out', async () => {
  const payee = await person('individual_gph');
  const first = await frozenAt(payee, '2026-04-20T12:00');
  await sendAt(first, '2026-04-20T12:10');
  const second = await frozenAt(payee, '2026-04-30T23:30');
  expect(await sendAt(second, '2026-05-01T00:10')).toMatchObject({ code: 'tax_day_changed' });
  expect(sentUnder(second)).toEqual([]);
  expect(await available(payee)).toBe(800_000n);
});

test('the same day, also at its last minute: nothing is taxed anew', async () => {
  const payee = await person('individual_gph');
  const id = await frozenAt(payee, '2026-12-31T00:01');
  expect(await sendAt(id, '2026-12-31T23:59')).toMatchObject({ kind: 'paid' });
  expect(await payout(id)).toMatchObject({ state: 'paid', day: '2026-12-31' });
});

test('a status that ran out at midnight is not paid by', async () => {
  const payee = await person('self_employed');
  const id = await frozenAt(payee, '2026-04-30T23:30');
  await db.owner.query(`update payee_statuses set expires_at = $2 where influencer_id = $1`, [
    payee,
    at('2026-05-01T00:00'),
  ]);
  expect(await sendAt(id, '2026-05-01T00:10')).toMatchObject({
    code: 'tax_day_changed',
    reason: 'tax_status_expired',
  });
  expect(sentUnder(id)).toEqual([]);
});

test('a further send is not taxed anew: the first may have left', async () => {
  const payee = await person('individual_gph');
  const id = await frozenAt(payee, '2026-12-31T23:30');
  const silent = {
    ...provider,
    ensurePayout: () => Promise.resolve({ kind: 'unknown', cause: 'submit:timeout' }),
  } as unknown as PayoutProvider;
  expect(await sendAt(id, '2026-12-31T23:50', { provider: silent })).toMatchObject({
    kind: 'unknown',
  });
  const answer = await submitPayout(deps('2027-01-01T01:00'), { payoutId: id, send: 2 });
  expect(answer).toMatchObject({ kind: 'paid' });
  expect(await payout(id)).toMatchObject({ day: '2026-12-31' });
});

test('a send has a number: run twice, late or out of turn it sends nothing', async () => {
  const payee = await person('individual_gph');
  const id = await frozenAt(payee, '2026-04-10T10:00');
  const silent = {
    ...provider,
    ensurePayout: (request: PayoutRequest) => {
      sent.push(request);
      return Promise.resolve({ kind: 'unknown', cause: 'submit:timeout' });
    },
  } as unknown as PayoutProvider;
  const send = (number: number): Promise<PayoutAnswer> =>
    submitPayout(deps('2026-04-10T11:00', { provider: silent }), { payoutId: id, send: number });
  expect(await send(2)).toEqual({ kind: 'not_now' });
  const twenty = await Promise.all(Array.from({ length: 20 }, () => send(1)));
  expect(twenty.filter(({ kind }) => kind === 'unknown')).toHaveLength(1);
  expect(await send(1)).toEqual({ kind: 'not_now' });
  expect(sentUnder(id)).toHaveLength(1);
  for (let number = 2; number <= 8; number += 1) await send(number);
  // Five are the most (maxSends): afterwards it is only asked about.
  expect(sentUnder(id)).toHaveLength(5);
});
