import { err, type Result } from '../../domain/result';
import type { StatisticsCut } from '../../store/clickhouse/statistics';
import { recentPeriod, type Period } from '../brand/period';
import type { Call } from '../handler';
import type { Refusal } from '../reply';

/** One bar an hour: more of them are not read by anybody. */
const MAX_DAYS_BY_HOUR = 31;
const DAYS_BY_HOUR = 2;
const DAY_MS = 86_400_000;

/** The period asked for; without one the last 30 days, by hour the last two. */
export function periodFor(
  query: Call['query'],
  cut: StatisticsCut,
  nowMs: number,
): Result<Period, Refusal> {
  if (cut !== 'hour') return recentPeriod(query, nowMs);
  const to = recentPeriod(new Map([...query].filter(([name]) => name === 'to')), nowMs);
  if (!to.ok) return to;
  const from = query.get('from') ?? to.value.days[to.value.days.length - DAYS_BY_HOUR]!;
  const period = recentPeriod(
    new Map([
      ['from', from],
      ['to', to.value.to],
    ]),
    nowMs,
  );
  if (period.ok && period.value.days.length > MAX_DAYS_BY_HOUR)
    return err({ problem: 'period_invalid', detail: `By hour at most ${MAX_DAYS_BY_HOUR} days.` });
  return period;
}

/** `YYYY-MM-DDTHH:00`, Almaty, of every hour of the days that has begun. */
export function hoursOf({ days, start }: Period, nowMs: number): string[] {
  const hours = days.flatMap((day) =>
    Array.from({ length: 24 }, (_, hour) => `${day}T${String(hour).padStart(2, '0')}:00`),
  );
  const begun = Math.floor((nowMs - start.getTime()) / 3_600_000) + 1;
  return begun * 3_600_000 > days.length * DAY_MS ? hours : hours.slice(0, Math.max(0, begun));
}
