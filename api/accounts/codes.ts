import { randomInt } from 'node:crypto';

import type { Text } from '../../domain/conversions/reasons';
import type { Locale } from '../../store/postgres/users';
import {
  dropCode,
  findNearCode,
  putCode,
  putNearCode,
  tryCode,
  type CodeTrier,
} from '../../store/redis/signIn';
import { jsonAnswer, type Answer } from '../answer';
import type { ApiDeps } from '../handler';
import type { Refusal } from '../reply';
import { RETRY_AFTER_SECONDS } from '../problem';
import { CODE_RESEND, giveAllBack, takeAll, type Wanted } from './attempts';
import { proveSms, takeSms, type SmsShare } from './smsBudget';

/** A one-time code by SMS: six digits, five minutes, five tries, one use. */
export const CODE_LENGTH = 6;
const CODE_LIFE_MS = 5 * 60_000;
const TRIES_OF_ONE = 5;

/** What a code is good for; one of a sign-in confirms nothing, and the other way round. */
export type CodePurpose = 'sign_in' | 'factor';

/** A message that names its purpose gives away who was tricked into reading it out. */
const TEXTS: Readonly<Record<CodePurpose, Text>> = {
  sign_in: {
    ru: 'Gamma: код входа {code}. Никому его не сообщайте.',
    kk: 'Gamma: кіру коды {code}. Оны ешкімге айтпаңыз.',
    en: 'Gamma: sign-in code {code}. Tell it to nobody.',
  },
  factor: {
    ru: 'Gamma: код подтверждения {code}. Никому его не сообщайте.',
    kk: 'Gamma: растау коды {code}. Оны ешкімге айтпаңыз.',
    en: 'Gamma: confirmation code {code}. Tell it to nobody.',
  },
};

export type CodeRequest = {
  readonly purpose: CodePurpose;
  /** Whom the code is for: a phone's index with the device that asks, or a session. */
  readonly subject: string;
  /** Where else it is taken: at the address it was asked from, from a browser that keeps no cookies. */
  readonly near?: string;
  readonly phone: string;
  readonly locale: Locale;
  readonly requestId: string;
  /** How often it may be asked for. */
  readonly wanted: readonly Wanted[];
  /** What the message is counted by; absent for a session and for a device of the account's own. */
  readonly share: SmsShare | undefined;
  /** From where strangers asked, when it was counted with theirs. */
  readonly strangersArea?: string;
};

/** Stored with the code, wanted back with it. */
type Note = {
  readonly locale: Locale;
  readonly share: SmsShare | null;
  readonly strangersArea: string | null;
};

const macOf = ({ sealer }: ApiDeps, purpose: string, subject: string, code: string): string =>
  sealer.blindIndex(`${purpose}\0${subject}\0${code}`, 'sign_in.code').toString('base64url');

async function store(deps: ApiDeps, request: CodeRequest, mac: string): Promise<void> {
  const { purpose, subject, near, locale, share = null, strangersArea = null } = request;
  const nowMs = deps.now();
  const expiresAtMs = nowMs + CODE_LIFE_MS;
  const note = JSON.stringify({ locale, share, strangersArea } satisfies Note);
  await putCode(deps.redis, purpose, subject, { mac, note, expiresAtMs }, nowMs);
  if (near !== undefined)
    await putNearCode(deps.redis, purpose, near, { subject, expiresAtMs }, nowMs);
}

/**
 * Sends a new code; it takes the place of the one before. Known and unknown numbers go the same way, so
 * neither answer nor time tells them apart.
 */
export async function sendCode(deps: ApiDeps, request: CodeRequest): Promise<Answer | Refusal> {
  const { purpose, subject, phone, locale, wanted, share } = request;
  const refusal = await takeAll(deps, wanted);
  if (refusal) return refusal;
  const sms = await takeSms(deps, share);
  if ('problem' in sms) {
    await giveAllBack(deps, wanted);
    return sms;
  }
  const code = String(randomInt(10 ** CODE_LENGTH)).padStart(CODE_LENGTH, '0');
  const mac = macOf(deps, purpose, subject, code);
  await store(deps, request, mac);
  const sent = await deps.sms.send({
    // One a code; says nothing of the number.
    reference: `code:${mac.slice(0, 40)}`,
    phone,
    text: TEXTS[purpose][locale].replace('{code}', code),
  });
  if (!sent.ok) {
    const { code: outcome, cause, delivery, retryAfterMs } = sent.error;
    deps.log.warn({ outcome, reason: cause, requestId: request.requestId }, 'a code was not sent');
    if (delivery === 'not_sent') {
      await dropCode(deps.redis, purpose, subject);
      await giveAllBack(deps, [...wanted, ...sms.taken]);
      if (outcome === 'sms_phone_invalid') return { problem: 'phone_invalid' };
      const waitMs = retryAfterMs ?? RETRY_AFTER_SECONDS * 1000;
      return { problem: 'sms_unavailable', retryAfterSeconds: Math.ceil(waitMs / 1000) };
    }
    // It may still arrive: the code stays good, and the person may ask for another one in a minute.
  }
  return jsonAnswer(202, {
    expires_in_seconds: CODE_LIFE_MS / 1000,
    resend_after_seconds: CODE_RESEND.seconds,
    code_length: CODE_LENGTH,
  });
}

export type CodeCheck = {
  readonly purpose: CodePurpose;
  /** Whose code it is when the one who asked gives it; absent for a browser without our cookie. */
  readonly subject: string | undefined;
  readonly near?: string;
  /** Wrong codes from the one who asked; of somebody else near them. Both count only while a code is open. */
  readonly holderTries: readonly Wanted[];
  readonly otherTries: readonly Wanted[];
};

export type Proved = Note;
type Tried = Proved | Refusal | 'absent';

async function tryAt(
  deps: ApiDeps,
  { purpose }: CodeCheck,
  at: { readonly subject: string; readonly trier: CodeTrier; readonly tries: readonly Wanted[] },
  code: string,
): Promise<Tried> {
  const mac = macOf(deps, purpose, at.subject, code);
  const tooMany = await takeAll(deps, at.tries);
  if (tooMany) return tooMany;
  const given = { mac, nowMs: deps.now(), maxTries: TRIES_OF_ONE, trier: at.trier };
  const tried = await tryCode(deps.redis, purpose, at.subject, given);
  if (tried.outcome === 'absent' || tried.outcome === 'right') await giveAllBack(deps, at.tries);
  if (tried.outcome === 'absent') return 'absent';
  if (tried.outcome !== 'right')
    return { problem: tried.outcome === 'exhausted' ? 'code_exhausted' : 'code_wrong' };
  const note = JSON.parse(tried.note) as Note;
  if (note.share) await proveSms(deps, note.share);
  return note;
}

/**
 * What was stored with the code when it is right; then it is used up. With no code open there is nothing to
 * guess: that is a wrong code, and it counts against nobody's phone.
 */
export async function checkCode(
  deps: ApiDeps,
  check: CodeCheck,
  code: string,
): Promise<Proved | Refusal> {
  const { purpose, subject, near, holderTries, otherTries } = check;
  const own =
    subject === undefined
      ? 'absent'
      : await tryAt(deps, check, { subject, trier: 'holder', tries: holderTries }, code);
  if (own !== 'absent') return own;
  const found = near === undefined ? undefined : await findNearCode(deps.redis, purpose, near);
  if (found === undefined) return { problem: 'code_wrong' };
  const other = { subject: found, trier: 'other', tries: otherTries } as const;
  const tried = await tryAt(deps, check, other, code);
  return tried === 'absent' ? { problem: 'code_wrong' } : tried;
}
