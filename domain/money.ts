import { err, ok, type Result } from './result';

/**
 * Money is a whole number of tiyn (1 tenge = 100 tiyn) in a bigint: no floats anywhere. Outside the
 * process (JSON, Temporal payloads, command line) it is decimal tenge text, "700.00", because neither
 * JSON nor Temporal's converter can carry a bigint.
 */
export type Tiyn = bigint;

/** Postgres bigint and every sum of entries must hold it; far above any real amount. */
export const TIYN_MAX: Tiyn = 9_000_000_000_000_000n;

export type MoneyError = 'amount_not_decimal' | 'amount_too_precise' | 'amount_too_large';

const DECIMAL = /^(-?)(\d{1,18})(?:\.(\d+))?$/;

/**
 * Decimal tenge text to tiyn: "1000" → 100000n, "12.3" → 1230n.
 * Errors: not plain decimal ASCII (no exponent, no group marks), more than two decimals that are not
 * zeros, or beyond TIYN_MAX.
 */
export function parseTenge(text: string): Result<Tiyn, MoneyError> {
  const match = DECIMAL.exec(text);
  if (!match) return err('amount_not_decimal');
  const [, sign, whole = '0', fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(2))) return err('amount_too_precise');
  const tiyn = BigInt(whole) * 100n + BigInt(fraction.slice(0, 2).padEnd(2, '0'));
  if (tiyn > TIYN_MAX) return err('amount_too_large');
  return ok(sign === '-' ? -tiyn : tiyn);
}

/** Tiyn to decimal tenge text with exactly two decimals: 70000n → "700.00", -5n → "-0.05". */
export function formatTenge(tiyn: Tiyn): string {
  const digits = (tiyn < 0n ? -tiyn : tiyn).toString().padStart(3, '0');
  return `${tiyn < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** For answers: an amount that may not be there. */
export const tengeOrNull = (tiyn: Tiyn | null): string | null =>
  tiyn === null ? null : formatTenge(tiyn);

/** Money as a person reads it in ru and kk: `12 345,67 ₸` (narrow no-break spaces would break copying into forms). */
export function displayTenge(tiyn: Tiyn): string {
  const [whole = '0', fraction = '00'] = formatTenge(tiyn).split('.');
  const sign = whole.startsWith('-') ? '-' : '';
  const grouped = whole.replace('-', '').replace(/\B(?=(\d{3})+$)/g, '\u00a0');
  return `${sign}${grouped},${fraction}\u00a0₸`;
}

export type Ratio = { readonly num: bigint; readonly den: bigint };

/** A rate in basis points as an exact ratio: 2000 → 20 %. */
export const basisPoints = (bps: number): Ratio => ({ num: BigInt(bps), den: 10_000n });

export type Rounding = 'half_up' | 'half_even' | 'floor';

/**
 * amount × ratio, rounded to a multiple of `unit` tiyn (1 = tiyn, 100 = whole tenge).
 * The amount must not be negative: a correction is its own positive posting in the other direction.
 */
export function multiply(amount: Tiyn, ratio: Ratio, unit: bigint, rounding: Rounding): Tiyn {
  if (amount < 0n || ratio.num < 0n || ratio.den <= 0n || unit <= 0n) {
    throw new RangeError(
      `multiply: negative or empty operand ${amount} × ${ratio.num}/${ratio.den}`,
    );
  }
  const num = amount * ratio.num;
  const den = ratio.den * unit;
  const floor = num / den;
  const twice = (num % den) * 2n;
  if (rounding === 'floor' || twice < den) return floor * unit;
  if (twice > den || rounding === 'half_up') return (floor + 1n) * unit;
  return (floor + (floor % 2n)) * unit;
}

/**
 * Splits an amount by exact weights: every part is floored, then the remainder goes out one tiyn at a
 * time from the first part on. Parts always sum to the whole, and weights of zero get nothing.
 */
export function allocate(amount: Tiyn, weights: readonly bigint[]): Tiyn[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (amount < 0n || total <= 0n || weights.some((weight) => weight < 0n)) {
    throw new RangeError(
      'allocate: amount and weights must not be negative and weights must sum above 0',
    );
  }
  const parts = weights.map((weight) => (amount * weight) / total);
  let rest = amount - parts.reduce((sum, part) => sum + part, 0n);
  for (let i = 0; rest > 0n; i = (i + 1) % parts.length) {
    if (weights[i] === 0n) continue;
    parts[i] = (parts[i] ?? 0n) + 1n;
    rest -= 1n;
  }
  return parts;
}
