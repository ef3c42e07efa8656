import { almatyDay, formatDate, formatDateTime } from '../../ui/format/dates';

/**
 * People give the last day on which a link works, the API keeps the instant from which it does not: midnight in
 * Almaty (UTC+5) behind that day.
 */
export const endOfDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00+05:00`) + 86_400_000).toISOString();

/** The last whole day of a link that ends then: what a date field shows. */
export const lastDay = (end: string): string => almatyDay(new Date(Date.parse(end) - 1));

/** `31 декабря 2026`, or with its time when the end is inside a day (a table or a program may say so). */
export const formatEnd = (end: string): string =>
  endOfDay(lastDay(end)) === new Date(end).toISOString()
    ? formatDate(new Date(Date.parse(end) - 1))
    : formatDateTime(end);

export const today = (): string => almatyDay(new Date());
