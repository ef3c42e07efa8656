import { until } from '../../sandbox/demo/http';
import { LATE_TRUTH, SHOP_EVENTS, type Moment } from '../../domain/conversions/lateTruth';
import { formatTenge } from '../../domain/money';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import * as late from './lateTruthCells';
import { all, type Cell } from './lateTruthCells';

/**
 * The table of late truth while a payout is on its way, on the real stack: the shop speaks when its run is frozen, when
 * it is approved and nothing has left, when the provider works on it, and when its answer was lost. What was approved
 * ends exactly as approved, once; the cell holds before that and after it.
 */
let on: TestPlatform;
beforeAll(async () => {
  on = await startTestPlatform({
    name: 'late-truth-paying',
    holdSeconds: 1,
    env: {
      BATCH_COLLECT_MS: '600000',
      WOOPPAY_TIMEOUT_MS: '1000',
      SANDBOX_SETTLE_MS: '100',
      PAYOUT_STATUS_FIRST_MS: '100',
      PAYOUT_STATUS_MAX_MS: '500',
      PAYOUT_NOT_FOUND_WAIT_MS: '500',
      PAYOUT_STOPPED_POLL_MS: '100',
      // What is never booked is sent until it is.
      PAYOUT_MAX_SENDS: '100',
    },
  });
});
afterEach(() => journey.partnersClock(on, 0));
afterAll(() => on.stop());

/** A payout of 800.00, of which 700.00 is to arrive. */
type Asked = Cell & { readonly payoutId: string; readonly batchId: string };
const [AMOUNTS, NET] = [{ amount: '800.00', tax: '100.00', net: '700.00' }, '700.00'];
const POSTED = { payee: -80_000n, 'provider:wooppay': 70_000n, 'tax:demo_flat': 10_000n };
/** No payout settles within a test until the partners' clock is moved. */
const HOUR_MS = 3_600_000;

const tried = new Set<Moment>();

async function asked(moment: Moment): Promise<Asked[]> {
  const cells = await late.payable(on, moment);
  tried.add(moment);
  return all(cells, async (cell) => {
    const { id, batchId } = await journey.requestPayout(on, cell.influencer);
    return { ...cell, payoutId: id, batchId };
  });
}

const payoutOf = ({ influencer, payoutId }: Asked): Promise<Record<string, unknown>> =>
  journey.payout(on, influencer, payoutId);

const payoutIs = (cells: readonly Asked[], state: string): Promise<unknown> =>
  Promise.all(cells.map((cell) => journey.payoutIs(on, cell.influencer, cell.payoutId, state)));

const speak = (cells: readonly Cell[]): Promise<unknown> =>
  all(cells, (cell) => late.speak(on, cell));

/** Every attempt that the provider saw of a payout. */
async function bookOf({ payoutId }: Asked): Promise<journey.BookEntry[]> {
  const book = await journey.providerBook(on);
  return book.filter(({ reference }) => reference.startsWith(payoutId));
}

async function paidAsApproved(cells: readonly Asked[]): Promise<void> {
  await payoutIs(cells, 'paid');
  for (const cell of cells) {
    expect(await payoutOf(cell)).toMatchObject({ amounts: AMOUNTS, reason: null });
    expect(await bookOf(cell)).toMatchObject([{ state: 'paid', amount: NET }]);
    expect(await journey.postedOf(on, cell.payoutId)).toEqual(POSTED);
  }
}

/** What the shop's word adds to the order's steps, and what the person is told of it. */
function toldOf(cell: Cell): { steps: string[]; notices: string[] } {
  const { moment, event } = cell;
  const { state, money, reason } = LATE_TRUTH[moment][event];
  const inDebt = late.isApproved(cell);
  const returned = moment === 'frozen' ? ['payout_refused'] : [];
  const taken = {
    steps: [`cancelled taken_back${inDebt ? '_after_payout' : ''}`],
    notices: returned,
  };
  switch (money) {
    case 'kept':
      return { steps: [], notices: [] };
    case 'raised':
      return { steps: [`changed ${String(reason)}`], notices: [] };
    case 'revived':
      return {
        steps: [...taken.steps, 'held revived'],
        notices: [...taken.notices, inDebt ? 'debt_made' : 'order_taken_back'],
      };
    case 'debt':
      return {
        steps: state === 'CANCELLED' ? taken.steps : [`changed ${String(reason)}`],
        notices: ['debt_made'],
      };
    default:
      return state === 'CANCELLED'
        ? { ...taken, notices: [...returned, 'order_taken_back'] }
        : { steps: [`changed ${String(reason)}`], notices: [...returned, 'order_corrected'] };
  }
}

/** A notice of the release came first; these are those after it. */
async function noticesSince(cell: Cell): Promise<string[]> {
  return (await late.noticesOf(on, cell)).filter((code) => code !== 'money_payable');
}

const named = <T>({ moment, event }: Cell, value: T): [string, T] => [
  `${moment} × ${event}`,
  value,
];

/** The cell while its payout is under way, in books and words. */
async function holdsAtOnce(cells: readonly Cell[]): Promise<void> {
  for (const cell of cells) {
    await late.check(on, cell, late.atOnce(cell));
    const told = toldOf(cell);
    const { steps } = await late.stepsOf(on, cell);
    expect(named(cell, steps)).toEqual(named(cell, told.steps));
    expect(named(cell, await noticesSince(cell))).toEqual(named(cell, told.notices));
  }
}

/** The cell after its payout has landed. */
async function holdsInTheEnd(cells: readonly Cell[]): Promise<void> {
  for (const cell of cells) {
    const end = late.inTheEnd(cell);
    await late.check(on, cell, end);
    const told = toldOf(cell);
    const { steps, next } = await late.stepsOf(on, cell);
    const paid = end.state === 'PAID' ? ['paid paid'] : [];
    expect(named(cell, steps)).toEqual(named(cell, [...told.steps, ...paid]));
    expect(named(cell, await noticesSince(cell))).toEqual(
      named(cell, [...told.notices, 'payout_paid']),
    );
    const waits = end.money.held > 0n;
    expect(named(cell, next)).toEqual(named(cell, waits ? 'shop_confirmation_next' : null));
  }
}

test('frozen: what the word lessens leaves the run and is back at once, the rest is approved and paid', async () => {
  const cells = await asked('frozen');
  const [{ batchId }] = cells as [Asked];
  const run = await journey.prepare(on, batchId);
  expect(run).toMatchObject({ state: 'frozen', item_count: SHOP_EVENTS.length, total: '6300.00' });
  await speak(cells);
  await holdsAtOnce(cells);
  const stays = cells.filter((cell) => late.atOnce(cell).money.reserved > 0n);
  const leaves = cells.filter((cell) => !stays.includes(cell));
  expect([stays.length, leaves.length]).toEqual([4, 5]);
  for (const cell of leaves)
    expect(await payoutOf(cell)).toMatchObject({
      state: 'cancelled',
      reason: { code: 'order_changed' },
    });
  expect(await journey.payoutRun(on, batchId)).toMatchObject({
    state: 'frozen',
    item_count: 4,
    total: '2800.00',
  });
  await journey.approve(on, batchId);
  await paidAsApproved(stays);
  await holdsInTheEnd(stays);
  for (const cell of leaves) {
    expect(await bookOf(cell)).toEqual([]);
    expect(await journey.postedOf(on, cell.payoutId)).toEqual({});
  }
  // What came back may be asked for at once, at what the order is worth now.
  const lowered = leaves.filter((cell) => late.atOnce(cell).money.available > 0n);
  expect(lowered.map(({ event }) => event)).toEqual(['part_refund', 'amount_down']);
  const again = await all(lowered, (cell) => journey.requestPayout(on, cell.influencer));
  await journey.approve(on, again[0]!.batchId);
  for (const [i, cell] of lowered.entries()) {
    const paid = await journey.payoutIs(on, cell.influencer, again[i]!.id, 'paid');
    const amount = formatTenge(late.worthOf(cell));
    expect(paid).toMatchObject({ amounts: { amount } });
  }
  await late.become(on, lowered, 'PAID');
});

test.each([
  ['payouts are stopped', (isOn: boolean) => journey.stopPayouts(on, isOn)],
  [
    'the provider is short of our money',
    (isOn: boolean) => journey.providerBalance(on, isOn ? '100.00' : '100000000.00'),
  ],
])(
  'approved, but %s: nothing has left, and what was approved leaves afterwards',
  async (_, hold) => {
    const cells = await asked('approved');
    await hold(true);
    await journey.approve(on, cells[0]!.batchId);
    await speak(cells);
    await holdsAtOnce(cells);
    for (const cell of cells) {
      expect(await payoutOf(cell)).toMatchObject({ state: 'reserved', amounts: AMOUNTS });
      expect(await bookOf(cell)).toEqual([]);
    }
    await hold(false);
    await paidAsApproved(cells);
    await holdsInTheEnd(cells);
  },
);

test('submitted: the provider works on it while the shop speaks', async () => {
  const cells = await asked('submitted');
  await all(cells, ({ payoutId: reference }) =>
    journey.turnDial(on, { mode: 'ok', reference, ms: HOUR_MS }),
  );
  await journey.approve(on, cells[0]!.batchId);
  const isWithProvider = async (): Promise<void> => {
    for (const cell of cells)
      expect(await bookOf(cell)).toMatchObject([{ state: 'processing', submits: 1 }]);
  };
  await until(
    'the provider has all of them',
    () => Promise.all(cells.map(bookOf)),
    (books) => books.every((book) => book.length === 1),
  );
  await speak(cells);
  await holdsAtOnce(cells);
  await payoutIs(cells, 'submitting');
  await isWithProvider();
  await journey.partnersClock(on, 2 * HOUR_MS);
  await paidAsApproved(cells);
  await holdsInTheEnd(cells);
  for (const cell of cells) expect(await bookOf(cell)).toMatchObject([{ submits: 1 }]);
});

/** Ways to lose an answer: the provider has it, or never heard of it. */
const BOOKED = [
  'http_500_after_accept',
  'timeout_after_accept',
  'reset_after_accept',
  'garbled_after_accept',
];
const NEVER_BOOKED = ['http_500', 'timeout_before_accept'];

test('unknown: the answer was lost, whether the provider has it or not; the same amount is sent again where it has not', async () => {
  const [booked, absent] = [await asked('unknown'), await asked('unknown')];
  const cells = [...booked, ...absent];
  const lose = (of: readonly Asked[], ways: readonly string[], more: object): Promise<unknown> =>
    Promise.all(
      of.map(({ payoutId: reference }, i) =>
        journey.turnDial(on, { mode: ways[i % ways.length], reference, ...more }),
      ),
    );
  await lose(booked, BOOKED, { ms: HOUR_MS });
  await lose(absent, NEVER_BOOKED, {});
  await journey.approve(on, cells[0]!.batchId);
  await payoutIs(cells, 'unknown');
  await speak(cells);
  await holdsAtOnce(cells);
  for (const cell of booked)
    expect(await bookOf(cell)).toMatchObject([{ state: 'processing', submits: 1 }]);
  for (const cell of absent) expect(await bookOf(cell)).toMatchObject([{ state: 'not_booked' }]);
  await journey.partnersClock(on, 2 * HOUR_MS);
  await lose(absent, ['ok'], {});
  await paidAsApproved(cells);
  await holdsInTheEnd(cells);
  for (const cell of booked) expect(await bookOf(cell)).toMatchObject([{ submits: 1 }]);
});

test('all four moments were tried, the books are right, no workflow failed', async () => {
  expect([...tried].sort()).toEqual([...late.PAYING_MOMENTS].sort());
  expect(await journey.booksAreRight(on)).toMatchObject({ sum: 0n, wrong: 0 });
  expect(await late.failedWorkflows(on)).toEqual([]);
});
