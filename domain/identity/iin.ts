import { plainWord } from '../plain';
import { err, ok, type Result } from '../result';

/**
 * Check of a person's IIN and an organisation's BIN (Gov. resolution 406 of 2007-05-22). Both are 12
 * digits with one check-digit rule; digit 5 tells them apart: 4–6 is an organisation type and cannot be
 * the tens of a day. A sole entrepreneur is known by the person's IIN.
 */
export type IdentifierKind = 'iin' | 'bin';

/** Reasons to refuse: the number cannot be an identifier of the asked kind. */
export type IdentifierError =
  | 'identifier_not_twelve_digits'
  | 'identifier_placeholder'
  | 'identifier_check_digit'
  | 'identifier_is_bin'
  | 'identifier_is_iin';

/**
 * Reasons for a person to look, never to refuse: since resolution 853 of 2013-08-26 the digits of an IIN
 * need not follow the birth date or sex, and the Justice Ministry calls a mismatch no error.
 */
export type IdentifierFinding =
  'birth_date_impossible' | 'century_digit_unassigned' | 'birth_date_differs' | 'under_18';

export type Identifier = {
  readonly kind: IdentifierKind;
  /** The 12 digits, without spaces and hyphens. */
  readonly digits: string;
  /** `YYYY-MM-DD` as the digits read, when they read as a date of a known century. */
  readonly birthDate: string | null;
  readonly findings: readonly IdentifierFinding[];
};

export type IdentifierContext = {
  /** Calendar date in Almaty, `YYYY-MM-DD`; without it the age is not looked at. */
  readonly today?: string;
  /** What the person typed, `YYYY-MM-DD`. */
  readonly declaredBirthDate?: string;
};

const FIRST_WEIGHTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const SECOND_WEIGHTS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];
const CENTURY_BY_DIGIT: Readonly<Record<string, string>> = {
  '1': '18',
  '2': '18',
  '3': '19',
  '4': '19',
  '5': '20',
  '6': '20',
};

function weightedRemainder(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0) % 11;
}

/** The 12th digit for the first 11, or null when no number can start with them (10 in both passes). */
export function checkDigit(first11: string): number | null {
  const first = weightedRemainder(first11, FIRST_WEIGHTS);
  if (first < 10) return first;
  const second = weightedRemainder(first11, SECOND_WEIGHTS);
  return second < 10 ? second : null;
}

function daysInMonth(month: number, leap: boolean): number {
  if (month === 2) return leap ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function dateExists(year: number, month: number, day: number): boolean {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(month, leap);
}

function readBirthDate(digits: string): { date: string | null; findings: IdentifierFinding[] } {
  const century = CENTURY_BY_DIGIT[digits.charAt(6)];
  const [yy, mm, dd] = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 6)];
  // 2000 stands in for an unassigned century: it is leap, so 29 February is not called impossible.
  const exists = dateExists(Number(`${century ?? '20'}${yy}`), Number(mm), Number(dd));
  const findings: IdentifierFinding[] = [];
  if (!exists) findings.push('birth_date_impossible');
  if (century === undefined) findings.push('century_digit_unassigned');
  const known = exists && century !== undefined;
  return { date: known ? `${century}${yy}-${mm}-${dd}` : null, findings };
}

/** Whole years by calendar text; 29 February has its birthday on 1 March of a common year. */
function fullYears(birthDate: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return today.slice(5) >= birthDate.slice(5) ? years : years - 1;
}

function personFindings(
  digits: string,
  context: IdentifierContext,
): { birthDate: string | null; findings: IdentifierFinding[] } {
  const { date, findings } = readBirthDate(digits);
  const { declaredBirthDate, today } = context;
  if (declaredBirthDate !== undefined) {
    const declared = declaredBirthDate.replaceAll('-', '').slice(2);
    const differs = date ? date !== declaredBirthDate : digits.slice(0, 6) !== declared;
    if (differs) findings.push('birth_date_differs');
  }
  const ageFrom = declaredBirthDate ?? date;
  if (today !== undefined && ageFrom !== null && fullYears(ageFrom, today) < 18) {
    findings.push('under_18');
  }
  return { birthDate: date, findings };
}

/**
 * Reads an IIN or BIN as typed or pasted: spaces, hyphens and hidden marks are dropped, digits of other scripts are the
 * digits they show.
 */
export function checkIdentifier(
  text: string,
  context: IdentifierContext = {},
): Result<Identifier, IdentifierError> {
  const digits = plainWord(text);
  if (!/^[0-9]{12}$/.test(digits)) return err('identifier_not_twelve_digits');
  if (/^(\d)\1{11}$/.test(digits)) return err('identifier_placeholder');
  if (checkDigit(digits) !== Number(digits[11])) return err('identifier_check_digit');
  const fifth = digits.charAt(4);
  if (fifth >= '4' && fifth <= '6')
    return ok({ kind: 'bin', digits, birthDate: null, findings: [] });
  return ok({ kind: 'iin', digits, ...personFindings(digits, context) });
}

/** An IIN is asked for: an organisation's number is refused. */
export function checkIin(
  text: string,
  context: IdentifierContext = {},
): Result<Identifier, IdentifierError> {
  const checked = checkIdentifier(text, context);
  return checked.ok && checked.value.kind === 'bin' ? err('identifier_is_bin') : checked;
}

/** A BIN is asked for: a person's number is refused. */
export function checkBin(text: string): Result<Identifier, IdentifierError> {
  const checked = checkIdentifier(text);
  return checked.ok && checked.value.kind === 'iin' ? err('identifier_is_iin') : checked;
}

/** `••••••••0000`: the only form in which an IIN may be shown. */
export function maskIdentifier(digits: string): string {
  return `${'•'.repeat(Math.max(0, digits.length - 4))}${digits.slice(-4)}`;
}
