import { plain } from '../plain';

/**
 * A full card number must never reach our servers: only the provider's token and the last four digits
 * do. These rules exist to notice one that slipped into a field or a log, and refuse it.
 */

/** Luhn's check over ASCII digits; an all-zero number passes Luhn and is still no card. */
export function passesLuhn(digits: string): boolean {
  if (!/^[0-9]+$/.test(digits) || /^0+$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = digit * 2;
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

export type CardNetwork = 'visa' | 'mastercard' | 'unionpay' | 'maestro' | 'amex';

export function cardNetwork(digits: string): CardNetwork | null {
  if (digits.startsWith('4')) return 'visa';
  if (/^3[47]/.test(digits)) return 'amex';
  if (digits.startsWith('62')) return 'unionpay';
  if (digits.startsWith('67')) return 'maestro';
  const prefix = Number(digits.slice(0, 4));
  if (/^5[1-5]/.test(digits) || (prefix >= 2221 && prefix <= 2720)) return 'mastercard';
  return null;
}

const GROUPED_DIGITS = /(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){12,18}(?![0-9A-Za-z])/g;

/** True when some run of 13–19 digits in the text (spaces and hyphens allowed) is a card of a known network. */
export function containsCardNumber(text: string): boolean {
  // A mark that nobody sees, or a digit of another script, hides no card.
  return [...plain(text).matchAll(GROUPED_DIGITS)].some(([run]) => {
    const digits = run.replace(/[ -]/g, '');
    return cardNetwork(digits) !== null && passesLuhn(digits);
  });
}
