import type { ReasonCode } from './reasons';
import type { ConversionState } from './state';

/**
 * What becomes of an order when its shop speaks again, at every moment of its life: the promise to shops, influencers
 * and operators that docs/late-truth.md prints. next.ts moves by it (lateTruth.test.ts holds the two together), and
 * test/e2e/lateTruth.test.ts and lateTruthPaying.test.ts drive every cell on the real stack.
 */
export const MOMENTS = [
  'received',
  'held',
  'waiting_for_shop',
  'waiting_for_payee',
  'review',
  'payable',
  'asked_for',
  'frozen',
  'approved',
  'submitted',
  'unknown',
  'paid',
  'cancelled',
  'closed',
  'forgotten',
] as const;
/** `closed`: payable, and its workflow has ended; `forgotten`: payable, and Temporal knows nothing of it any more. */
export type Moment = (typeof MOMENTS)[number];

export const SHOP_EVENTS = [
  'refund',
  'part_refund',
  'amount_up',
  'amount_down',
  'rejection',
  'approval',
  'approval_after_rejection',
  'duplicate',
  'older_version',
] as const;
export type ShopEvent = (typeof SHOP_EVENTS)[number];

/** What happens to the commission. */
export type MoneyOutcome =
  /** Nothing changes. */
  | 'kept'
  /** Promised anew at the new amount. */
  | 'repriced'
  /** The promise is void. */
  | 'void'
  /** The shop's yes was what it waited for. */
  | 'released'
  /** The difference leaves the balance. */
  | 'taken_back'
  /** The payout is cancelled, its money returns, the difference leaves the balance. */
  | 'payout_cancelled'
  /** The payment ends as approved; the difference is a debt, covered by the next orders. */
  | 'debt'
  /** The difference is promised, with a hold of its own. */
  | 'raised'
  /** Promised anew, with a hold of its own. */
  | 'revived';

export type Outcome = {
  readonly state: ConversionState;
  readonly money: MoneyOutcome;
  readonly reason: ReasonCode | null;
};

const is = (
  state: ConversionState,
  money: MoneyOutcome,
  reason: ReasonCode | null = null,
): Outcome => ({ state, money, reason });

type Row = Readonly<Record<ShopEvent, Outcome>>;

const beforeRelease = (
  state: 'HELD' | 'REVIEW',
  reason: ReasonCode,
  repricedFor: ReasonCode,
): Row => {
  const kept = is(state, 'kept', reason);
  const repriced = is(state, 'repriced', repricedFor);
  return {
    refund: is('CANCELLED', 'void', 'refunded_in_hold'),
    part_refund: repriced,
    amount_up: repriced,
    amount_down: repriced,
    rejection: is('CANCELLED', 'void', 'order_rejected'),
    approval: kept,
    approval_after_rejection: is('HELD', 'revived', 'revived'),
    duplicate: kept,
    older_version: kept,
  };
};

const waitsForShop = beforeRelease('HELD', 'waiting_for_shop', 'waiting_for_shop');

const afterRelease = (
  state: 'PAYABLE' | 'PAID',
  money: 'taken_back' | 'payout_cancelled' | 'debt',
): Row => {
  const kept = is(state, 'kept');
  const inDebt = money === 'debt';
  const gone = is('CANCELLED', money, inDebt ? 'taken_back_after_payout' : 'taken_back');
  // What a cancelled payout gave back is payable again; a payment under way lands as it was approved.
  const less = is(state, money, inDebt ? 'lowered_after_payout' : 'lowered_after_release');
  return {
    refund: gone,
    part_refund: less,
    amount_up: is(state, 'raised', 'raised_after_release'),
    amount_down: less,
    rejection: gone,
    approval: kept,
    approval_after_rejection: is('HELD', 'revived', 'revived'),
    duplicate: kept,
    older_version: kept,
  };
};

const stillCancelled = is('CANCELLED', 'kept', 'order_rejected');

export const LATE_TRUTH: Readonly<Record<Moment, Row>> = {
  // Not priced yet: the promise is made at what the order is by then.
  received: {
    ...beforeRelease('HELD', 'hold_running', 'hold_running'),
    refund: is('CANCELLED', 'void', 'refunded_in_hold'),
    // The rejection was never acted on: nothing had been promised.
    approval_after_rejection: is('HELD', 'kept', 'hold_running'),
  },
  held: beforeRelease('HELD', 'hold_running', 'amount_changed_in_hold'),
  waiting_for_shop: {
    ...waitsForShop,
    approval: is('PAYABLE', 'released'),
    // Part of it came back, so the rest was taken.
    part_refund: is('PAYABLE', 'released'),
  },
  waiting_for_payee: beforeRelease('HELD', 'waiting_for_payee_status', 'waiting_for_payee_status'),
  review: beforeRelease('REVIEW', 'held_by_ops', 'held_by_ops'),
  payable: afterRelease('PAYABLE', 'taken_back'),
  asked_for: afterRelease('PAYABLE', 'payout_cancelled'),
  frozen: afterRelease('PAYABLE', 'payout_cancelled'),
  approved: afterRelease('PAYABLE', 'debt'),
  submitted: afterRelease('PAYABLE', 'debt'),
  unknown: afterRelease('PAYABLE', 'debt'),
  paid: afterRelease('PAID', 'debt'),
  cancelled: {
    refund: is('CANCELLED', 'kept', 'order_rejected'),
    part_refund: is('HELD', 'revived', 'revived'),
    // A word about the amount alone brings nothing back: these carry the shop's yes.
    amount_up: is('HELD', 'revived', 'revived'),
    amount_down: is('HELD', 'revived', 'revived'),
    rejection: stillCancelled,
    approval: is('HELD', 'revived', 'revived'),
    approval_after_rejection: is('HELD', 'revived', 'revived'),
    duplicate: stillCancelled,
    older_version: stillCancelled,
  },
  closed: afterRelease('PAYABLE', 'taken_back'),
  forgotten: afterRelease('PAYABLE', 'taken_back'),
};
