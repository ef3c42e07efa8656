import { displayTenge, parseTenge } from '../../../domain/money';

/**
 * The API's decimal tenge text as a person reads it: "12345.67" → `12 345,67 ₸` (no-break spaces). The one
 * place where money becomes text. Text that is not decimal tenge is a fault of the caller and throws.
 */
export function formatMoney(tenge: string): string {
  const tiyn = parseTenge(tenge);
  if (!tiyn.ok) throw new RangeError(`not decimal tenge: ${tenge}`);
  return displayTenge(tiyn.value);
}

/** Whether the API's decimal tenge text says that there is nothing. */
export const isZero = (tenge: string): boolean => tenge === '0.00';

/** Whole numbers (clicks, orders) with the same digit groups as money: 12345 → `12 345`. */
export function formatCount(count: number): string {
  return String(Math.trunc(count)).replace(/\B(?=(\d{3})+$)/g, '\u00a0');
}

/** A share of 0–1 with one decimal: 0.0345 → `3,5 %`. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1).replace('.', ',')}\u00a0%`;
}

/** Basis points as a rate: 2000 → `20 %`, 1250 → `12,5 %`. */
export function formatBasisPoints(bps: number): string {
  return `${String(bps / 100).replace('.', ',')}\u00a0%`;
}

/** What a person typed or pasted as an amount: "12 345,6 ₸" → "12345.60"; null when it is not an amount. */
export function readMoney(typed: string): string | null {
  const plain = typed.replace(/[\s\u00a0\u202f₸]/g, '').replace(',', '.');
  if (!/^\d{1,13}(\.\d{1,2})?$/.test(plain)) return null;
  const [whole = '0', fraction = ''] = plain.split('.');
  return `${whole.replace(/^0+(?=\d)/, '')}.${fraction.padEnd(2, '0')}`;
}
