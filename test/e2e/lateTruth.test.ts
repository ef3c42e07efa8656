import { until } from '../../sandbox/demo/http';
import { addDemoInfluencer, type DemoInfluencer } from '../../sandbox/seed';
import {
  LATE_TRUTH,
  MOMENTS,
  SHOP_EVENTS,
  type Moment,
  type Outcome,
  type ShopEvent,
} from '../../domain/conversions/lateTruth';
import { insertPayeeStatus } from '../../store/postgres/catalogue';
import * as contract from '../../workflows/contract';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';

/**
 * Every cell of the table of late truth on the real stack: an order is brought to its moment, its shop speaks again,
 * and state, reason, balance and debt are what the table says. 10 % commission, 20 % fee: 8 % of a sale is the person's.
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

const SALE = '10000.00';
const LONG_HOLD_SECONDS = 3600;

type Cell = {
  readonly moment: Moment;
  readonly event: ShopEvent;
  readonly influencer: DemoInfluencer;
  readonly orderId: string;
  readonly conversionId: string;
  readonly clickId: string;
};

let people = 0;

async function begin(moment: Moment, event: ShopEvent): Promise<Cell> {
  const person = { ref: `late${(people += 1)}x`, regime: 'demo_flat_10' };
  const influencer = await addDemoInfluencer(on.db.pool, on.seed, on.data.programmes, person);
  if (moment === 'waiting_for_payee')
    await insertPayeeStatus(on.db.pool, {
      influencerId: influencer.id,
      regime: 'esp',
      deductionApplies: false,
      evidence: 'declaration',
      evidenceRef: 'old regime',
      validFrom: new Date(),
      expiresAt: new Date(Date.now() + 86_400_000),
    });
  const shop = journey.shopOf(on, 'magnum');
  const { clickId } = await journey.click(on, journey.codeOf(influencer, shop.id));
  const orderId = journey.newOrderId();
  const status =
    moment === 'cancelled' ? 'rejected' : moment === 'waiting_for_shop' ? 'pending' : 'approved';
  const conversionId = await journey.postback(on, shop, {
    click_id: clickId,
    transaction_id: orderId,
    sale_amount: SALE,
    status,
    event_version: 10,
  });
  return { moment, event, influencer, orderId, conversionId, clickId };
}

const tell = (cell: Cell, event: Record<string, unknown>): Promise<string> =>
  journey.postback(on, journey.shopOf(on, 'magnum'), {
    click_id: cell.clickId,
    transaction_id: cell.orderId,
    ...event,
  });

/** What the shop says, by the event. An order that waits for its shop hears of amounts without a yes. */
async function speak(cell: Cell): Promise<void> {
  const yes = cell.moment === 'waiting_for_shop' ? 'pending' : 'approved';
  switch (cell.event) {
    case 'refund':
      return void (await tell(cell, { status: 'refunded', event_version: 11 }));
    case 'part_refund': {
      // In two parts, the older one last.
      const part = (sale_amount: string, event_version: number) =>
        tell(cell, { status: 'partially_refunded', sale_amount, event_version });
      await part('6000.00', 12);
      return void (await part('8000.00', 11));
    }
    case 'amount_up':
      return void (await tell(cell, { status: yes, sale_amount: '15000.00', event_version: 11 }));
    case 'amount_down':
      return void (await tell(cell, { status: yes, sale_amount: '7000.00', event_version: 11 }));
    case 'rejection':
      return void (await tell(cell, { status: 'rejected', event_version: 11 }));
    case 'approval':
      return void (await tell(cell, { status: 'approved', sale_amount: SALE, event_version: 11 }));
    case 'approval_after_rejection':
      await tell(cell, { status: 'rejected', event_version: 11 });
      // Where something was promised or released, the rejection has been acted on by then.
      if (cell.moment !== 'received')
        await journey.conversionIs(on, cell.conversionId, 'CANCELLED');
      return void (await tell(cell, { status: 'approved', sale_amount: SALE, event_version: 12 }));
    case 'duplicate': {
      const status = cell.moment === 'cancelled' ? 'rejected' : yes;
      return void (await tell(cell, { status, sale_amount: SALE, event_version: 10 }));
    }
    case 'older_version':
      return void (await tell(cell, { status: 'refunded', event_version: 9 }));
  }
}

const AFTER: Readonly<Partial<Record<ShopEvent, bigint>>> = {
  refund: 0n,
  rejection: 0n,
  part_refund: 48_000n,
  amount_up: 120_000n,
  amount_down: 56_000n,
};
const BEFORE = 80_000n;

type Money = { held: bigint; available: bigint; reserved: bigint; debt: bigint };

/** What the person's account must show: the order's part in tiyn, and what the payout of the moment took. */
function moneyOf({ moment, event }: Cell, { money }: Outcome): Money {
  const none = { held: 0n, available: 0n, reserved: 0n, debt: 0n };
  const after = AFTER[event] ?? BEFORE;
  const isReleased = LATE_TRUTH[moment].duplicate.state !== 'HELD' && moment !== 'review';
  const wasPaid = ['approved', 'submitted', 'unknown', 'paid'].includes(moment);
  const isAsked = moment === 'asked_for' || moment === 'frozen';
  switch (money) {
    case 'kept':
      if (moment === 'cancelled') return none;
      if (!isReleased) return { ...none, held: BEFORE };
      return wasPaid
        ? none
        : isAsked
          ? { ...none, reserved: BEFORE }
          : { ...none, available: BEFORE };
    case 'repriced':
      return { ...none, held: after };
    case 'revived':
      return { ...none, held: after, debt: wasPaid ? BEFORE : 0n };
    case 'void':
      return none;
    case 'released':
    case 'taken_back':
    case 'payout_cancelled':
      return { ...none, available: after };
    case 'debt':
      return { ...none, debt: BEFORE - after };
    case 'raised': {
      const more = { ...none, held: after - BEFORE };
      return wasPaid
        ? more
        : isAsked
          ? { ...more, reserved: BEFORE }
          : { ...more, available: BEFORE };
    }
  }
}

async function moneyNow(influencerId: string): Promise<Money> {
  const { rows } = await on.db.pool.query<Money>(
    `select coalesce(sum(b.pending_in) filter (where a.class = 'payee'), 0)::bigint as held,
            coalesce(sum(b.posted - b.pending_out) filter (where a.class = 'payee'), 0)::bigint as available,
            coalesce(sum(b.pending_out) filter (where a.class = 'payee'), 0)::bigint as reserved,
            coalesce(-sum(b.posted) filter (where a.class = 'debt'), 0)::bigint as debt
       from ledger_accounts a join ledger_balances b on b.account_id = a.id
      where a.code in ('payee:' || $1::text, 'debt:' || $1::text)`,
    [influencerId],
  );
  return rows[0]!;
}

/** The table's cell, seen over the API and in the books. Payments under way land first. */
async function check(cell: Cell): Promise<void> {
  const expected = LATE_TRUTH[cell.moment][cell.event];
  const money = moneyOf(cell, expected);
  const wasPaid = ['approved', 'submitted', 'unknown'].includes(cell.moment);
  // A payment under way lands, and an order all of whose money has gone is paid.
  const state =
    wasPaid && expected.state === 'PAYABLE' && expected.money !== 'raised'
      ? 'PAID'
      : expected.state;
  const name = `${cell.moment} × ${cell.event}`;
  const seen = await until(
    `${name}: ${state}, ${JSON.stringify(money, (_key, value: unknown) => String(value))}`,
    async () => ({
      body: await journey.conversion(on, cell.conversionId),
      money: await moneyNow(cell.influencer.id),
    }),
    (now) =>
      now.body['state'] === state &&
      (Object.keys(money) as (keyof Money)[]).every((key) => now.money[key] === money[key]),
    60_000,
  );
  const reason =
    (seen.body['reason'] as { code: string; ru: string; kk: string; en: string } | null) ?? null;
  const isLanded = wasPaid && state === 'PAID';
  expect([name, reason?.code ?? null]).toEqual([name, isLanded ? null : expected.reason]);
  if (reason)
    expect([reason.ru, reason.kk, reason.en].every((text) => text.length > 10)).toBe(true);
}

const longHold = (cells: readonly Cell[]): Promise<unknown> =>
  on.db.owner.query(
    `update conversions set terms = jsonb_set(terms, '{holdSeconds}', '${LONG_HOLD_SECONDS}')
      where id = any ($1::text[]) and terms is not null`,
    [cells.map((cell) => cell.conversionId)],
  );

const programmeHold = (seconds: number): Promise<unknown> =>
  on.db.owner.query('update programme_terms set hold_seconds = $1', [seconds]);

const bring = (moment: Moment): Promise<Cell[]> =>
  Promise.all(SHOP_EVENTS.map((event) => begin(moment, event)));

const all = <T>(cells: readonly Cell[], act: (cell: Cell) => Promise<T>): Promise<T[]> =>
  Promise.all(cells.map(act));

const becomes = (cells: readonly Cell[], state: string): Promise<unknown> =>
  all(cells, (cell) => journey.conversionIs(on, cell.conversionId, state));

const waitsFor = (cells: readonly Cell[], code: string): Promise<unknown> =>
  all(cells, (cell) =>
    until(
      `${cell.moment} waits: ${code}`,
      () => journey.conversion(on, cell.conversionId),
      (body) => (body['reason'] as { code: string } | null)?.code === code,
    ),
  );

async function payable(moment: Moment): Promise<Cell[]> {
  const cells = await bring(moment);
  await becomes(cells, 'PAYABLE');
  await longHold(cells);
  return cells;
}

async function settle(cells: readonly Cell[]): Promise<void> {
  await all(cells, speak);
  for (const cell of cells) await check(cell);
}

test('received: not priced yet', async () => {
  await programmeHold(LONG_HOLD_SECONDS);
  await on.platform.processes.worker?.kill();
  const cells = await bring('received');
  await all(cells, speak);
  await on.platform.start('worker');
  for (const cell of cells) await check(cell);
});

test('held, and in review', async () => {
  await programmeHold(LONG_HOLD_SECONDS);
  const [held, review] = [await bring('held'), await bring('review')];
  await becomes([...held, ...review], 'HELD');
  await all(review, async (cell) => {
    expect(await journey.act(on, cell.conversionId, 'review')).toBeUndefined();
  });
  await settle([...held, ...review]);
  await programmeHold(1);
});

test('waiting for the shop, and for the payee', async () => {
  const [shop, payee] = [await bring('waiting_for_shop'), await bring('waiting_for_payee')];
  await waitsFor(shop, 'waiting_for_shop');
  await waitsFor(payee, 'waiting_for_payee_status');
  await longHold([...shop, ...payee]);
  await settle([...shop, ...payee]);
});

test('payable: taken from the balance at once', async () => {
  await settle(await payable('payable'));
});

test('closed, and forgotten by Temporal: the same as while it was open', async () => {
  const [closed, forgotten] = [await payable('closed'), await payable('forgotten')];
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
  await programmeHold(LONG_HOLD_SECONDS);
  const cells = await bring('cancelled');
  await becomes(cells, 'CANCELLED');
  await settle(cells);
  await programmeHold(1);
});

test('asked for: the payout leaves its run, and its money is back', async () => {
  const cells = await payable('asked_for');
  await all(cells, (cell) => journey.requestPayout(on, cell.influencer));
  await settle(cells);
});

test('paid: a debt, which the next order covers before anything is paid out', async () => {
  const cells = await payable('paid');
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
    () => moneyNow(refunded.influencer.id),
    (money) => money.debt === 0n && money.available === 40_000n,
  );
  const { rows } = await on.db.pool.query<{ open: bigint; netted: bigint }>(
    `select sum(amount_tiyn - netted_tiyn)::bigint as open, sum(netted_tiyn)::bigint as netted
       from debts where influencer_id = $1`,
    [refunded.influencer.id],
  );
  expect(rows).toEqual([{ open: 0n, netted: BEFORE }]);
});

test('the whole table was tried, the books are right, no workflow failed', async () => {
  expect(MOMENTS.length * SHOP_EVENTS.length).toBe(135);
  expect(await journey.booksAreRight(on)).toMatchObject({ sum: 0n, wrong: 0 });
  const failed: string[] = [];
  for await (const one of on.temporal.workflow.list({ query: 'ExecutionStatus="Failed"' }))
    failed.push(one.workflowId);
  expect(failed).toEqual([]);
});
