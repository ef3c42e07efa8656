import type { ReasonCode } from './reasons';
import type { ConversionState } from './state';

/**
 * What can happen to a conversion: what the shop said (seen as a difference between the folded order and what is
 * booked), what a person decided, what the clock or the payee brought.
 */
export const CONVERSION_EVENTS = [
  // The rules and the first price.
  'priced',
  'refused_by_rules',
  'over_limit',
  // The shop.
  'delivered',
  'withdrawn',
  'lowered',
  'raised',
  'restored',
  'revived',
  'approved_after_cancellation',
  // The clock and the payee.
  'ready',
  'raise_ready',
  'raise_silent',
  'shop_silent',
  'shop_unreachable',
  'payee_silent',
  // People.
  'held_back',
  'resumed',
  'review_asked',
  'release_decided',
  'cancel_decided',
  'raise_dismissed',
  // Payouts.
  'paid',
  'payout_returned',
] as const;
export type ConversionEvent = (typeof CONVERSION_EVENTS)[number];

/** What a move does to the books; `domain/ledger/plans.ts` has the entries of each. */
export type MoneyMove =
  | 'none'
  /** A promise: held for the influencer until the return period is over. */
  | 'accrue'
  /** The promise is void, another amount is promised under the same terms and hold. */
  | 'reprice'
  | 'void'
  /** The promise becomes payable. */
  | 'release'
  /** Of what was released: from the lot, from payouts nobody approved (they are cancelled), else a debt. */
  | 'take_back'
  /** A promise of the difference, with a hold of its own. */
  | 'accrue_more'
  | 'void_more'
  | 'release_more';

export type Move = {
  readonly to: ConversionState;
  readonly money: MoneyMove;
  /** null: the state says it, or the step that carries the move out knows the exact one. */
  readonly reason: ReasonCode | null;
};

const move = (to: ConversionState, money: MoneyMove, reason: ReasonCode | null = null): Move => ({
  to,
  money,
  reason,
});

type Row = Readonly<Record<ConversionEvent, Move | null>>;

/** Nothing happens: the event cannot occur there, or changes nothing. */
const NOTHING: Row = Object.fromEntries(
  CONVERSION_EVENTS.map((event) => [event, null]),
) as unknown as Row;

const released = (state: 'PAYABLE' | 'PAID'): Partial<Row> => ({
  // Taken from the lot or from payouts nobody approved; what is already on its way ends first and is a debt.
  withdrawn: move('CANCELLED', 'take_back'),
  lowered: move(state, 'take_back'),
  raised: move(state, 'accrue_more', 'raised_after_release'),
  restored: move(state, 'void_more', 'raise_withdrawn'),
  // A raise beyond a ceiling moves nothing until a person says so; what was released stays.
  over_limit: move(state, 'none'),
  release_decided: move(state, 'none'),
  cancel_decided: move(state, 'none', 'raise_dismissed'),
  raise_ready: move('PAYABLE', 'release_more', 'raise_released'),
  // Nobody confirms the raise, or its payee stays not ready: what is promised stays promised, and a person decides.
  raise_silent: move(state, 'none', 'not_confirmed'),
  payee_silent: move(state, 'none', 'payee_not_ready'),
  raise_dismissed: move(state, 'void_more', 'raise_dismissed'),
});

/**
 * The closed table of states × events: every move of a conversion there is. A cell is null where nothing happens.
 * Its words are in reasons.ts; test/e2e/lateTruth*.test.ts drive each cell of the shop's events on the real stack.
 */
export const NEXT: Readonly<Record<ConversionState, Row>> = {
  UNMATCHED: { ...NOTHING },
  RECEIVED: {
    ...NOTHING,
    priced: move('HELD', 'accrue', 'hold_running'),
    refused_by_rules: move('REFUSED', 'none'),
    withdrawn: move('CANCELLED', 'none'),
    over_limit: move('REVIEW', 'none'),
  },
  HELD: {
    ...NOTHING,
    delivered: move('HELD', 'none', 'hold_running'),
    withdrawn: move('CANCELLED', 'void'),
    lowered: move('HELD', 'reprice', 'amount_changed_in_hold'),
    raised: move('HELD', 'reprice', 'amount_changed_in_hold'),
    over_limit: move('REVIEW', 'void'),
    ready: move('PAYABLE', 'release'),
    shop_silent: move('REVIEW', 'none', 'not_confirmed'),
    shop_unreachable: move('REVIEW', 'none', 'shop_unreachable'),
    payee_silent: move('REVIEW', 'none', 'payee_not_ready'),
    held_back: move('HELD', 'none'),
    resumed: move('HELD', 'none'),
    review_asked: move('REVIEW', 'none', 'held_by_ops'),
  },
  REVIEW: {
    ...NOTHING,
    withdrawn: move('CANCELLED', 'void'),
    lowered: move('REVIEW', 'reprice'),
    raised: move('REVIEW', 'reprice'),
    held_back: move('REVIEW', 'none'),
    resumed: move('REVIEW', 'none'),
    // The person stands in for the shop; hold and payee rules still apply. Without a promise it is priced anew.
    release_decided: move('HELD', 'none', 'hold_running'),
    cancel_decided: move('CANCELLED', 'void', 'cancelled_by_person'),
  },
  PAYABLE: {
    ...NOTHING,
    ...released('PAYABLE'),
    paid: move('PAID', 'none'),
  },
  PAID: {
    ...NOTHING,
    ...released('PAID'),
    payout_returned: move('PAYABLE', 'none'),
  },
  CANCELLED: {
    ...NOTHING,
    // A card tried again: the shop's later yes counts, with a return period of its own.
    revived: move('HELD', 'accrue', 'revived'),
    approved_after_cancellation: move('REVIEW', 'none', 'approved_after_cancellation'),
    over_limit: move('REVIEW', 'none'),
  },
  REFUSED: {
    ...NOTHING,
    // Refused for a commission below one tiyn, and now it is worth something.
    revived: move('HELD', 'accrue', 'revived'),
    over_limit: move('REVIEW', 'none'),
  },
};

/** null: nothing happens. */
export const next = (state: ConversionState, event: ConversionEvent): Move | null =>
  NEXT[state][event];

/** Whether some event moves a conversion so; the store refuses every other move. */
export const mayMove = (from: ConversionState, to: ConversionState): boolean =>
  Object.values(NEXT[from]).some((each) => each?.to === to) ||
  // The relay's first message of an order that a later event matched.
  (from === 'UNMATCHED' && to === 'RECEIVED') ||
  // A released review without a promise is priced anew.
  (from === 'REVIEW' && to === 'RECEIVED');
