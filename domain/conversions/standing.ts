import type { OrderStatus } from '../intake/fold';
import type { Split } from '../ledger/plans';
import type { Tiyn } from '../money';
import type { ConversionEvent } from './next';
import type { ReasonCode } from './reasons';
import type { ConversionState } from './state';

const DAY_MS = 86_400_000;
/** How long a parcel may travel before a person asks where it is. */
export const DELIVERY_SILENCE_MS = 60 * DAY_MS;
/** After the hold, how long a shop that confirms by itself may stay silent before a person looks. */
export const SHOP_SILENCE_MS = 30 * DAY_MS;
/** How long a payee may stay without a valid status or instrument before a person looks. */
export const PAYEE_SILENCE_MS = 90 * DAY_MS;

export const NO_MONEY: Split = { gross: 0n, fee: 0n, payable: 0n };

/** A promise that is pending; heldUntil null: its return period has not begun, the goods are under way. */
export type Promised = { readonly split: Split; readonly heldUntil: Date | null };

/** Everything that decides what happens to an order next, as Postgres has it. */
export type Standing = {
  readonly state: ConversionState;
  readonly reasonCode: string | null;
  /** The order as folded from all its events. */
  readonly status: OrderStatus;
  readonly sale: Tiyn;
  /** The commission on the order as it stands, under the terms that price it; nothing when it was withdrawn. */
  readonly worth: Split;
  /** What was released and not taken back. */
  readonly booked: Split;
  readonly promise: Promised | null;
  /** Promised beyond what was released. */
  readonly more: Promised | null;
  /** The rules give nothing for it, and why. */
  readonly refusal: ReasonCode | null;
  /** Beyond a ceiling, and which; null when within, or when a person let it pass. */
  readonly overLimit: ReasonCode | null;
  /** Somebody who may say so has said that the order stands. */
  readonly confirmed: boolean;
  readonly paused: boolean;
  readonly cancelDecided: boolean;
  /** The order as it was when a person cancelled it, or dismissed its raise. */
  readonly cancelledAs: { readonly status: string; readonly sale: Tiyn } | null;
  readonly waitsSince: Date | null;
};

const isOver = (promised: Promised | null, nowMs: number): boolean =>
  promised !== null && promised.heldUntil !== null && promised.heldUntil.getTime() <= nowMs;

const silent = ({ waitsSince }: Standing, limitMs: number, nowMs: number): boolean =>
  waitsSince !== null && nowMs - waitsSince.getTime() >= limitMs;

/** The most urgent thing that is true of the order now and changes it; null when it only waits. */
export function urgentEvent(order: Standing, nowMs: number): ConversionEvent | null {
  switch (order.state) {
    case 'UNMATCHED':
      return null;
    case 'RECEIVED':
      if (order.refusal) return 'refused_by_rules';
      if (order.worth.gross === 0n) return 'withdrawn';
      return order.overLimit ? 'over_limit' : 'priced';
    case 'HELD':
      return eventInHold(order, nowMs);
    case 'REVIEW':
      if (order.cancelDecided) return 'cancel_decided';
      return order.worth.gross === 0n ? 'withdrawn' : changeOf(order, order.promise?.split);
    case 'PAYABLE':
    case 'PAID':
      return eventAfterRelease(order, nowMs);
    case 'CANCELLED':
    case 'REFUSED':
      return eventAfterEnd(order);
  }
}

function changeOf({ worth }: Standing, promised: Split | undefined): 'lowered' | 'raised' | null {
  if (!promised || worth.gross === promised.gross) return null;
  return worth.gross < promised.gross ? 'lowered' : 'raised';
}

function eventInHold(order: Standing, nowMs: number): ConversionEvent | null {
  const { promise, worth } = order;
  if (worth.gross === 0n) return 'withdrawn';
  const change = changeOf(order, promise?.split);
  if (change) return change === 'raised' && order.overLimit ? 'over_limit' : change;
  if (promise?.heldUntil === null) {
    if (order.confirmed) return 'delivered';
    return silent(order, DELIVERY_SILENCE_MS, nowMs) ? 'shop_silent' : null;
  }
  if (!isOver(promise, nowMs) || order.paused) return null;
  if (order.confirmed) return 'ready';
  return order.reasonCode === 'waiting_for_shop' && silent(order, SHOP_SILENCE_MS, nowMs)
    ? 'shop_silent'
    : null;
}

function eventAfterRelease(order: Standing, nowMs: number): ConversionEvent | null {
  const { worth, booked, more } = order;
  if (worth.gross === 0n) return booked.gross > 0n || more ? 'withdrawn' : null;
  if (worth.gross < booked.gross) return 'lowered';
  if (worth.gross === booked.gross) return more ? 'restored' : null;
  // Until the shop says something else of it, a person's no to the raise stands.
  if (!isNews(order)) return more ? 'raise_dismissed' : null;
  if (more && more.split.gross === worth.gross - booked.gross)
    return eventOfRaise(order, more, nowMs);
  if (!order.overLimit) return 'raised';
  return order.reasonCode === order.overLimit ? null : 'over_limit';
}

function eventOfRaise(order: Standing, more: Promised, nowMs: number): ConversionEvent | null {
  if (!isOver(more, nowMs) || order.paused) return null;
  if (order.confirmed) return 'raise_ready';
  const isSilent = isOver(more, nowMs - SHOP_SILENCE_MS);
  return isSilent && order.reasonCode !== 'not_confirmed' ? 'raise_silent' : null;
}

/** The shop says something else than when a person said no to it. */
const isNews = ({ cancelledAs, status, sale }: Standing): boolean =>
  cancelledAs === null || cancelledAs.status !== status || cancelledAs.sale !== sale;

/** After a release: a raise that a person has to decide about, and why. */
export const RAISE_QUESTIONS: readonly ReasonCode[] = [
  'over_order_limit',
  'over_day_limit',
  'over_credit_limit',
  'not_confirmed',
  'payee_not_ready',
];
export const asksAboutRaise = (reasonCode: string | null): boolean =>
  RAISE_QUESTIONS.some((code) => code === reasonCode);

/**
 * What an order says on after its payout has landed: a question that waits for a person, and the debt, which is told the
 * same whether the shop spoke before the money arrived or after it.
 */
export const KEPT_WHEN_PAID: readonly ReasonCode[] = [...RAISE_QUESTIONS, 'lowered_after_payout'];

/** What ended an order for good: only the rules, and a person as long as the shop says nothing new. */
function eventAfterEnd(order: Standing): ConversionEvent | null {
  const { state, reasonCode, worth } = order;
  if (worth.payable === 0n) return null;
  if (state === 'REFUSED')
    return reasonCode !== 'commission_zero' ? null : order.overLimit ? 'over_limit' : 'revived';
  if (reasonCode === 'cancelled_by_person')
    return order.cancelledAs !== null && isNews(order) ? 'approved_after_cancellation' : null;
  return order.overLimit ? 'over_limit' : 'revived';
}

/** What an order waits for while nothing urgent is true of it. */
export type Wait =
  | { readonly for: 'hold'; readonly until: Date }
  | { readonly for: 'delivery' }
  | { readonly for: 'shop' }
  | { readonly for: 'resume' }
  | { readonly for: 'person' }
  | { readonly for: 'payout' }
  | { readonly for: 'nothing' };

export function waitOf(order: Standing, nowMs: number): Wait {
  switch (order.state) {
    case 'UNMATCHED':
    case 'RECEIVED':
    case 'CANCELLED':
    case 'REFUSED':
      return { for: 'nothing' };
    case 'REVIEW':
      return { for: 'person' };
    case 'PAYABLE':
    case 'PAID': {
      const { more } = order;
      if (asksAboutRaise(order.reasonCode)) return { for: 'person' };
      return more ? waitOfPromise(order, more, nowMs) : { for: waitWhenReleased(order) };
    }
    case 'HELD':
      return order.promise ? waitOfPromise(order, order.promise, nowMs) : { for: 'person' };
  }
}

const waitWhenReleased = ({ state }: Standing): 'payout' | 'nothing' =>
  state === 'PAYABLE' ? 'payout' : 'nothing';

function waitOfPromise(order: Standing, { heldUntil }: Promised, nowMs: number): Wait {
  if (heldUntil === null) return { for: 'delivery' };
  if (nowMs < heldUntil.getTime()) return { for: 'hold', until: heldUntil };
  return { for: order.paused ? 'resume' : 'shop' };
}
