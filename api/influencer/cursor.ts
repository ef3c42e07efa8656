import { err, type Result } from '../../domain/result';
import type { Call } from '../handler';
import type { Refusal } from '../reply';
import { readPage, type Page } from '../page';

/** What a sort key may look like: microseconds since 1970 (up to 2286), a number of a row, an id, an amount. */
const KEYS = {
  micros: /^\d{1,16}$/,
  int: /^\d{1,9}$/,
  bigint: /^\d{1,18}$/,
  id: /^[a-z]{3}_[0-9a-z]{4,40}$/,
  amount: /^-?\d{1,18}$/,
} as const;

/** A page of a list with these sort keys; a cursor made up by somebody never reaches the database. */
export function readCursor(
  query: Call['query'],
  keys: readonly (keyof typeof KEYS)[],
): Result<Page, Refusal> {
  const page = readPage(query, keys.length);
  if (!page.ok || !page.value.after) return page;
  const fits = page.value.after.every((text, at) => KEYS[keys[at] ?? 'int'].test(text));
  return fits ? page : err({ problem: 'cursor_invalid' });
}
