import { err, ok, type Result } from '../result';
import type { Tiyn } from '../money';

/** Money one released conversion made payable, and how much of it earlier payouts and debts took. Amounts in tiyn. */
export type Lot = {
  readonly conversionId: string;
  readonly gross: Tiyn;
  readonly payable: Tiyn;
  readonly consumed: Tiyn;
  /** Of `gross`: what went with `consumed`. Kept, since a lot may be cut or raised after parts of it were taken. */
  readonly consumedGross: Tiyn;
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
 * of a part is its floored share of what is left, so however a lot is cut its parts sum to its gross.
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
    const gross = ((lot.gross - lot.consumedGross) * payable) / free;
    taken.push({ conversionId: lot.conversionId, payable, gross });
    left -= payable;
    if (left === 0n) break;
  }
  return ok({ taken, amount: wanted, gross: taken.reduce((sum, part) => sum + part.gross, 0n) });
}

export type CutLot = {
  /** The lot's new size: gross ≥ payable ≥ what was taken, and what is left keeps gross ≥ payable too. */
  readonly gross: Tiyn;
  readonly payable: Tiyn;
  /** Taken, and no longer earned: what the payee owes. */
  readonly debt: Tiyn;
};

/**
 * A lot after its order came back, wholly or in part: `keep` is what the order is still worth. What was taken of
 * it stays taken. Rounding may leave the gross of what is left a tiyn short of it; then it is that tiyn more.
 */
export function cutLot(lot: Lot, keep: { readonly gross: Tiyn; readonly payable: Tiyn }): CutLot {
  const larger = (a: Tiyn, b: Tiyn): Tiyn => (a > b ? a : b);
  const payable = larger(keep.payable, lot.consumed);
  const gross = larger(keep.gross, lot.consumedGross + payable - lot.consumed);
  return { gross, payable, debt: payable - keep.payable };
}
