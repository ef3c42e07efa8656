import dayjs, { type Dayjs } from 'dayjs';
import relativeTime from 'dayjs/plugin/relativeTime.js';
import utc from 'dayjs/plugin/utc.js';

dayjs.extend(utc);
dayjs.extend(relativeTime);

/**
 * Almaty is UTC+5 all year since 2024-03-01 (domain/time.ts). The offset is written here because phones with
 * old zone data still say +6, and month names come from dayjs because Chromium has none for Kazakh.
 */
const ALMATY_OFFSET_MINUTES = 5 * 60;

const LOCALES: Record<string, () => Promise<unknown>> = {
  ru: () => import('dayjs/locale/ru.js'),
  kk: () => import('dayjs/locale/kk.js'),
};

/** Loads month names for the language; `en` is built in. */
export async function loadDates(language: string): Promise<void> {
  const load = LOCALES[language];
  await load?.();
  dayjs.locale(load ? language : 'en');
}

/** The instant in Almaty. */
export const inAlmaty = (at: string | Date): Dayjs =>
  dayjs.utc(at).utcOffset(ALMATY_OFFSET_MINUTES);

/** `23 ноября 2026` */
export const formatDate = (at: string | Date): string => inAlmaty(at).format('D MMMM YYYY');

/** `23 ноя` in this year, `23 ноя 2025` otherwise: for lists. */
export function formatShortDate(at: string | Date, now: Date = new Date()): string {
  const local = inAlmaty(at);
  return local.format(local.year() === inAlmaty(now).year() ? 'D MMM' : 'D MMM YYYY');
}

/** `23 ноября 2026, 17:57` */
export const formatDateTime = (at: string | Date): string =>
  inAlmaty(at).format('D MMMM YYYY, HH:mm');

/** `17:57` */
export const formatTime = (at: string | Date): string => inAlmaty(at).format('HH:mm');

/** `5 минут назад`; with `now` for tests and ticking clocks. */
export const formatRelative = (at: string | Date, now: Date = new Date()): string =>
  inAlmaty(at).from(inAlmaty(now));

/** Calendar day in Almaty, `YYYY-MM-DD`: what day filters send. */
export const almatyDay = (at: string | Date): string => inAlmaty(at).format('YYYY-MM-DD');
