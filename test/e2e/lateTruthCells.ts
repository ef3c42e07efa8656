import { call, until } from '../../sandbox/demo/http';
import { addDemoInfluencer, type DemoInfluencer } from '../../sandbox/seed';
import {
  LATE_TRUTH,
  SHOP_EVENTS,
  type Moment,
  type Outcome,
  type ShopEvent,
} from '../../domain/conversions/lateTruth';
import { formatTenge } from '../../domain/money';
import { insertPayeeStatus } from '../../store/postgres/catalogue';
import * as journey from '../support/journey';
import type { TestPlatform } from '../support/platform';

/**
 * A cell of the table of late truth on the real stack: an order that is brought to its moment, what its shop says then,
 * and what must be true of it. 10 % commission, 20 % fee: 8 % of a sale is the person's.
 */
export type Cell = {
  readonly moment: Moment;
  readonly event: ShopEvent;
  readonly influencer: DemoInfluencer;
  readonly orderId: string;
  readonly conversionId: string;
  readonly clickId: string;
};

/** Their runs are prepared or approved when the shop speaks: e2e/lateTruthPaying drives them, e2e/lateTruth the others. */
export const PAYING_MOMENTS = [
  'frozen',
  'approved',
  'submitted',
  'unknown',
] as const satisfies readonly Moment[];

const SALE = '10000.00';
const LONG_HOLD_SECONDS = 3600;

let people = 0;

async function begin(on: TestPlatform, moment: Moment, event: ShopEvent): Promise<Cell> {
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

/** An order for each thing a shop may say. */
export const bring = (on: TestPlatform, moment: Moment): Promise<Cell[]> =>
  Promise.all(SHOP_EVENTS.map((event) => begin(on, moment, event)));

export const all = <C extends Cell, T>(
  cells: readonly C[],
  act: (cell: C) => Promise<T>,
): Promise<T[]> => Promise.all(cells.map(act));

export const become = (on: TestPlatform, cells: readonly Cell[], state: string): Promise<unknown> =>
  all(cells, (cell) => journey.conversionIs(on, cell.conversionId, state));

/** What is promised from here on stays promised. */
export const holdLong = (on: TestPlatform, cells: readonly Cell[]): Promise<unknown> =>
  on.db.owner.query(
    `update conversions set terms = jsonb_set(terms, '{holdSeconds}', '${LONG_HOLD_SECONDS}')
      where id = any ($1::text[]) and terms is not null`,
    [cells.map((cell) => cell.conversionId)],
  );

export const programmeHold = (
  on: TestPlatform,
  seconds: number = LONG_HOLD_SECONDS,
): Promise<unknown> => on.db.owner.query('update programme_terms set hold_seconds = $1', [seconds]);

export async function payable(on: TestPlatform, moment: Moment): Promise<Cell[]> {
  const cells = await bring(on, moment);
  await become(on, cells, 'PAYABLE');
  await holdLong(on, cells);
  return cells;
}

/** What the shop says, by the event. An order that waits for its shop hears of amounts without a yes. */
export async function speak(on: TestPlatform, cell: Cell): Promise<void> {
  const yes = cell.moment === 'waiting_for_shop' ? 'pending' : 'approved';
  const tell = async (event: Record<string, unknown>): Promise<void> => {
    const { clickId: click_id, orderId: transaction_id } = cell;
    const shop = journey.shopOf(on, 'magnum');
    await journey.postback(on, shop, { click_id, transaction_id, ...event });
  };
  switch (cell.event) {
    case 'refund':
      return tell({ status: 'refunded', event_version: 11 });
    case 'part_refund': {
      // In two parts, the older one last.
      const part = (sale_amount: string, event_version: number): Promise<void> =>
        tell({ status: 'partially_refunded', sale_amount, event_version });
      await part('6000.00', 12);
      return part('8000.00', 11);
    }
    case 'amount_up':
      return tell({ status: yes, sale_amount: '15000.00', event_version: 11 });
    case 'amount_down':
      return tell({ status: yes, sale_amount: '7000.00', event_version: 11 });
    case 'rejection':
      return tell({ status: 'rejected', event_version: 11 });
    case 'approval':
      return tell({ status: 'approved', sale_amount: SALE, event_version: 11 });
    case 'approval_after_rejection':
      await tell({ status: 'rejected', event_version: 11 });
      // Where something was promised or released, the rejection has been acted on by then.
      if (cell.moment !== 'received')
        await journey.conversionIs(on, cell.conversionId, 'CANCELLED');
      return tell({ status: 'approved', sale_amount: SALE, event_version: 12 });
    case 'duplicate': {
      const status = cell.moment === 'cancelled' ? 'rejected' : yes;
      return tell({ status, sale_amount: SALE, event_version: 10 });
    }
    case 'older_version':
      return tell({ status: 'refunded', event_version: 9 });
  }
}

/** The person's part of the order, tiyn: as it was, and as the shop says it is. */
export const BEFORE = 80_000n;
const AFTER: Readonly<Partial<Record<ShopEvent, bigint>>> = {
  refund: 0n,
  rejection: 0n,
  part_refund: 48_000n,
  amount_up: 120_000n,
  amount_down: 56_000n,
};
export const worthOf = ({ event }: Cell): bigint => AFTER[event] ?? BEFORE;

/** Of the person's accounts, tiyn. */
export type Money = {
  readonly held: bigint;
  readonly available: bigint;
  readonly reserved: bigint;
  readonly debt: bigint;
};
const NO_MONEY: Money = { held: 0n, available: 0n, reserved: 0n, debt: 0n };

export const isApproved = ({ moment }: Cell): boolean =>
  moment === 'approved' || moment === 'submitted' || moment === 'unknown';
const wasPaid = (cell: Cell): boolean => isApproved(cell) || cell.moment === 'paid';
const wasReleased = ({ moment }: Cell): boolean =>
  LATE_TRUTH[moment].duplicate.state !== 'HELD' && moment !== 'review' && moment !== 'cancelled';

/** The order's part in tiyn, and what the payout of the moment took. What was approved has landed. */
function moneyOf(cell: Cell, { money }: Outcome): Money {
  const after = worthOf(cell);
  const isAsked = cell.moment === 'asked_for' || cell.moment === 'frozen';
  const released: Money = wasPaid(cell)
    ? NO_MONEY
    : { ...NO_MONEY, [isAsked ? 'reserved' : 'available']: BEFORE };
  switch (money) {
    case 'kept':
      if (cell.moment === 'cancelled') return NO_MONEY;
      return wasReleased(cell) ? released : { ...NO_MONEY, held: BEFORE };
    case 'repriced':
      return { ...NO_MONEY, held: after };
    case 'revived':
      return { ...NO_MONEY, held: after, debt: wasPaid(cell) ? BEFORE : 0n };
    case 'void':
      return NO_MONEY;
    case 'released':
    case 'taken_back':
    case 'payout_cancelled':
      return { ...NO_MONEY, available: after };
    case 'debt':
      return { ...NO_MONEY, debt: BEFORE - after };
    case 'raised':
      return { ...released, held: after - BEFORE };
  }
}

/** What the order's entries sum to, by account: the brand, the fee and the person of what is released, and the debt. */
function postedOf(cell: Cell, { money }: Outcome): Record<string, bigint> {
  const released = money === 'released' || (wasReleased(cell) && money !== 'revived');
  const isAsBefore = money === 'kept' || money === 'raised';
  const part = released ? (isAsBefore ? BEFORE : worthOf(cell)) : 0n;
  const inDebt = money === 'debt' || (money === 'revived' && wasPaid(cell));
  const debt = inDebt ? BEFORE - part : 0n;
  const sums = { advertiser: (-part * 10n) / 8n, 'platform:fee': (part * 2n) / 8n };
  const entries = Object.entries({ ...sums, payee: part + debt, debt: -debt });
  return Object.fromEntries(entries.filter(([, amount]) => amount !== 0n));
}

/** Where an order is to be, and with what. */
export type Expected = {
  readonly state: string;
  readonly reason: string | null;
  readonly money: Money;
  readonly posted: Record<string, bigint>;
};

/** The table's cell; a payment that was approved is still under way, as it was approved. */
export function atOnce(cell: Cell): Expected {
  const outcome = LATE_TRUTH[cell.moment][cell.event];
  const money = moneyOf(cell, outcome);
  const { state, reason } = outcome;
  const reserved = isApproved(cell) ? BEFORE : money.reserved;
  return { state, reason, money: { ...money, reserved }, posted: postedOf(cell, outcome) };
}

/** Afterwards: a payment under way has landed, and an order all of whose money has gone is paid, as if it had been before. */
export function inTheEnd(cell: Cell): Expected {
  const now = atOnce(cell);
  const { money } = LATE_TRUTH[cell.moment][cell.event];
  const isLanded = isApproved(cell) || (cell.moment === 'frozen' && now.money.reserved > 0n);
  const landed = isLanded ? { ...now, money: { ...now.money, reserved: 0n } } : now;
  if (!isLanded || now.state !== 'PAYABLE' || money === 'raised') return landed;
  return { ...landed, state: 'PAID', reason: LATE_TRUTH.paid[cell.event].reason };
}

export async function moneyNow(on: TestPlatform, influencerId: string): Promise<Money> {
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

const written = ({ held, available, reserved, debt }: Money): string =>
  [held, available, reserved, debt].map(formatTenge).join(' ');

type Reason = {
  readonly code: string;
  readonly ru: string;
  readonly kk: string;
  readonly en: string;
};

/** Seen over the API and in the books. */
export async function check(
  on: TestPlatform,
  cell: Cell,
  expected: Expected = inTheEnd(cell),
): Promise<void> {
  const { state, money } = expected;
  const name = `${cell.moment} × ${cell.event}`;
  const { body } = await until(
    `${name}: ${state}, held, available, reserved, debt ${written(money)}`,
    async () => {
      // The money first: what is said of the order is then at least as new as the money it is about.
      const now = written(await moneyNow(on, cell.influencer.id));
      return { body: await journey.conversion(on, cell.conversionId), money: now };
    },
    (now) => now.body['state'] === state && now.money === written(money),
  );
  const reason = body['reason'] as Reason | null;
  const posted = await journey.postedOf(on, cell.conversionId);
  expect([name, reason?.code ?? null, posted]).toEqual([name, expected.reason, expected.posted]);
  if (reason)
    expect([reason.ru, reason.kk, reason.en].every((text) => text.length > 10)).toBe(true);
}

/** The order's steps after its release, as its influencer reads them, and what comes next. */
export async function stepsOf(
  on: TestPlatform,
  { influencer, conversionId }: Cell,
): Promise<{ steps: string[]; next: string | null }> {
  const url = `${on.platform.urls.api}/v1/influencers/${influencer.id}/orders/${conversionId}`;
  const { body } = await call('GET', url, { key: influencer.apiKey });
  const steps = body['steps'] as { step: string; text: { code: string } }[];
  const after = steps.slice(steps.findIndex(({ step }) => step === 'released') + 1);
  const next = body['next'] as { text: { code: string } } | null;
  return {
    steps: after.map(({ step, text }) => `${step} ${text.code}`),
    next: next?.text.code ?? null,
  };
}

/** What the person was told without asking, oldest first. */
export async function noticesOf(on: TestPlatform, { influencer }: Cell): Promise<string[]> {
  const url = `${on.platform.urls.api}/v1/influencers/${influencer.id}/notices`;
  const { body } = await call('GET', url, { key: influencer.apiKey });
  return (body['items'] as { code: string }[]).map(({ code }) => code).reverse();
}

export async function failedWorkflows(on: TestPlatform): Promise<string[]> {
  const failed: string[] = [];
  for await (const one of on.temporal.workflow.list({ query: 'ExecutionStatus="Failed"' }))
    failed.push(one.workflowId);
  return failed;
}
