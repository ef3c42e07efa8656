import { err, ok, type Result } from '../domain/result';
import type { Page } from '../store/postgres/page';
import type { Call } from './handler';
import type { Refusal } from './reply';

export type { Page } from '../store/postgres/page';

const DEFAULT_LIMIT = 25;

/** `keys` is how many sort keys the list has; a cursor of another list or made up is refused. */
export function readPage(query: Call['query'], keys: number): Result<Page, Refusal> {
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  const cursor = query.get('cursor');
  if (cursor === undefined) return ok({ limit, after: undefined });
  try {
    const after: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const fits =
      Array.isArray(after) &&
      after.length === keys &&
      after.every((key) => typeof key === 'string' && key.length <= 200 && !key.includes('\0'));
    if (fits) return ok({ limit, after: after as string[] });
  } catch {
    // Not JSON: refused below like any other cursor that is not ours.
  }
  return err({ problem: 'cursor_invalid' });
}

/**
 * A UTC time that the calendar has. JavaScript reads the 31st of February as a day in March, and the database,
 * which gets the text of a cursor, fails on it.
 */
export function isCalendarTime(text: string): boolean {
  const read = new Date(text);
  return !Number.isNaN(read.getTime()) && read.toISOString().slice(0, 19) === text.slice(0, 19);
}

/**
 * The answer's `items` and `next_cursor`. Queries ask for limit + 1 rows: the extra one says that there is a
 * next page. `keysOf` names a row's sort keys in the order the query compares them (newest first, id last).
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  page: Page,
  keysOf: (row: Row) => readonly string[],
  item: (row: Row) => Item,
): { items: Item[]; next_cursor: string | null } {
  const shown = rows.slice(0, page.limit);
  const last = rows.length > page.limit ? shown[shown.length - 1] : undefined;
  return {
    items: shown.map(item),
    next_cursor:
      last === undefined ? null : Buffer.from(JSON.stringify(keysOf(last))).toString('base64url'),
  };
}
