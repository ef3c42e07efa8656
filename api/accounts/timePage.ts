import { err, type Result } from '../../domain/result';
import type { Call } from '../handler';
import type { Refusal } from '../reply';
import { readPage, type Page } from '../page';

/** Microseconds since 1970, up to the year 2286. */
const POSITION = /^\d{1,16}$/;

/** A page of a list by time and id; a cursor made up by somebody never reaches the database. */
export function readTimePage(query: Call['query']): Result<Page, Refusal> {
  const page = readPage(query, 2);
  if (!page.ok || !page.value.after || POSITION.test(page.value.after[0] ?? '')) return page;
  return err({ problem: 'cursor_invalid' });
}

export const timeKeys = (row: { position: string; id: string }): readonly string[] => [
  row.position,
  row.id,
];
