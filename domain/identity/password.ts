/**
 * NIST SP 800-63B-4 §3.1.1: length, and a look at well-known choices; no rules of composition, which only make
 * people write `Password1!`. Lengths count characters as people see code points.
 */
export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 128;

export type PasswordRefusal = 'password_length' | 'password_common' | 'password_personal';

/** Two keyboards may send one character in two ways; the hash must not tell them apart (§3.1.1.2, NFKC). */
export const canonicalPassword = (text: string): string => text.normalize('NFKC');

/** Stems of the best-known passwords and walks over keys; around one of these there must be something else. */
const STEMS = [
  'password',
  'passw0rd',
  'p@ssw0rd',
  'p@ssword',
  'пароль',
  'құпиясөз',
  'qwerty',
  'qwertyuiop',
  'qazwsxedc',
  'qazwsx',
  '1qaz2wsx',
  '1q2w3e4r5t6y',
  '1q2w3e4r',
  'asdfghjkl',
  'asdfgh',
  'zxcvbnm',
  'zxcvbn',
  'йцукенгшщзхъ',
  'йцукен',
  'фывапролдж',
  'ячсмитьбю',
  'administrator',
  'admin',
  'welcome',
  'letmein',
  'iloveyou',
  'changeme',
  'trustno1',
  'football',
  'baseball',
  'superman',
  'princess',
  'sunshine',
  'kazakhstan',
  'казахстан',
  'қазақстан',
  'almaty',
  'алматы',
  'astana',
  'астана',
  'gamma',
  'abcdefghijkl',
  'abcdef',
  'secret',
  'login',
  'hello',
  'test',
  'user',
];

/** Longest first, so that `qwertyuiop` is not left with a tail by `qwerty`. */
const BY_LENGTH = [...STEMS].sort((a, b) => b.length - a.length);

/** Fewer different characters than this is one key held down, or two. */
const DISTINCT_MIN = 5;
/** What is left once stems, digits at the edges and signs are gone must be more than this. */
const REST_MIN = 4;

function isRun(text: string): boolean {
  const points = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = points.slice(1).map((point, i) => point - (points[i] ?? 0));
  // 9 → 0 goes on counting, as on a keyboard.
  const next = (step: number): boolean => step === 1 || step === -9;
  const previous = (step: number): boolean => step === -1 || step === 9;
  return steps.every(next) || steps.every(previous);
}

function isCommon(lower: string): boolean {
  const signless = lower.replace(/[\s_.,!?*#$+=-]/g, '');
  if (new Set(signless).size < DISTINCT_MIN || isRun(signless)) return true;
  const half = signless.slice(0, signless.length / 2);
  if (signless === half + half && (/^\d*$/.test(half) || isRun(half))) return true;
  const rest = BY_LENGTH.reduce((text, stem) => text.replaceAll(stem, ''), signless);
  return rest.length < signless.length && rest.replace(/^\d+|\d+$/g, '').length < REST_MIN;
}

/** Why a password will not do, or undefined. `email` is the canonical address it would protect. */
export function passwordRefusal(password: string, email: string): PasswordRefusal | undefined {
  const text = canonicalPassword(password);
  const length = [...text].length;
  if (length < PASSWORD_MIN || length > PASSWORD_MAX) return 'password_length';
  const lower = text.toLowerCase();
  const [local = ''] = email.split('@');
  if (lower.includes(email) || (local.length >= 4 && lower.includes(local)))
    return 'password_personal';
  return isCommon(lower) ? 'password_common' : undefined;
}
