import { hash } from 'node:crypto';

import type { Redis } from './client';

/**
 * What stands between the steps of a sign-in: one-time codes and challenges. Both count their tries inside
 * Redis, in one step with the look: fifty guesses at once are fifty counted guesses.
 */
export type StoredCode = {
  /** Keyed hash of the code; the code itself is nowhere. */
  readonly mac: string;
  readonly expiresAtMs: number;
  /** What the sender of the code wants back with it. */
  readonly note: string;
};

export type CodeTry =
  | { readonly outcome: 'right'; readonly note: string }
  | { readonly outcome: 'wrong' | 'absent' | 'exhausted' };

/** `right` removes the code; so does one try too many. Comparing macs tells nothing: their key is not here. */
const TRY_CODE = `
local mac, expires = unpack(redis.call('hmget', KEYS[1], 'mac', 'expires'))
if not mac then return {'absent', ''} end
if tonumber(expires) <= tonumber(ARGV[2]) then redis.call('del', KEYS[1]) return {'absent', ''} end
local tries = redis.call('hincrby', KEYS[1], ARGV[4], 1)
if tries > tonumber(ARGV[3]) then return {'exhausted', ''} end
if mac ~= ARGV[1] then return {tries == tonumber(ARGV[3]) and 'exhausted' or 'wrong', ''} end
local note = redis.call('hget', KEYS[1], 'note')
redis.call('del', KEYS[1])
return {'right', note}`;

const codeSlot = (purpose: string, subject: string): string => `code:${purpose}:${subject}`;

/** Takes the place of an earlier code for the same subject. */
export async function putCode(
  redis: Redis,
  purpose: string,
  subject: string,
  code: StoredCode,
  nowMs: number,
): Promise<void> {
  const slot = codeSlot(purpose, subject);
  const { mac, note, expiresAtMs } = code;
  const results = await redis
    .multi()
    .del(slot)
    .hset(slot, { mac, note, expires: String(expiresAtMs) })
    .pexpire(slot, Math.max(1, expiresAtMs - nowMs))
    .exec();
  for (const [error] of results ?? []) if (error) throw error;
}

/** Who tries: the one who asked for the code, or somebody else near them. Neither uses up the other's tries. */
export type CodeTrier = 'holder' | 'other';

export async function tryCode(
  redis: Redis,
  purpose: string,
  subject: string,
  given: {
    readonly mac: string;
    readonly nowMs: number;
    readonly maxTries: number;
    readonly trier: CodeTrier;
  },
): Promise<CodeTry> {
  const [outcome, note] = (await redis.eval(
    TRY_CODE,
    1,
    codeSlot(purpose, subject),
    given.mac,
    given.nowMs,
    given.maxTries,
    given.trier,
  )) as [CodeTry['outcome'], string];
  return outcome === 'right' ? { outcome, note } : { outcome };
}

export async function dropCode(redis: Redis, purpose: string, subject: string): Promise<void> {
  await redis.del(codeSlot(purpose, subject));
}

const nearSlot = (purpose: string, near: string): string => `code_near:${purpose}:${near}`;

/** The newest code asked for near somewhere, for whoever is there without the device that asked. */
export async function putNearCode(
  redis: Redis,
  purpose: string,
  near: string,
  code: { readonly subject: string; readonly expiresAtMs: number },
  nowMs: number,
): Promise<void> {
  const lifeMs = Math.max(1, code.expiresAtMs - nowMs);
  await redis.set(nearSlot(purpose, near), code.subject, 'PX', lifeMs);
}

export async function findNearCode(
  redis: Redis,
  purpose: string,
  near: string,
): Promise<string | undefined> {
  return (await redis.get(nearSlot(purpose, near))) ?? undefined;
}

/** Tried out, it stays until it expires: a try that is being checked may still be the right one. */
const TRY_CHALLENGE = `
local data, expires = unpack(redis.call('hmget', KEYS[1], 'data', 'expires'))
if not data or tonumber(expires) <= tonumber(ARGV[1]) then return false end
if redis.call('hincrby', KEYS[1], 'tries', 1) > tonumber(ARGV[2]) then return false end
return data`;

/** Only a hash of the token is a name here: whoever reads Redis cannot go on with anybody's sign-in. */
const challengeSlot = (kind: string, token: string): string =>
  `challenge:${kind}:${hash('sha256', token, 'base64url')}`;

export async function putChallenge(
  redis: Redis,
  kind: string,
  token: string,
  challenge: { readonly data: string; readonly expiresAtMs: number },
  nowMs: number,
): Promise<void> {
  const slot = challengeSlot(kind, token);
  const { data, expiresAtMs } = challenge;
  const results = await redis
    .multi()
    .hset(slot, { data, expires: String(expiresAtMs), tries: '0' })
    .pexpire(slot, Math.max(1, expiresAtMs - nowMs))
    .exec();
  for (const [error] of results ?? []) if (error) throw error;
}

/** The challenge's data, counting one try; undefined when it is unknown, expired, used or tried out. */
export async function tryChallenge(
  redis: Redis,
  kind: string,
  token: string,
  given: { readonly nowMs: number; readonly maxTries: number },
): Promise<string | undefined> {
  const data = (await redis.eval(
    TRY_CHALLENGE,
    1,
    challengeSlot(kind, token),
    given.nowMs,
    given.maxTries,
  )) as string | null;
  return data ?? undefined;
}

/** True for exactly one caller. */
export async function endChallenge(redis: Redis, kind: string, token: string): Promise<boolean> {
  return (await redis.del(challengeSlot(kind, token))) === 1;
}
