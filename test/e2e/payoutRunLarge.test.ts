import { until } from '../../sandbox/demo/http';
import type { DemoInfluencer } from '../../sandbox/seed';
import * as contract from '../../workflows/contract';
import { addBulkPayouts } from '../../sandbox/bulkPayouts';
import * as journey from '../support/journey';
import { startDesk, type Desk } from './opsDesk';

/** 20,000 requests in one window: beyond what a workflow takes as signals, and nothing to requests that join in Postgres. */
const BULK = 20_000;

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk('payout-run-large');
});
afterAll(() => desk.stop());

test('20,000 requests join one run: all are delivered, frozen and approved, and who comes after them is served', async () => {
  const { on } = desk;
  const people: DemoInfluencer[] = [await desk.payable(), await desk.payable()];
  const first = await journey.requestPayout(on, people[0]!);
  const { batchId, period } = await addBulkPayouts(on.db, BULK, { outbox: true });
  expect(batchId).toBe(first.batchId);
  // An order that comes behind them all is not held up by them.
  const last = await journey.requestPayout(on, people[1]!);
  expect(last.batchId).toBe(batchId);
  await until(
    'every message is delivered',
    () => on.db.pool.query<{ n: number }>('select count(*)::int as n from outbox'),
    ({ rows }) => rows[0]!.n === 0,
    300_000,
  );
  const handle = on.temporal.workflow.getHandle(contract.batchWorkflowId(period, 'KZT'));
  const { historyLength, status } = await handle.describe();
  expect([status.name, historyLength < 20]).toEqual(['RUNNING', true]);

  // Freezing so many takes longer than a call may: it is sent again, which counts once.
  const prepared = await until(
    'the run is frozen',
    async () => {
      await journey.prepare(on, batchId).catch(() => undefined);
      return journey.payoutRun(on, batchId);
    },
    ({ state }) => state === 'frozen',
    300_000,
  );
  expect(prepared).toMatchObject({ item_count: BULK + 2, total: '14001400.00' });
  expect(await journey.approve(on, batchId)).toMatchObject({ item_count: BULK + 2 });
  await until(
    'more than one window is started',
    () =>
      on.db.pool.query<{ n: number }>(
        'select count(*)::int as n from payouts where batch_id = $1 and started_at is not null',
        [batchId],
      ),
    ({ rows }) => rows[0]!.n > 500,
    200_000,
  );
  // Called off: what was not sent is back, whole, and the books are right.
  const maker = await desk.person('ops_maker');
  await desk.send(maker, 'POST', `/v1/payout-batches/${batchId}/close`, { reason: 'a test' });
  const ended = await until(
    'all that was not sent is back',
    () => journey.payoutRun(on, batchId),
    ({ done_at }) => done_at !== null,
    400_000,
  );
  const counts = ended['counts'] as Record<string, number>;
  expect(counts['requested'] ?? 0).toBe(0);
  expect(counts['cancelled']).toBeGreaterThan(BULK / 2);
  await until(
    'what was in flight has ended',
    async () => (await journey.payoutRun(on, batchId))['counts'] as Record<string, number>,
    (now) => (now['paid'] ?? 0) + (now['cancelled'] ?? 0) + (now['refused'] ?? 0) === BULK + 2,
    400_000,
  );
  expect(await journey.booksAreRight(on)).toEqual({ sum: 0n, wrong: 0, pending: 0n });
}, 1_800_000);
