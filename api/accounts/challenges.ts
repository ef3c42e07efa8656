import { randomBytes } from 'node:crypto';

import { endChallenge, putChallenge, tryChallenge } from '../../store/redis/signIn';
import type { ApiDeps } from '../handler';

/** The middle of a sign-in in two steps: a token good for a few tries, and only for its own second step. */
export type ChallengeKind = 'totp' | 'enrolment' | 'recovery';

export const CHALLENGE_TRIES = 5;
const LIFE_MS: Readonly<Record<ChallengeKind, number>> = {
  totp: 5 * 60_000,
  // Installing an authenticator takes a while.
  enrolment: 15 * 60_000,
  recovery: 15 * 60_000,
};

/** `data` is sealed: it may hold a new TOTP secret. */
export async function openChallenge(
  { redis, sealer, now }: ApiDeps,
  kind: ChallengeKind,
  data: unknown,
): Promise<{ readonly challenge: string; readonly expires_in_seconds: number }> {
  const challenge = randomBytes(32).toString('base64url');
  const nowMs = now();
  const sealed = sealer.seal(Buffer.from(JSON.stringify(data)), challenge).toString('base64');
  const expiresAtMs = nowMs + LIFE_MS[kind];
  await putChallenge(redis, kind, challenge, { data: sealed, expiresAtMs }, nowMs);
  return { challenge, expires_in_seconds: LIFE_MS[kind] / 1000 };
}

/** Counts a try. */
export async function readChallenge<T>(
  { redis, sealer, now }: ApiDeps,
  kind: ChallengeKind,
  challenge: string,
): Promise<T | undefined> {
  const given = { nowMs: now(), maxTries: CHALLENGE_TRIES };
  const sealed = await tryChallenge(redis, kind, challenge, given);
  if (sealed === undefined) return undefined;
  return JSON.parse(sealer.open(Buffer.from(sealed, 'base64'), challenge).toString()) as T;
}

/** True for the one caller who may go on. */
export const closeChallenge = (
  { redis }: ApiDeps,
  kind: ChallengeKind,
  challenge: string,
): Promise<boolean> => endChallenge(redis, kind, challenge);
