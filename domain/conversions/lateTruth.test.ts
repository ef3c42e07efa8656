import * as fc from 'fast-check';

import { splitSale, type Split } from '../ledger/plans';
import { cutLot, type Lot } from '../payouts/lots';
import { LATE_TRUTH, MOMENTS, SHOP_EVENTS, type Moment, type ShopEvent } from './lateTruth';
import { CONVERSION_EVENTS, mayMove, next, NEXT } from './next';
import { KEPT_WHEN_PAID, NO_MONEY, urgentEvent, waitOf, type Standing } from './standing';
import { CONVERSION_STATES } from './state';

const NOW = Date.UTC(2026, 10, 30);
const worth = (sale: bigint): Split => splitSale(sale, 1000, 2000);
const BEFORE = worth(1_000_000n);

const AFTER: Readonly<Record<ShopEvent, { status: Standing['status']; worth: Split }>> = {
  refund: { status: 'refunded', worth: NO_MONEY },
  part_refund: { status: 'partially_refunded', worth: worth(600_000n) },
  amount_up: { status: 'approved', worth: worth(1_500_000n) },
  amount_down: { status: 'approved', worth: worth(700_000n) },
  rejection: { status: 'rejected', worth: NO_MONEY },
  approval: { status: 'approved', worth: BEFORE },
  approval_after_rejection: { status: 'approved', worth: BEFORE },
  duplicate: { status: 'approved', worth: BEFORE },
  older_version: { status: 'approved', worth: BEFORE },
};

const base: Standing = {
  state: 'HELD',
  reasonCode: null,
  status: 'approved',
  sale: 1_000_000n,
  worth: BEFORE,
  booked: NO_MONEY,
  promise: null,
  more: null,
  refusal: null,
  overLimit: null,
  confirmed: true,
  paused: false,
  cancelDecided: false,
  cancelledAs: null,
  waitsSince: new Date(NOW),
};

const STATE_AT: Readonly<Record<Moment, Standing['state']>> = {
  received: 'RECEIVED',
  held: 'HELD',
  waiting_for_shop: 'HELD',
  waiting_for_payee: 'HELD',
  review: 'REVIEW',
  payable: 'PAYABLE',
  asked_for: 'PAYABLE',
  frozen: 'PAYABLE',
  approved: 'PAYABLE',
  submitted: 'PAYABLE',
  unknown: 'PAYABLE',
  paid: 'PAID',
  cancelled: 'CANCELLED',
  closed: 'PAYABLE',
  forgotten: 'PAYABLE',
};

function standingAt(moment: Moment): Standing {
  const state = STATE_AT[moment];
  const heldUntil = new Date(moment === 'held' || moment === 'review' ? NOW + 1000 : NOW - 1000);
  if (state === 'HELD' || state === 'REVIEW')
    return {
      ...base,
      state,
      promise: { split: BEFORE, heldUntil },
      confirmed: moment !== 'waiting_for_shop',
    };
  if (state === 'CANCELLED')
    return { ...base, state, reasonCode: 'order_rejected', status: 'rejected', worth: NO_MONEY };
  return state === 'RECEIVED' ? { ...base, state } : { ...base, state, booked: BEFORE };
}

/** Moves by the table until nothing is urgent, as the step of the workflow does; money as the moves change it. */
function settle(order: Standing): Standing {
  let now = order;
  for (let n = 0; n < 8; n++) {
    const event = urgentEvent(now, NOW);
    if (event === null || event === 'ready' || event === 'raise_ready') return now;
    const move = next(now.state, event);
    if (!move) throw new Error(`${event} has no move from ${now.state}`);
    // A changed amount keeps the hold it had; a new promise has one of its own.
    const heldUntil =
      move.money === 'reprice' ? (now.promise?.heldUntil ?? null) : new Date(NOW + 1000);
    const promise = { split: now.worth, heldUntil };
    const books: Partial<Standing> =
      move.money === 'accrue' || move.money === 'reprice'
        ? { promise }
        : move.money === 'void'
          ? { promise: null }
          : move.money === 'take_back'
            ? { booked: now.worth, more: null }
            : {};
    const more =
      move.money === 'accrue_more'
        ? {
            split: {
              gross: now.worth.gross - now.booked.gross,
              fee: now.worth.fee - now.booked.fee,
              payable: now.worth.payable - now.booked.payable,
            },
            heldUntil: new Date(NOW + 1000),
          }
        : now.more;
    now = { ...now, more, ...books, state: move.to, reasonCode: move.reason ?? 'order_rejected' };
  }
  throw new Error('moves in circles');
}

const CELLS = MOMENTS.flatMap((moment) => SHOP_EVENTS.map((event) => [moment, event] as const));

/** An order that waits for its shop is not approved: a word about its amount alone is no yes. */
const afterOf = (moment: Moment, event: ShopEvent): Partial<Standing> => {
  const isYes = moment !== 'waiting_for_shop' || (event !== 'amount_up' && event !== 'amount_down');
  return { ...AFTER[event], confirmed: isYes };
};

test.each(CELLS)('the rules do what the table says: %s, %s', (moment, event) => {
  let order = settle(standingAt(moment));
  const isOld = event === 'duplicate' || event === 'older_version';
  if (event === 'approval_after_rejection' && moment !== 'received')
    order = settle({ ...order, status: 'rejected', worth: NO_MONEY });
  if (!isOld) order = settle({ ...order, ...afterOf(moment, event) });
  const expected = LATE_TRUTH[moment][event];
  const isReleased = urgentEvent(order, NOW) === 'ready';
  // The payee of that moment is not ready: the release waits for them.
  expect(moment === 'waiting_for_payee' || isReleased === (expected.money === 'released')).toBe(
    true,
  );
  expect(isReleased && moment !== 'waiting_for_payee' ? 'PAYABLE' : order.state).toBe(
    expected.state,
  );
  if (expected.money === 'raised') expect(order.more?.split.payable).toBe(40_000n);
  else expect(order.more).toBeNull();
  if (expected.money === 'repriced' || expected.money === 'revived')
    expect(order.promise?.split).toEqual(AFTER[event].worth);
});

test('a debt is told the same whether the shop spoke before the payment landed or after it', () => {
  for (const moment of ['approved', 'submitted', 'unknown'] as const)
    for (const event of SHOP_EVENTS) {
      const { state, money, reason } = LATE_TRUTH[moment][event];
      const landed = reason !== null && !KEPT_WHEN_PAID.includes(reason) ? null : reason;
      if (state === 'PAYABLE' && money !== 'raised')
        expect([moment, event, landed]).toEqual([moment, event, LATE_TRUTH.paid[event].reason]);
    }
});

test('the closed table: every move is one the store lets through, every end has only the ways back it says', () => {
  for (const state of CONVERSION_STATES)
    for (const event of CONVERSION_EVENTS) {
      const cell = NEXT[state][event];
      if (cell) expect(mayMove(state, cell.to)).toBe(true);
    }
  expect(mayMove('PAID', 'HELD')).toBe(false);
  expect(mayMove('REFUSED', 'PAYABLE')).toBe(false);
  expect(mayMove('PAYABLE', 'HELD')).toBe(false);
  expect(mayMove('UNMATCHED', 'HELD')).toBe(false);
});

const standing: fc.Arbitrary<Standing> = fc.record({
  state: fc.constantFrom(...CONVERSION_STATES),
  reasonCode: fc.constantFrom(null, 'waiting_for_shop', 'over_order_limit', 'cancelled_by_person'),
  status: fc.constantFrom('pending', 'approved', 'rejected', 'partially_refunded', 'refunded'),
  sale: fc.bigInt({ min: 0n, max: 10_000_000n }),
  worth: fc.bigInt({ min: 0n, max: 10_000_000n }).map(worth),
  booked: fc.bigInt({ min: 0n, max: 10_000_000n }).map(worth),
  promise: fc.option(
    fc.record({
      split: fc.constant(BEFORE),
      heldUntil: fc.constantFrom(null, new Date(NOW - 1), new Date(NOW + 1)),
    }),
  ),
  more: fc.constant(null),
  refusal: fc.constantFrom(null, 'no_terms'),
  overLimit: fc.constantFrom(null, 'over_order_limit'),
  confirmed: fc.boolean(),
  paused: fc.boolean(),
  cancelDecided: fc.boolean(),
  cancelledAs: fc.constantFrom(null, { status: 'approved', sale: 1n }),
  waitsSince: fc.constantFrom(null, new Date(NOW), new Date(0)),
});

test('whatever is true of an order, it has a move or says what it waits for', () => {
  fc.assert(
    fc.property(standing, (order) => {
      const event = urgentEvent(order, NOW);
      if (event !== null) expect(NEXT[order.state][event]).not.toBeNull();
      else expect(waitOf(order, NOW).for).toBeDefined();
    }),
    { numRuns: 5000 },
  );
});

test('k parts that come back, in any order and with payouts in between, take what the sum takes, to the tiyn', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 1n, max: 100_000_000n }),
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 0, max: 9_999 }),
      fc.array(fc.record({ left: fc.integer({ min: 0, max: 1000 }), take: fc.nat(1000) }), {
        minLength: 1,
        maxLength: 6,
      }),
      (sale, commission, fee, steps) => {
        const split = (of: bigint): Split => splitSale(of, commission, fee);
        const whole = split(sale);
        let lot: Lot = {
          conversionId: 'c',
          gross: whole.gross,
          payable: whole.payable,
          consumed: 0n,
          consumedGross: 0n,
        };
        let booked = whole;
        let debt = 0n;
        let fromBalance = 0n;
        const values = steps
          .map(({ left }) => (sale * BigInt(left)) / 1000n)
          .sort((a, b) => (a < b ? 1 : -1));
        values.forEach((value, i) => {
          // A payout takes part of what is free.
          const free = lot.payable - lot.consumed;
          const taken = (free * BigInt(steps[i]!.take)) / 1000n;
          const gross = free === 0n ? 0n : ((lot.gross - lot.consumedGross) * taken) / free;
          lot = {
            ...lot,
            consumed: lot.consumed + taken,
            consumedGross: lot.consumedGross + gross,
          };
          const keep = split(value);
          const cut = cutLot(lot, keep);
          const owes = cut.debt - (lot.payable - booked.payable);
          expect(owes >= 0n).toBe(true);
          debt += owes;
          fromBalance += booked.payable - keep.payable - owes;
          expect(lot.payable - cut.payable).toBe(booked.payable - keep.payable - owes);
          expect(cut.payable >= lot.consumed && cut.gross >= lot.consumedGross).toBe(true);
          expect(cut.gross - lot.consumedGross >= cut.payable - lot.consumed).toBe(true);
          lot = { ...lot, gross: cut.gross, payable: cut.payable };
          booked = keep;
        });
        expect(debt + fromBalance).toBe(whole.payable - booked.payable);
        // What is left to them, what they had, and what they owe: exactly what the order is still worth.
        expect(lot.payable - debt).toBe(booked.payable);
      },
    ),
    { numRuns: 2000 },
  );
});
