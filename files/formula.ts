/**
 * CSV injection (OWASP): a spreadsheet runs a cell that starts with = + - @, also after blanks and quotes, and in their
 * full-width forms; a tab or CR at the start is dropped by some. Which sign separates cells is the reader's setting, not
 * ours, and quotes do not help in the middle of what that reader takes for a cell: `A;=1+2;B` is three cells in Russian
 * Excel even between commas.
 */
const SIGN = String.raw`[=+\-@\uff1d\uff0b\uff0d\uff20]`;
const GUARDED_START = new RegExp(String.raw`^'*(?:[\s"]*${SIGN}|[\t\r])`);
const START = new RegExp(String.raw`^'+(?:[\s"]*${SIGN}|[\t\r])`);
const INSIDE = new RegExp(String.raw`([;,|\t\r\n][\s"]*'*)(?=${SIGN})`, 'g');
const INSIDE_GUARDED = new RegExp(String.raw`([;,|\t\r\n][\s"]*'*)'(?=${SIGN})`, 'g');

/** The text with one apostrophe before everything that could be run. */
export function guarded(text: string): string {
  const inside = text.replace(INSIDE, "$1'");
  return GUARDED_START.test(inside) ? `'${inside}` : inside;
}

/** The inverse: restored(guarded(text)) is the text. */
export function restored(text: string): string {
  const inside = START.test(text) ? text.slice(1) : text;
  return inside.replace(INSIDE_GUARDED, '$1');
}
