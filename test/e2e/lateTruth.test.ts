import { until } from '../../sandbox/demo/http';
import { MOMENTS, SHOP_EVENTS, type Moment } from '../../domain/conversions/lateTruth';
import * as contract from '../../workflows/contract';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import * as late from './lateTruthCells';
import { all, type Cell } from './lateTruthCells';

/**
 * The table of late truth on the real stack: an order is brought to its moment, its shop speaks again, and state, reason,
 * entries, balance and debt are what the cell says. Moments of a run that is prepared are in lateTruthPaying.test.ts.
 */
let on: TestPlatform;
beforeAll(async () => {
  on = await startTestPlatform({
    name: 'late-truth',
    holdSeconds: 1,
    env: {
      BATCH_COLLECT_MS: '600000',
      PAID_WAIT_MS: '4000',
      WOOPPAY_TIMEOUT_MS: '1000',
      PAYOUT_NOT_FOUND_WAIT_MS: '500',
      SANDBOX_SETTLE_MS: '100',
    },
  });
});
afterAll(() => on.stop());

const tried = new Set<Moment>();

const bring = (moment: Moment): Promise<Cell[]> => late.bring(on, moment);
const becomes = (cells: readonly Cell[], state: string): Promise<unknown> =>
  late.become(on, cells, state);

const waitsFor = (cells: readonly Cell[], code: string): Promise<unknown> =>
  all(cells, (cell) =>
    until(
      `${cell.moment} waits: ${code}`,
      () => journey.conversion(on, cell.conversionId),
      (body) => (body['reason'] as { code: string } | null)?.code === code,
    ),
  );

async function checked(cells: readonly Cell[]): Promise<void> {
  for (const cell of cells) await late.check(on, cell);
  for (const { moment } of cells) tried.add(moment);
}

async function settle(cells: readonly Cell[]): Promise<void> {
  await all(cells, (cell) => late.speak(on, cell));
  await checked(cells);
}

test('received: not priced yet', async () => {
  await late.programmeHold(on);
  await on.platform.processes.worker?.kill();
  const cells = await bring('received');
  await all(cells, (cell) => late.speak(on, cell));
  await on.platform.start('worker');
  await checked(cells);
});

test('held, and in review', async () => {
  await late.programmeHold(on);
  const [held, review] = [await bring('held'), await bring('review')];
  await becomes([...held, ...review], 'HELD');
  await all(review, async (cell) => {
    expect(await journey.act(on, cell.conversionId, 'review')).toBeUndefined();
  });
  await settle([...held, ...review]);
  await late.programmeHold(on, 1);
});

test('waiting for the shop, and for the payee', async () => {
  const [shop, payee] = [await bring('waiting_for_shop'), await bring('waiting_for_payee')];
  await waitsFor(shop, 'waiting_for_shop');
  await waitsFor(payee, 'waiting_for_payee_status');
  await late.holdLong(on, [...shop, ...payee]);
  await settle([...shop, ...payee]);
});

test('payable: taken from the balance at once', async () => {
  await settle(await late.payable(on, 'payable'));
});

test('closed, and forgotten by Temporal: the same as while it was open', async () => {
  const [closed, forgotten] = [
    await late.payable(on, 'closed'),
    await late.payable(on, 'forgotten'),
  ];
  await all([...closed, ...forgotten], (cell) =>
    on.temporal.workflow.getHandle(contract.conversionWorkflowId(cell.conversionId)).result(),
  );
  await all(forgotten, (cell) =>
    on.temporal.workflowService.deleteWorkflowExecution({
      namespace: on.temporal.options.namespace,
      workflowExecution: { workflowId: contract.conversionWorkflowId(cell.conversionId) },
    }),
  );
  await all(forgotten, (cell) =>
    until(
      'Temporal knows nothing of it',
      () =>
        on.temporal.workflow
          .getHandle(contract.conversionWorkflowId(cell.conversionId))
          .describe()
          .then(() => true)
          .catch(() => false),
      (known) => !known,
    ),
  );
  await settle([...closed, ...forgotten]);
});

test('cancelled: a card tried again counts, nothing else brings it back', async () => {
  await late.programmeHold(on);
  const cells = await bring('cancelled');
  await becomes(cells, 'CANCELLED');
  await settle(cells);
  await late.programmeHold(on, 1);
});

test('asked for: the payout leaves its run, and its money is back', async () => {
  const cells = await late.payable(on, 'asked_for');
  await all(cells, (cell) => journey.requestPayout(on, cell.influencer));
  await settle(cells);
});

test('paid: a debt, which the next order covers before anything is paid out', async () => {
  const cells = await late.payable(on, 'paid');
  const asked = await all(cells, (cell) => journey.requestPayout(on, cell.influencer));
  await journey.approve(on, asked[0]!.batchId);
  await becomes(cells, 'PAID');
  await settle(cells);
  const refunded = cells.find((cell) => cell.event === 'refund')!;
  const next = await journey.order(on, refunded.influencer, {
    status: 'approved',
    sale: '15000.00',
  });
  await journey.conversionIs(on, next, 'PAYABLE');
  await until(
    'the debt is covered',
    () => late.moneyNow(on, refunded.influencer.id),
    (money) => money.debt === 0n && money.available === 40_000n,
  );
  const { rows } = await on.db.pool.query<{ open: bigint; netted: bigint }>(
    `select sum(amount_tiyn - netted_tiyn)::bigint as open, sum(netted_tiyn)::bigint as netted
       from debts where influencer_id = $1`,
    [refunded.influencer.id],
  );
  expect(rows).toEqual([{ open: 0n, netted: late.BEFORE }]);
});

test('every moment but those of a prepared run was tried, the books are right, no workflow failed', async () => {
  expect(MOMENTS.length * SHOP_EVENTS.length).toBe(135);
  expect([...tried, ...late.PAYING_MOMENTS].sort()).toEqual([...MOMENTS].sort());
  expect(await journey.booksAreRight(on)).toMatchObject({ sum: 0n, wrong: 0 });
  expect(await late.failedWorkflows(on)).toEqual([]);
});
