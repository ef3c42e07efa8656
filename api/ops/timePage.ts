import { err, type Result } from '../../domain/result';
import type { Call } from '../handler';
import type { Refusal } from '../reply';
import { isCalendarTime, readPage, type Page } from '../page';

const TIME_KEY = /^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$/;

/** A time as our queries wrote it. */
const isTimeKey = (text: string | undefined): boolean =>
  text !== undefined && TIME_KEY.test(text) && isCalendarTime(text);

/** A page of a list sorted by (time, id): a cursor that was made up is refused before it reaches the database. */
export function readTimePage(query: Call['query']): Result<Page, Refusal> {
  const page = readPage(query, 2);
  if (!page.ok || page.value.after === undefined) return page;
  return isTimeKey(page.value.after[0]) ? page : err({ problem: 'cursor_invalid' });
}
