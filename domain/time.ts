/** Kazakhstan has one time zone, UTC+5, since 2024-03-01, and no daylight saving. */
const ALMATY_OFFSET_MS = 5 * 3_600_000;

/** Calendar date in Almaty, `YYYY-MM-DD`: the day and month that tax and payout periods go by. */
export function almatyDate(at: Date): string {
  return new Date(at.getTime() + ALMATY_OFFSET_MS).toISOString().slice(0, 10);
}

/** Date and time in Almaty for people: `2026-11-23 17:57:19 (Almaty)`. */
export function almatyTime(at: Date): string {
  const local = new Date(at.getTime() + ALMATY_OFFSET_MS).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)} (Almaty)`;
}
