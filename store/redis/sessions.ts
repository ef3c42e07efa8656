import { hash } from 'node:crypto';

import type { Redis } from './client';

export type Session = {
  readonly id: string;
  readonly userId: string;
  readonly createdAtMs: number;
  readonly seenAtMs: number;
  /** When the person last proved a factor that is not the cookie. */
  readonly factorAtMs: number;
  /** /24 or /48 only, and what the browser calls itself: enough to recognise one's own phone in a list. */
  readonly ipPrefix: string;
  readonly userAgent: string;
};

export type SessionLimits = {
  /** Ends when not used for this long (ASVS 7.3.1). */
  readonly idleMs: number;
  /** Ends this long after sign-in however much it is used (ASVS 7.3.2). */
  readonly absoluteMs: number;
};

/** Only a hash is stored: whoever reads Redis cannot act as anybody. */
const slotOf = (token: string): string => `session:${hash('sha256', token, 'base64url')}`;
const listOf = (userId: string): string => `sessions:${userId}`;

const lifeMs = (session: Session, limits: SessionLimits, nowMs: number): number =>
  Math.min(limits.idleMs, session.createdAtMs + limits.absoluteMs - nowMs);

/** Stores a session under a new token; a second call for the same session moves it (rotation). */
export async function putSession(
  redis: Redis,
  token: string,
  session: Session,
  limits: SessionLimits,
): Promise<void> {
  const slot = slotOf(token);
  const list = listOf(session.userId);
  const results = await redis
    .multi()
    .set(
      slot,
      JSON.stringify(session),
      'PX',
      Math.max(1, lifeMs(session, limits, session.seenAtMs)),
    )
    .hset(list, session.id, slot)
    .pexpire(list, limits.absoluteMs)
    .exec();
  for (const [error] of results ?? []) if (error) throw error;
}

/** The live session of a token, undefined when it ended, was revoked or never was. */
export async function findSession(redis: Redis, token: string): Promise<Session | undefined> {
  const text = await redis.get(slotOf(token));
  return text === null ? undefined : (JSON.parse(text) as Session);
}

export async function deleteToken(redis: Redis, token: string): Promise<void> {
  await redis.del(slotOf(token));
}

/** Writes the session's new facts only while it lives: a revoked one must not come back by being touched. */
export async function touchSession(
  redis: Redis,
  token: string,
  session: Session,
  limits: SessionLimits,
  nowMs: number,
): Promise<boolean> {
  const left = lifeMs(session, limits, nowMs);
  if (left <= 0) return false;
  const done = await redis.set(slotOf(token), JSON.stringify(session), 'PX', left, 'XX');
  return done === 'OK';
}

/** Newest first; entries whose session has ended are forgotten on the way. */
export async function listSessions(redis: Redis, userId: string): Promise<Session[]> {
  const slots = Object.entries(await redis.hgetall(listOf(userId)));
  const found: Session[] = [];
  for (const [id, slot] of slots) {
    const text = await redis.get(slot);
    if (text === null) await redis.hdel(listOf(userId), id);
    else found.push(JSON.parse(text) as Session);
  }
  return found.sort((a, b) => b.createdAtMs - a.createdAtMs);
}

/** False when the person has no such session. */
export async function revokeSession(redis: Redis, userId: string, id: string): Promise<boolean> {
  const slot = await redis.hget(listOf(userId), id);
  if (slot === null) return false;
  const gone = await redis.del(slot);
  await redis.hdel(listOf(userId), id);
  return gone > 0;
}

/** Ends all sessions of a person but one; answers how many ended. */
export async function revokeSessions(
  redis: Redis,
  userId: string,
  exceptId?: string,
): Promise<number> {
  let ended = 0;
  for (const { id } of await listSessions(redis, userId))
    if (id !== exceptId && (await revokeSession(redis, userId, id))) ended += 1;
  return ended;
}
