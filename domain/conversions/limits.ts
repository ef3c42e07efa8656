import type { Tiyn } from '../money';
import type { ReasonCode } from './reasons';

/** Of one order, where neither its programme nor the installation says otherwise: 5,000,000 KZT. */
export const DEFAULT_ORDER_LIMIT: Tiyn = 500_000_000n;

/** Ceilings beyond which a person looks at an order before it is promised to anybody. Tiyn; null: none. */
export type Limits = {
  /** The largest sale of one order. */
  readonly order: Tiyn | null;
  /** What the brand may owe, promises included. */
  readonly credit: Tiyn | null;
};

/**
 * One order of 9,999,999,999,999.99 ₸ is a slip or a theft, never a sale: it would be promised, and a few of them
 * overflow what all brands share. Nothing is refused: the order waits for a person with its reason.
 */
export function overLimit(
  limits: Limits,
  order: { readonly sale: Tiyn; readonly gross: Tiyn },
  owed: Tiyn,
): ReasonCode | null {
  if (limits.order !== null && order.sale > limits.order) return 'over_order_limit';
  if (limits.credit !== null && owed + order.gross > limits.credit) return 'over_credit_limit';
  return null;
}
