import { formatTenge, parseTenge } from '../../../../domain/money';
import type { DecisionInput, Order } from '../types';

export type Verb = DecisionInput['decision'];

/** The API takes at most so many orders in one decision. */
export const MOST_AT_ONCE = 500;

export const REJECT_REASONS = [
  'buyer_cancelled',
  'goods_returned',
  'not_paid',
  'out_of_stock',
  'duplicate_order',
  'fraud_suspected',
  'terms_violated',
  'test_order',
  'other',
] as const;

/** Those of the chosen orders about which this can be decided now. */
export const decidable = (orders: readonly Order[], verb: Verb): readonly Order[] =>
  orders.filter(({ decisions }) => decisions.includes(verb));

/** Decimal tenge of the orders' commissions together; those without one count nothing. */
export function commissionOf(orders: readonly Order[]): string {
  let sum = 0n;
  for (const { commission } of orders) {
    const tiyn = parseTenge(commission ?? '0');
    if (tiyn.ok) sum += tiyn.value;
  }
  return formatTenge(sum);
}
