import { parseTenge } from '../../domain/money';
import type { OrderState, OrderStatusOutcome } from '../ports';
import type { WireOrder } from './wire';

const STATES: Readonly<Record<string, OrderState>> = {
  created: 'pending',
  buyout: 'delivered',
  cancel: 'cancelled',
  return: 'returned',
  returnDefective: 'returned',
};

/** The shop's times without an offset are Moscow time, UTC+3. */
export function instantOf(text: string | null): string | null {
  if (text === null) return null;
  const withOffset = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}+03:00`;
  const at = Date.parse(withOffset);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

/** A row that cannot be read in full is `unknown`: guessing a state here would move money. */
export function orderOutcome(order: WireOrder, currency: string | null): OrderStatusOutcome {
  const kind = order.status !== null && Object.hasOwn(STATES, order.status) && STATES[order.status];
  const at = instantOf(order.updatedAt);
  if (!kind || at === null) return { kind: 'unknown', cause: 'read:state_unknown' };
  // The ledger holds tenge; a sum in roubles needs a dated rate and is not passed on as if it were one.
  if (currency?.toUpperCase() !== 'KZT' || order.sellerPrice === null) return { kind, at };
  const amount = parseTenge(order.sellerPrice);
  if (!amount.ok || amount.value < 0n) return { kind: 'unknown', cause: 'read:garbled_body' };
  return { kind, amount: amount.value, at };
}
