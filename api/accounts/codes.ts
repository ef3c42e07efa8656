import { randomInt } from 'node:crypto';

import type { Text } from '../../domain/conversions/reasons';
import type { Locale } from '../../store/postgres/users';
import { dropCode, putCode, tryCode } from '../../store/redis/signIn';
import { jsonAnswer, type Answer } from '../answer';
import type { ApiDeps } from '../handler';
import type { Refusal } from '../reply';
import { RETRY_AFTER_SECONDS } from '../problem';
import { CODE_DAY, CODE_HOUR, CODE_RESEND, CODE_TRIES, takeAll } from './attempts';

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
  /** Whom the code is for: a phone's index, or a session. */
  readonly subject: string;
  readonly phone: string;
  readonly phoneIndex: string;
  readonly locale: Locale;
  readonly requestId: string;
};

const macOf = ({ sealer }: ApiDeps, purpose: string, subject: string, code: string): string =>
  sealer.blindIndex(`${purpose}\0${subject}\0${code}`, 'sign_in.code').toString('base64url');

/**
 * Sends a new code; it takes the place of the one before. Known and unknown numbers go the same way, so
 * neither answer nor time tells them apart.
 */
export async function sendCode(deps: ApiDeps, request: CodeRequest): Promise<Answer | Refusal> {
  const { purpose, subject, phone, phoneIndex, locale } = request;
  const refusal = await takeAll(deps, [
    [CODE_RESEND, phoneIndex],
    [CODE_HOUR, phoneIndex],
    [CODE_DAY, phoneIndex],
  ]);
  if (refusal) return refusal;
  const code = String(randomInt(10 ** CODE_LENGTH)).padStart(CODE_LENGTH, '0');
  const nowMs = deps.now();
  const mac = macOf(deps, purpose, subject, code);
  const stored = { mac, note: locale, expiresAtMs: nowMs + CODE_LIFE_MS };
  await putCode(deps.redis, purpose, subject, stored, nowMs);
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
      await deps.limits.giveBack(CODE_RESEND, phoneIndex);
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

/** The locale stored with the code when it is right; then it is used up, and another may be sent at once. */
export async function checkCode(
  deps: ApiDeps,
  { purpose, subject, phoneIndex }: Pick<CodeRequest, 'purpose' | 'subject' | 'phoneIndex'>,
  code: string,
): Promise<{ readonly locale: Locale } | Refusal> {
  const { limits, redis } = deps;
  const tooMany = await takeAll(deps, [[CODE_TRIES, phoneIndex]]);
  if (tooMany) return tooMany;
  const mac = macOf(deps, purpose, subject, code);
  const given = { mac, nowMs: deps.now(), maxTries: TRIES_OF_ONE };
  const tried = await tryCode(redis, purpose, subject, given);
  if (tried.outcome !== 'right')
    return { problem: tried.outcome === 'exhausted' ? 'code_exhausted' : 'code_wrong' };
  await Promise.all([
    limits.giveBack(CODE_TRIES, phoneIndex),
    limits.forgive(CODE_RESEND, phoneIndex),
    limits.forgive(CODE_HOUR, phoneIndex),
  ]);
  return { locale: tried.note as Locale };
}
