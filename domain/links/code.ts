/**
 * The code of a short address in what really arrives: messengers and phones add signs behind it, people put it into
 * brackets or between asterisks. A code has a closed alphabet, so what else stands around it can be left out.
 */
const CODE = /^[0-9A-Za-z_-]{4,32}$/;
export const isCode = (text: string): boolean => CODE.test(text);

/** A path and its query, wherever the query was meant to begin; `code` is '' when the path names none. */
export type ShortAddress = { readonly code: string; readonly query: string };

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;
/** "?" as it should be, escaped by an eager program, or "&" of one that took the "?" for given. */
const QUERY_AT = /[?&]|%3f|%26/i;
const FIRST_WORD = /^[^0-9A-Za-z_.-]*([0-9A-Za-z_-]+)(.*)$/s;
/** Another page below the code's, or a file of that name: what programs ask for that look for weak servers. */
const ANOTHER_PAGE = /^(?:\/.*[0-9A-Za-z]|\.[0-9A-Za-z])/s;

/** Text that is no escape stays as it is; bytes that are no UTF-8 too. */
function unescaped(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

/** Reads path and query of a request (or the whole address) whose path is not simply a code. */
export function readShortAddress(address: string): ShortAddress {
  const local = address.replace(ORIGIN, '');
  const [separator = ''] = QUERY_AT.exec(local) ?? [];
  const at = separator === '' ? local.length : local.indexOf(separator);
  const rest = local.slice(at + separator.length);
  const query = separator.length > 1 ? unescaped(rest) : rest;
  const [, word = '', tail = ''] = FIRST_WORD.exec(unescaped(local.slice(0, at))) ?? [];
  if (ANOTHER_PAGE.test(tail)) return { code: '', query };
  // A second address pasted right behind the first.
  const code = tail.startsWith('://') ? word.replace(/https?$/i, '') : word;
  return { code: code.toLowerCase(), query };
}

/** Without the signs of its alphabet that mark words in messengers ("_code_"); no code of ours begins or ends so. */
export const withoutMarks = (code: string): string => code.replace(/^[-_]+|[-_]+$/g, '');
