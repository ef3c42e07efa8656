import { err, ok, type Result } from '../result';
import type { Tiyn } from '../money';

/** Money one released conversion made payable, and how much of it earlier payouts took. Amounts in tiyn. */
export type Lot = {
  readonly conversionId: string;
  readonly gross: Tiyn;
  readonly payable: Tiyn;
  readonly consumed: Tiyn;
};

export type Taken = { readonly conversionId: string; readonly payable: Tiyn; readonly gross: Tiyn };

export type Consumption = {
  readonly taken: readonly Taken[];
  readonly amount: Tiyn;
  /** The brand-side gross behind the amount: the tax base where the law taxes the gross (kz-domain.md F2). */
  readonly gross: Tiyn;
};

export type ConsumeError = 'nothing_to_pay' | 'amount_above_available' | 'amount_not_positive';

export const availableIn = (lots: readonly Lot[]): Tiyn =>
  lots.reduce((sum, lot) => sum + lot.payable - lot.consumed, 0n);

/**
 * Takes `amount` (all there is when undefined) from lots in the given order, first in, first out. The gross
 * of a part is the difference of two floored shares, so however a lot is cut its parts sum to its gross.
 */
export function consumeLots(
  lots: readonly Lot[],
  amount: Tiyn | undefined,
): Result<Consumption, ConsumeError> {
  const available = availableIn(lots);
  if (available === 0n) return err('nothing_to_pay');
  const wanted = amount ?? available;
  if (wanted <= 0n) return err('amount_not_positive');
  if (wanted > available) return err('amount_above_available');

  const taken: Taken[] = [];
  let left = wanted;
  for (const lot of lots) {
    const free = lot.payable - lot.consumed;
    const payable = free < left ? free : left;
    if (payable === 0n) continue;
    const before = (lot.gross * lot.consumed) / lot.payable;
    const after = (lot.gross * (lot.consumed + payable)) / lot.payable;
    taken.push({ conversionId: lot.conversionId, payable, gross: after - before });
    left -= payable;
    if (left === 0n) break;
  }
  return ok({ taken, amount: wanted, gross: taken.reduce((sum, part) => sum + part.gross, 0n) });
}
