import { randomBytes } from 'node:crypto';

import { ServiceError } from '@temporalio/client';

import { freezeBatch } from '../../activities/payouts/freezeBatch';
import type { PayoutDeps } from '../../activities/payouts/deps';
import { createPayoutCommands, type PayoutCommandDeps } from '../../api/payoutCommands';
import { parseTenge } from '../../domain/money';
import { unwrap } from '../../domain/result';
import { LedgerQueue } from '../../store/postgres/ledger';
import { setPrepared } from '../../store/postgres/payoutBatches';
import { createLogger } from '../../telemetry/logger';
import { addBulkPayouts } from '../../sandbox/bulkPayouts';
import { createTestDatabase, type TestDatabase } from '../support/postgres';

jest.mock('@temporalio/activity', () => ({
  ...jest.requireActual<object>('@temporalio/activity'),
  heartbeat: () => undefined,
}));

/** The day a payout is taxed as of is part of what is approved. 31 December 23:30 in Almaty is 18:30 UTC. */
const BEFORE_MIDNIGHT = new Date('2026-12-31T18:30:00Z');
const AFTER_MIDNIGHT = new Date('2026-12-31T19:05:00Z');

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const tiyn = (text: string): bigint => unwrap(parseTenge(text));

const worker = (now: Date): PayoutDeps => ({
  pool: db.pool,
  ledger: new LedgerQueue(db.pool),
  provider: { name: 'test' } as PayoutDeps['provider'],
  now: () => now,
  mode: 'test',
});

/** The API with Temporal away: what it writes stands all the same. */
function commands(now: Date): ReturnType<typeof createPayoutCommands> {
  const client = {
    withDeadline: () => Promise.reject(new ServiceError('away')),
  } as unknown as PayoutCommandDeps['runs']['client'];
  return createPayoutCommands({
    pool: db.pool,
    ledger: new LedgerQueue(db.pool),
    runs: {
      client,
      batch: undefined as never,
      timeoutMs: 1_000,
      log: createLogger('test', 'silent'),
    },
    times: { collectMs: 0, approveWithinMs: 365 * 86_400_000 },
    instrumentWaitMs: 0,
    minimum: tiyn('100.00'),
    mode: 'test',
    now: () => now,
    poke: () => undefined,
  });
}

const approve = (batchId: string, now: Date, total: string) =>
  commands(now).approveBatch({
    batchId,
    approver: { id: 'checker', role: 'ops_checker', via: 'session', factorAt: now },
    expectedTotal: tiyn(total),
    requestId: randomBytes(4).toString('hex'),
  });

const rowsOf = async (batchId: string): Promise<unknown> =>
  (
    await db.pool.query(
      `select b.state, b.payment_date::text as day, p.state as payout, p.payment_date::text as taxed, p.reason_code as reason
         from payout_batches b join payouts p on p.batch_id = b.id where b.id = $1`,
      [batchId],
    )
  ).rows;

async function frozen(regime: string): Promise<string> {
  const { batchId, influencerIds } = await addBulkPayouts(db, 1, {
    times: { collectMs: 0, approveWithinMs: 365 * 86_400_000 },
  });
  await db.owner.query('update payee_statuses set regime = $2 where influencer_id = any ($1)', [
    influencerIds,
    regime,
  ]);
  await setPrepared(db.pool, batchId, 'maker', null);
  await freezeBatch(worker(BEFORE_MIDNIGHT), batchId);
  return batchId;
}

test('frozen on 31 December at 23:30 and approved before midnight: sent as of that day', async () => {
  const batchId = await frozen('demo_flat_10');
  expect(await approve(batchId, BEFORE_MIDNIGHT, '700.00')).toMatchObject({ ok: true });
  expect(await rowsOf(batchId)).toMatchObject([
    { state: 'approved', day: '2026-12-31', payout: 'reserved', taxed: '2026-12-31' },
  ]);
});

test('frozen on 31 December at 23:30, approved on 1 January: refused, and taxed by the rules of January', async () => {
  const batchId = await frozen('individual_gph');
  expect(await rowsOf(batchId)).toMatchObject([
    { state: 'frozen', day: '2026-12-31', taxed: '2026-12-31' },
  ]);
  const { rows } = await db.pool.query<{ total: bigint }>(
    'select total_tiyn as total from payout_batches where id = $1',
    [batchId],
  );
  const told = await commands(AFTER_MIDNIGHT).approveBatch({
    batchId,
    approver: { id: 'checker', role: 'ops_checker', via: 'session', factorAt: AFTER_MIDNIGHT },
    expectedTotal: rows[0]!.total,
    requestId: 'req-1',
  });
  expect(told).toEqual({ ok: false, error: { code: 'payment_date_passed' } });
  expect(await rowsOf(batchId)).toEqual([
    { state: 'freezing', day: null, payout: 'requested', taxed: null, reason: null },
  ]);
  expect(
    (
      await db.pool.query(
        'select from payout_withholdings w join payouts p on p.id = w.payout_id where p.batch_id = $1',
        [batchId],
      )
    ).rows,
  ).toEqual([]);
  // 2027 has no parameter row yet: it fails closed, with the money back and the reason told.
  await freezeBatch(worker(AFTER_MIDNIGHT), batchId);
  expect(await rowsOf(batchId)).toMatchObject([
    { state: 'frozen', payout: 'cancelled', reason: 'tax_parameter_missing' },
  ]);
});

test('approved with Temporal away: the approval stands, and the relay has the run’s workflow started', async () => {
  const batchId = await frozen('demo_flat_10');
  const twice = [
    await approve(batchId, BEFORE_MIDNIGHT, '700.00'),
    await approve(batchId, BEFORE_MIDNIGHT, '700.00'),
  ];
  expect(twice).toMatchObject([
    { ok: true, value: { isNew: true } },
    { ok: true, value: { isNew: false } },
  ]);
  const { rows } = await db.pool.query<{ topic: string; batch: string }>(
    `select topic, payload->>'batchId' as batch from outbox where subject_id = $1`,
    [batchId],
  );
  expect(rows).toEqual([
    { topic: 'payout.requested', batch: batchId },
    { topic: 'payout.requested', batch: batchId },
  ]);
});
