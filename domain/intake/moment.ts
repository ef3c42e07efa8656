import { plain } from '../plain';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const TIME = String.raw`(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?`;
const ZONE = String.raw` ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})-(\d\d)-(\d\d)(?:T|,? )${TIME}${ZONE}$`, 'i');
const DAY_FIRST = new RegExp(String.raw`^(\d\d)\.(\d\d)\.(\d{4})(?:T|,? )${TIME}${ZONE}$`, 'i');
const UNIX = /^[1-9]\d{9}(?:\d{3})?$/;

/** All of Kazakhstan has one time (Gov. resolution of 2024-01-19): a time without a zone is taken as that. */
const HERE = '+05:00';

function zoneOf(text: string | undefined): string {
  if (text === undefined) return HERE;
  if (/^[a-z]/i.test(text)) return 'Z';
  const digits = text.slice(1).replace(':', '').padEnd(4, '0');
  return `${text.charAt(0)}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

/**
 * A moment as RFC 3339: the blank instead of the T, 1C's day first, no zone, Unix seconds or milliseconds. A day
 * alone stays as it is and is refused: what it says of the order of two events would be a guess.
 */
export function momentText(written: string): string {
  if (RFC_3339.test(written)) return written;
  const text = plain(written);
  if (UNIX.test(text)) {
    return new Date(Number(text) * (text.length === 10 ? 1000 : 1)).toISOString();
  }
  const [, a = '', b = '', c = '', hour = '', minute = '', second, parts, zone] =
    YEAR_FIRST.exec(text) ?? DAY_FIRST.exec(text) ?? [];
  if (a === '') return text;
  const day = a.length === 4 ? `${a}-${b}-${c}` : `${c}-${b}-${a}`;
  const fraction = parts === undefined ? '' : `.${parts}`;
  return `${day}T${hour.padStart(2, '0')}:${minute}:${second ?? '00'}${fraction}${zoneOf(zone)}`;
}
