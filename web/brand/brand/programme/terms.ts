import type { Terms } from '../types';

export type HoldFrom = Terms['hold_from'];

const DAY_SECONDS = 86_400;

/** Whole days of a length the API gives in seconds; demo programmes have seconds, shown as less than a day. */
export const daysIn = (seconds: number): number => Math.floor(seconds / DAY_SECONDS);

/** Terms as typed in a form; percent because nobody thinks in hundredths of a percent. */
export type TermsForm = {
  readonly percent: number | string;
  readonly holdDays: number | string;
  readonly holdFrom: HoldFrom;
  readonly windowDays: number | string;
};

export const FIRST_TERMS: TermsForm = {
  percent: 10,
  holdDays: 14,
  holdFrom: 'order',
  windowDays: 30,
};

/** Percent with at most two decimals → basis points of 1–10000; null when it is not that. */
export function bpsOf(percent: number | string): number | null {
  const bps = Math.round(Number(percent) * 100);
  return percent !== '' && bps >= 1 && bps <= 10_000 ? bps : null;
}

const whole = (value: number | string, min: number, max: number): number | null => {
  const number = Number(value);
  return value !== '' && Number.isInteger(number) && number >= min && number <= max ? number : null;
};

/** What the API takes; null while a field is not filled in right. */
export function termsOf(form: TermsForm): {
  commission_bps: number;
  hold_days: number;
  click_window_days: number;
  hold_from: HoldFrom;
} | null {
  const commission_bps = bpsOf(form.percent);
  const hold_days = whole(form.holdDays, 0, 180);
  const click_window_days = whole(form.windowDays, 1, 180);
  if (commission_bps === null || hold_days === null || click_window_days === null) return null;
  return { commission_bps, hold_days, click_window_days, hold_from: form.holdFrom };
}
