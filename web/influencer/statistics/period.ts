import { almatyDay, formatShortDate } from '../../ui/format/dates';
import type { ClickPeriod } from '../data/linkReads';
import type { ClickCut } from '../data/types';

/** Days up to today; one day is shown by hour. */
export const LENGTHS = ['1', '14', '30', '90'] as const;
export type Length = (typeof LENGTHS)[number];

const DAY_MS = 86_400_000;

export const lengthOf = (text: string | null): Length =>
  LENGTHS.find((one) => one === text) ?? '14';

export function periodOf(length: Length, now: Date): ClickPeriod {
  const first = new Date(now.getTime() - (Number(length) - 1) * DAY_MS);
  return { from: almatyDay(first), to: almatyDay(now) };
}

export const cutOfTime = (length: Length): ClickCut => (length === '1' ? 'hour' : 'day');

/** `14:00` of an hour, `23 ноя` of a day. */
export const timeLabel = (key: string): string =>
  key.includes('T') ? key.slice(11, 16) : formatShortDate(key);
