import { err, ok, type Result } from '../../domain/result';
import { almatyDate } from '../../domain/time';
import type { Refusal } from '../reply';

/** Whole Almaty days. `from` and `to` are the first and the last; the moments are half open. */
export type Period = {
  readonly from: string;
  readonly to: string;
  readonly start: Date;
  readonly end: Date;
  readonly days: readonly string[];
};

const DAY_MS = 86_400_000;
const MAX_DAYS = 366;

const startOf = (day: string): Date => new Date(`${day}T00:00:00+05:00`);
const isDay = (day: string): boolean => {
  const start = startOf(day);
  return !Number.isNaN(start.getTime()) && almatyDate(start) === day;
};
const invalid: Result<never, Refusal> = err({ problem: 'period_invalid' });

export function periodOf(from: string, to: string): Result<Period, Refusal> {
  if (!isDay(from) || !isDay(to) || from > to) return invalid;
  const start = startOf(from);
  const end = new Date(startOf(to).getTime() + DAY_MS);
  const count = (end.getTime() - start.getTime()) / DAY_MS;
  if (count > MAX_DAYS) return invalid;
  const days = Array.from({ length: count }, (_, i) =>
    almatyDate(new Date(start.getTime() + i * DAY_MS)),
  );
  return ok({ from, to, start, end, days });
}

/** As many days, right before. */
export function previousPeriod({ start, days }: Period): Period {
  const from = almatyDate(new Date(start.getTime() - days.length * DAY_MS));
  const to = almatyDate(new Date(start.getTime() - DAY_MS));
  const before = periodOf(from, to);
  if (!before.ok) throw new Error(`no period before ${from}`);
  return before.value;
}

/** The days asked for, or the last 30 up to today. */
export function recentPeriod(
  query: ReadonlyMap<string, string>,
  nowMs: number,
): Result<Period, Refusal> {
  const to = query.get('to') ?? almatyDate(new Date(nowMs));
  if (!isDay(to)) return invalid;
  const from = query.get('from') ?? almatyDate(new Date(startOf(to).getTime() - 29 * DAY_MS));
  return periodOf(from, to);
}

/** Ends of a list's period, each of which may be open. */
export function openPeriod(
  from: string | undefined,
  to: string | undefined,
): Result<{ from: Date | undefined; before: Date | undefined }, Refusal> {
  if ((from !== undefined && !isDay(from)) || (to !== undefined && !isDay(to))) return invalid;
  if (from !== undefined && to !== undefined && from > to) return invalid;
  return ok({
    from: from === undefined ? undefined : startOf(from),
    before: to === undefined ? undefined : new Date(startOf(to).getTime() + DAY_MS),
  });
}
