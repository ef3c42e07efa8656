/** A JSON number nearly always: digits, and at most two decimals. */
const CLEAN = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]{1,2})?$/;
const PARTS = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;
/** More digits than this write nothing that is an amount or an order's number. */
const MOST_SHIFT = 40;
/** What is left of a binary fraction written out: 129.99000000000001, 129.98999999999999. */
const DIRT_ABOVE = /^([0-9]{2})0{6,}[0-9]{1,4}$/;
const DIRT_BELOW = /^([0-9]{2})9{6,}[0-9]{0,4}$/;

/** ½ tiyn of a float's own error is no money: the two decimals its writer meant. */
function cleaned(whole: string, decimals: string): string {
  const above = DIRT_ABOVE.exec(decimals);
  if (above) return `${whole}.${above[1]}`;
  const below = DIRT_BELOW.exec(decimals);
  if (!below) {
    const kept = decimals.replace(/^([0-9]{2})0+$/, '$1');
    return kept === '' ? whole : `${whole}.${kept}`;
  }
  const hundredths = (BigInt(`${whole}${below[1]}`) + 1n).toString().padStart(3, '0');
  return `${hundredths.slice(0, -2)}.${hundredths.slice(-2)}`;
}

/**
 * The decimal text of a JSON number, never through a float: what an exponent says is written out, zeros beyond the
 * second decimal are dropped. 5.19852E+7 → 51985200.
 */
export function exactNumber(token: string): string {
  if (CLEAN.test(token)) return token;
  const [, sign = '', whole = '', fraction = '', power = '0'] = PARTS.exec(token) ?? [];
  const shift = Number(power);
  if (whole === '' || Math.abs(shift) > MOST_SHIFT) return token;
  const digits = `${'0'.repeat(Math.max(0, -shift))}${whole}${fraction}${'0'.repeat(Math.max(0, shift))}`;
  const point = Math.max(0, -shift) + whole.length + shift;
  const integer = digits.slice(0, point).replace(/^0+(?=[0-9])/, '') || '0';
  const decimals = digits.slice(point);
  // With an exponent the zeros behind the point are those of the shift.
  return `${sign}${cleaned(integer, shift === 0 ? decimals : decimals.replace(/0+$/, ''))}`;
}
