import { until } from '../../sandbox/demo/http';
import type { DemoInfluencer } from '../../sandbox/seed';
import * as contract from '../../workflows/contract';
import { addBulkPayouts } from '../../sandbox/bulkPayouts';
import * as journey from '../support/journey';
import type { TestPlatform } from '../support/platform';
import { startDesk, type Desk, type Json, type Person, type Told } from './opsDesk';

/** Payout runs under everything that used to stop them: slow payouts, lost workflows, short money, changed minds. */
let desk: Desk;
let on: TestPlatform;
let maker: Person;
let checker: Person;
beforeAll(async () => {
  desk = await startDesk('payout-runs', {
    SANDBOX_SETTLE_MS: '50',
    // A payout that is stuck stays so for the whole test.
    PAYOUT_NOT_FOUND_WAIT_MS: '600000',
  });
  on = desk.on;
  [maker, checker] = [await desk.person('ops_maker'), await desk.person('ops_checker')];
});
afterAll(() => desk.stop());

const run = (batchId: string, rest = ''): string => `/v1/payout-batches/${batchId}${rest}`;
const post = (who: Person, batchId: string, what: string, body?: unknown): Promise<Told> =>
  desk.send(who, 'POST', run(batchId, `/${what}`), body);
const reason = { reason: 'a test' };

const workflowOf = async (batchId: string): Promise<string> => {
  const { rows } = await on.db.pool.query<{ period: string }>(
    'select period from payout_batches where id = $1',
    [batchId],
  );
  return contract.batchWorkflowId(rows[0]!.period, 'KZT');
};

const statusOf = async (workflowId: string): Promise<string | undefined> =>
  on.temporal.workflow
    .getHandle(workflowId)
    .describe()
    .then(
      ({ status }) => status.name,
      () => undefined,
    );

const counts = async (batchId: string): Promise<Record<string, number>> =>
  (await journey.payoutRun(on, batchId))['counts'] as Record<string, number>;

test('a run of 700 of which one payout is stuck: the other 699 are paid at once, and it says how far it is', async () => {
  const { batchId, period, payoutIds } = await addBulkPayouts(on.db, 700);
  const stuck = payoutIds[300]!;
  await journey.turnDial(on, { mode: 'http_500', reference: stuck });
  await journey.approve(on, batchId);
  await until(
    '699 are paid',
    () => counts(batchId),
    (now) => now['paid'] === 699,
    360_000,
  );
  expect(await counts(batchId)).toEqual({ paid: 699, unknown: 1 });
  // The workflow has begun its history anew by now; what it tells comes from Postgres all the same.
  const handle = on.temporal.workflow.getHandle(contract.batchWorkflowId(period, 'KZT'));
  const view = await until(
    'the run tells its progress',
    () => handle.query(contract.batchState),
    ({ settled }) => settled === 699,
    60_000,
  );
  expect(view).toMatchObject({
    state: 'approved',
    items: 700,
    total: '490000.00',
    paid: 699,
    unknown: 1,
  });
  // With a person it no longer keeps the run from ending.
  await on.db.owner.query("update payouts set state = 'review' where id = $1", [stuck]);
  await on.temporal.workflow.getHandle(contract.payoutWorkflowId(stuck)).terminate('test');
  await journey.payoutRunIs(on, batchId, 'done', 90_000);
  const { historyLength } = await handle.describe();
  expect(historyLength).toBeLessThan(2_000);
}, 600_000);

test('forty requests join a run whose workflow was terminated: they are served, and so is everybody else', async () => {
  const first = await desk.payable();
  const { batchId } = await journey.requestPayout(on, first);
  const workflowId = await workflowOf(batchId);
  await until(
    'the run has begun',
    () => statusOf(workflowId),
    (status) => status === 'RUNNING',
  );
  await on.temporal.workflow.getHandle(workflowId).terminate('lost');
  const joined = await addBulkPayouts(on.db, 40, { outbox: true });
  expect(joined.batchId).toBe(batchId);
  await until(
    'the run has begun anew',
    () => statusOf(workflowId),
    (status) => status === 'RUNNING',
  );
  // Orders go on being delivered, and nothing is left behind.
  const other = await desk.payable();
  await until(
    'every message is delivered',
    () => on.db.pool.query<{ n: number }>('select count(*)::int as n from outbox'),
    ({ rows }) => rows[0]!.n === 0,
  );
  expect((await journey.requestPayout(on, other)).batchId).toBe(batchId);
  await journey.approve(on, batchId);
  await journey.payoutRunIs(on, batchId, 'done', 90_000);
  expect(await counts(batchId)).toEqual({ paid: 42 });
}, 200_000);

test('a run whose workflow is lost after its approval goes on when it is approved again, and by itself when restarted', async () => {
  await journey.stopPayouts(on, true);
  const [one, two] = [await desk.payable(), await desk.payable()];
  const kept = await journey.requestPayout(on, one);
  await journey.requestPayout(on, two);
  await post(maker, kept.batchId, 'prepare');
  const body = { expected_total: '1400.00' };
  expect((await post(checker, kept.batchId, 'approve', body)).status).toBe(200);
  const workflowId = await workflowOf(kept.batchId);
  await until(
    'both are started',
    () => statusOf(contract.payoutWorkflowId(kept.id)),
    (status) => status === 'RUNNING',
  );
  const lose = (): Promise<unknown> => on.temporal.workflow.getHandle(workflowId).terminate('lost');
  await lose();
  expect(await post(checker, kept.batchId, 'approve', body)).toMatchObject({
    status: 200,
    body: { state: 'approved' },
  });
  await until(
    'it runs again',
    () => statusOf(workflowId),
    (status) => status === 'RUNNING',
  );
  await lose();
  expect(await post(maker, kept.batchId, 'restart', reason)).toMatchObject({
    status: 200,
    body: { id: kept.batchId, state: 'approved' },
  });
  expect(await statusOf(workflowId)).toBe('RUNNING');
  await journey.stopPayouts(on, false);
  await until(
    'the run is done',
    () => journey.payoutRun(on, kept.batchId),
    ({ state }) => state === 'done',
    150_000,
  );
  expect(await counts(kept.batchId)).toEqual({ paid: 2 });
  expect((await post(maker, kept.batchId, 'restart', reason)).body['code']).toBe('batch_state');
  const { rows } = await on.db.pool.query<{ action: string }>(
    'select action from audit_log where subject_id = $1 order by id',
    [kept.batchId],
  );
  expect(rows.map(({ action }) => action)).toEqual([
    'payout_batch.prepare',
    'payout_batch.approve',
    'payout_batch.restart',
  ]);
}, 300_000);

test('a run that is reset to its beginning while its payouts run pays each of them once', async () => {
  const { batchId, payoutIds, period } = await addBulkPayouts(on.db, 3);
  await journey.stopPayouts(on, true);
  await journey.approve(on, batchId);
  const workflowId = contract.batchWorkflowId(period, 'KZT');
  await until(
    'all are started',
    () => Promise.all(payoutIds.map((id) => statusOf(contract.payoutWorkflowId(id)))),
    (states) => states.every((state) => state === 'RUNNING'),
  );
  const description = await on.temporal.workflow.getHandle(workflowId).describe();
  const { events } = await on.temporal.workflow.getHandle(workflowId).fetchHistory();
  const firstTask = events!.find((event) => event.workflowTaskCompletedEventAttributes)!.eventId!;
  await on.temporal.workflowService.resetWorkflowExecution({
    namespace: on.temporal.options.namespace,
    workflowExecution: { workflowId, runId: description.runId },
    reason: 'a test',
    requestId: `reset ${batchId}`,
    workflowTaskFinishEventId: firstTask,
  });
  await journey.stopPayouts(on, false);
  await journey.payoutRunIs(on, batchId, 'done', 150_000);
  const book = await journey.providerBook(on);
  for (const id of payoutIds)
    expect(book.filter((entry) => entry.reference === id)).toEqual([
      expect.objectContaining({ state: 'paid', amount: '700.00' }),
    ]);
  await until(
    'its workflow ends',
    () => statusOf(workflowId),
    (status) => status === 'COMPLETED',
  );
}, 250_000);

test('a frozen run is opened again: nobody prepared it, nothing is taxed, requests join it, and it is paid', async () => {
  const [one, two] = [await desk.payable(), await desk.payable()];
  const first = await journey.requestPayout(on, one);
  await post(maker, first.batchId, 'prepare', { note: 'too early' });
  expect((await post(checker, first.batchId, 'reopen', reason)).body['code']).toBe(
    'scope_forbidden',
  );
  expect(await post(maker, first.batchId, 'reopen', reason)).toMatchObject({
    status: 200,
    body: { state: 'collecting' },
  });
  expect(await journey.payoutRun(on, first.batchId)).toMatchObject({
    state: 'collecting',
    prepared_by: null,
    note: null,
    frozen_at: null,
    amounts: { tax: null, net: null },
    counts: { requested: 1 },
  });
  expect(await journey.payout(on, one, first.id)).toMatchObject({
    state: 'requested',
    withholdings: [],
    amounts: { net: null },
  });
  const second = await journey.requestPayout(on, two);
  expect(second.batchId).toBe(first.batchId);
  await journey.approve(on, first.batchId);
  await journey.payoutIs(on, one, first.id, 'paid');
  await journey.payoutIs(on, two, second.id, 'paid');
  expect((await post(maker, first.batchId, 'reopen', reason)).body['code']).toBe('batch_state');
});

test('a run that is opened again beside a newer one: both gather, both are paid', async () => {
  const [one, two] = [await desk.payable(), await desk.payable()];
  const old = await journey.requestPayout(on, one);
  await post(maker, old.batchId, 'prepare');
  const young = await journey.requestPayout(on, two);
  expect(young.batchId).not.toBe(old.batchId);
  expect((await post(maker, old.batchId, 'reopen', reason)).status).toBe(200);
  for (const { batchId } of [old, young]) await journey.approve(on, batchId);
  await journey.payoutIs(on, one, old.id, 'paid');
  await journey.payoutIs(on, two, young.id, 'paid');
});

describe('a run is closed', () => {
  const closed = async (batchId: string): Promise<Json> => {
    expect(await post(maker, batchId, 'close', { reason: 'called off' })).toMatchObject({
      status: 200,
      body: { state: 'closed' },
    });
    // The same wish again is fulfilled already.
    expect((await post(checker, batchId, 'close', reason)).status).toBe(200);
    return until(
      'everything is back',
      () => journey.payoutRun(on, batchId),
      ({ done_at }) => done_at !== null,
    );
  };
  const back = { available: '800.00', reserved: '0.00' };

  test.each(['collecting', 'frozen'])(
    'while it is %s: everybody has their money back',
    async (state) => {
      const influencer = await desk.payable();
      const { id, batchId } = await journey.requestPayout(on, influencer);
      if (state === 'frozen') await post(maker, batchId, 'prepare');
      expect(await closed(batchId)).toMatchObject({
        state: 'closed',
        closed_by: maker.id,
        close_reason: 'called off',
        allowed: [],
      });
      expect(await journey.payout(on, influencer, id)).toMatchObject({
        state: 'cancelled',
        reason: { code: 'run_closed' },
      });
      expect(await journey.balance(on, influencer)).toMatchObject(back);
      const late = await post(checker, batchId, 'approve', { expected_total: '700.00' });
      expect(late.status).toBe(409);
      // They can ask again.
      const again = await journey.requestPayout(on, influencer);
      await journey.approve(on, again.batchId);
      await journey.payoutIs(on, influencer, again.id, 'paid');
    },
  );

  test('after its approval: what was not sent goes back, what is in flight ends', async () => {
    const [sent, unsent] = [await desk.payable(), await desk.payable()];
    const flying = await journey.requestPayout(on, sent);
    const waiting = await journey.requestPayout(on, unsent);
    const [first, last] = [flying, waiting].sort((a, b) => (a.id < b.id ? -1 : 1));
    // Money for one of the two, which is then slow.
    await journey.turnDial(on, { mode: 'timeout_after_accept', reference: first!.id, ms: 8_000 });
    await journey.providerBalance(on, '1000.00');
    await journey.approve(on, flying.batchId);
    const owner = (id: string): DemoInfluencer => (id === flying.id ? sent : unsent);
    await until(
      'the first is on its way',
      () => journey.payout(on, owner(first!.id), first!.id),
      ({ state }) => ['submitting', 'unknown'].includes(state as string),
    );
    await closed(flying.batchId);
    await journey.payoutIs(on, owner(last!.id), last!.id, 'cancelled');
    expect(await journey.balance(on, owner(last!.id))).toMatchObject(back);
    await journey.providerBalance(on, '100000000.00');
    await journey.payoutIs(on, owner(first!.id), first!.id, 'paid', 180_000);
  }, 250_000);
});

test('taxed for yesterday: not approved, taxed anew at once, and approved with the new look', async () => {
  const influencer = await desk.payable();
  const { id, batchId } = await journey.requestPayout(on, influencer);
  await post(maker, batchId, 'prepare');
  await on.db.owner.query('update payouts set payment_date = payment_date - 1 where id = $1', [id]);
  await on.db.owner.query(
    'update payout_batches set payment_date = payment_date - 1 where id = $1',
    [batchId],
  );
  const body = { expected_total: '700.00' };
  expect(await post(checker, batchId, 'approve', body)).toMatchObject({
    status: 409,
    body: { code: 'payment_date_passed' },
  });
  const anew = await journey.payoutRunIs(on, batchId, 'frozen');
  expect(anew).toMatchObject({ prepared_by: maker.id, total: '700.00' });
  expect((await post(checker, batchId, 'approve', body)).status).toBe(200);
  await journey.payoutIs(on, influencer, id, 'paid');
  const { rows } = await on.db.pool.query<{ today: boolean }>(
    `select payment_date = (now() at time zone 'Asia/Almaty')::date as today from payouts where id = $1`,
    [id],
  );
  expect(rows).toEqual([{ today: true }]);
});

test('approved at the very end of its time: either all are paid or nobody was told "approved"', async () => {
  const outcomes: string[] = [];
  // From well before to well after the last moment, most of them around it.
  for (const lateMs of [-900, -40, -25, -12, -5, 0, 5, 12, 400]) {
    const times = { collectMs: 86_400_000, approveWithinMs: 1_500 };
    const { batchId, payoutIds } = await addBulkPayouts(on.db, 3, { times });
    const prepared = await post(maker, batchId, 'prepare');
    const { rows } = await on.db.pool.query<{ until: Date }>(
      `select frozen_at + interval '1500 ms' as until from payout_batches where id = $1`,
      [batchId],
    );
    const waitMs = rows[0]!.until.getTime() - Date.now() + lateMs;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, waitMs)));
    const told = await post(checker, batchId, 'approve', {
      expected_total: prepared.body['total'],
    });
    const ended = await until(
      'the run ends',
      () => journey.payoutRun(on, batchId),
      ({ done_at }) => done_at !== null,
      90_000,
    );
    outcomes.push(`${told.status} ${ended['state'] as string}`);
    expect(await counts(batchId)).toEqual(
      told.status === 200 ? { paid: payoutIds.length } : { cancelled: payoutIds.length },
    );
  }
  expect([outcomes[0], outcomes.at(-1)]).toEqual(['200 done', '409 expired']);
  for (const outcome of outcomes) expect(['200 done', '409 expired']).toContain(outcome);
}, 400_000);

test('the books are right after all of it', async () => {
  expect(await journey.booksAreRight(on)).toMatchObject({ sum: 0n, wrong: 0 });
});
