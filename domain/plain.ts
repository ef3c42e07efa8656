/**
 * What people paste and programs write around a number or a code: marks that show nothing, digits of other scripts,
 * full-width letters, typographic hyphens, blanks of every kind. One function for every border, so that the eye and
 * the database see one value. Names and texts of people are not codes: they keep what they were written with.
 */

/** Visible ASCII with single blanks inside: nearly everything, and returned as it is. */
const PLAIN = /^(?:[\x21-\x7e]+(?: [\x21-\x7e]+)*)?$/;
/** Joiners, direction marks, soft hyphens, byte order marks, variation selectors (Unicode's own list), and controls. */
const HIDDEN = /\p{Default_Ignorable_Code_Point}|(?!\s)\p{Cc}/gu;
const BLANKS = /\s+/gu;
const FULL_WIDTH = /[\uff01-\uff5e]/g;
const OTHER_DIGIT = /(?![0-9])\p{Nd}/gu;
const HYPHENS = /[\u2010-\u2015\u2212\ufe58\ufe63]/g;

/** Digits of a script stand in a row of ten; rows that touch (mathematical ones) keep the step of ten. */
function digitValue(digit: string): string {
  const at = digit.codePointAt(0) ?? 0;
  let start = at;
  while (/\p{Nd}/u.test(String.fromCodePoint(start - 1))) start -= 1;
  return String((at - start) % 10);
}

const asciiWidth = (char: string): string => String.fromCharCode(char.charCodeAt(0) - 0xfee0);

/** Idempotent; what is plain already comes back unchanged. */
export function plain(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(HIDDEN, '')
    .normalize('NFC')
    .replace(FULL_WIDTH, asciiWidth)
    .replace(OTHER_DIGIT, digitValue)
    .replace(HYPHENS, '-')
    .normalize('NFC')
    .replace(BLANKS, ' ')
    .trim();
}

/** A code that is read as one word however it was grouped: `123 456`, `１２３-４５６`. */
export const plainWord = (text: string): string => plain(text).replace(/[ -]/g, '');
