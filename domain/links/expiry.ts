import { err, ok, type Result } from '../result';

/** The end of a link as people write it in a table. */
export type ExpiryError = 'expiry_malformed';

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const DOTTED = /^(\d{2})\.(\d{2})\.(\d{4})$/;
const MOMENT =
  /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})$/;
const ALMATY_MS = 5 * 3_600_000;
const DAY_MS = 86_400_000;

function dayEnd(year: string, month: string, day: string): number | undefined {
  const startMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // The 31st of February would become a day in March.
  const isReal = new Date(startMs).toISOString().startsWith(`${year}-${month}-${day}`);
  return isReal ? startMs + DAY_MS - ALMATY_MS : undefined;
}

function momentMs(text: string): number | undefined {
  const moment = MOMENT.exec(text);
  return moment && dayEnd(moment[1]!, moment[2]!, moment[3]!) !== undefined
    ? Date.parse(text)
    : undefined;
}

/**
 * A moment (RFC 3339 with its zone), or a day: 2026-12-31 or 31.12.2026, the whole of which the link still works
 * in Almaty. Milliseconds since 1970; null for an empty cell: no end.
 */
export function readExpiry(text: string): Result<number | null, ExpiryError> {
  const trimmed = text.trim();
  if (trimmed === '') return ok(null);
  const day = DAY.exec(trimmed);
  const dotted = DOTTED.exec(trimmed);
  const atMs = day
    ? dayEnd(day[1]!, day[2]!, day[3]!)
    : dotted
      ? dayEnd(dotted[3]!, dotted[2]!, dotted[1]!)
      : momentMs(trimmed);
  return atMs === undefined || Number.isNaN(atMs) ? err('expiry_malformed') : ok(atMs);
}
