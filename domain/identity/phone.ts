import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';

import { plain } from '../plain';

/** Country code and a mobile code; 7 6xx are corporate numbers, 7 7xx all public operators. */
const MOBILE = /^\+77\d{9}$/;
/** What people write around digits. Letters would be read as a keypad's digits, or cut off. */
const WRITTEN = /^[+\d\s().-]{10,32}$/;

/**
 * A mobile number of Kazakhstan as `+77011234567`, however it was written (8 701 …, +7 (701) …, 701 …);
 * undefined for any other. One person has one spelling: sign-in looks numbers up by equality.
 */
export function mobilePhone(written: string): string | undefined {
  const text = plain(written);
  if (!WRITTEN.test(text)) return undefined;
  const parsed = parsePhoneNumberFromString(text, { defaultCountry: 'KZ', extract: false });
  return parsed?.country === 'KZ' && parsed.isValid() && MOBILE.test(parsed.number)
    ? parsed.number
    : undefined;
}
