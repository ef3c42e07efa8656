import { hash, timingSafeEqual } from 'node:crypto';

import type { Redis } from './client';

export type Session = {
  readonly id: string;
  readonly userId: string;
  /** The person's credential epoch when it began; a higher one in Postgres ends it. */
  readonly epoch: number;
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

/**
 * What the API says of sessions, and only it can: whoever writes to Redis without its key makes no session, no fresher
 * factor, nobody else's (`mac` is keyed, and the slot is part of what it covers).
 */
export type SessionStore = { readonly redis: Redis; readonly mac: (text: string) => string };

const sealed = ({ mac }: SessionStore, slot: string, session: Session): string => {
  const json = JSON.stringify(session);
  return `${mac(`${slot}\0${json}`)}.${json}`;
};

/** Undefined for what we did not write there. */
function opened({ mac }: SessionStore, slot: string, text: string): Session | undefined {
  const at = text.indexOf('.');
  const [given, json] = [Buffer.from(text.slice(0, at)), text.slice(at + 1)];
  const own = Buffer.from(mac(`${slot}\0${json}`));
  const isOurs = given.length === own.length && timingSafeEqual(given, own);
  return isOurs ? (JSON.parse(json) as Session) : undefined;
}

/** Only a hash is stored: whoever reads Redis cannot act as anybody. */
const slotOf = (token: string): string => `session:${hash('sha256', token, 'base64url')}`;
const listOf = (userId: string): string => `sessions:${userId}`;

const lifeMs = (session: Session, limits: SessionLimits, nowMs: number): number =>
  Math.min(limits.idleMs, session.createdAtMs + limits.absoluteMs - nowMs);

/** Stores a new session under its token. */
export async function putSession(
  store: SessionStore,
  token: string,
  session: Session,
  limits: SessionLimits,
): Promise<void> {
  const slot = slotOf(token);
  const list = listOf(session.userId);
  const results = await store.redis
    .multi()
    .set(
      slot,
      sealed(store, slot, session),
      'PX',
      Math.max(1, lifeMs(session, limits, session.seenAtMs)),
    )
    .hset(list, session.id, slot)
    .pexpire(list, limits.absoluteMs)
    .exec();
  for (const [error] of results ?? []) if (error) throw error;
}

/** The live session of a token, undefined when it ended, was revoked or never was. */
export async function findSession(
  store: SessionStore,
  token: string,
): Promise<Session | undefined> {
  const slot = slotOf(token);
  const text = await store.redis.get(slot);
  return text === null ? undefined : opened(store, slot, text);
}

/** The live session of this id, whatever its token is by now. */
export async function findSessionOf(
  store: SessionStore,
  userId: string,
  id: string,
): Promise<Session | undefined> {
  // Once more for a session that moved to another token between the two reads.
  for (let look = 0; look < 2; look += 1) {
    const slot = await store.redis.hget(listOf(userId), id);
    const text = slot === null ? null : await store.redis.get(slot);
    if (slot !== null && text !== null) return opened(store, slot, text);
  }
  return undefined;
}

/** Only while the old token lives: a session ended meanwhile must not come back under the new one. */
const MOVE = `
if redis.call('del', KEYS[1]) == 0 then return 0 end
redis.call('set', KEYS[2], ARGV[1], 'PX', ARGV[2])
redis.call('hset', KEYS[3], ARGV[3], ARGV[4])
redis.call('pexpire', KEYS[3], ARGV[5])
return 1`;

/** Gives a session a new token and new facts in one step; false when it has ended. */
export async function moveSession(
  store: SessionStore,
  tokens: { readonly from: string; readonly to: string },
  session: Session,
  limits: SessionLimits,
): Promise<boolean> {
  const left = Math.max(1, lifeMs(session, limits, session.seenAtMs));
  const moved = await store.redis.eval(
    MOVE,
    3,
    slotOf(tokens.from),
    slotOf(tokens.to),
    listOf(session.userId),
    sealed(store, slotOf(tokens.to), session),
    left,
    session.id,
    slotOf(tokens.to),
    limits.absoluteMs,
  );
  return moved === 1;
}

/** Writes the session's new facts only while it lives: a revoked one must not come back by being touched. */
export async function touchSession(
  store: SessionStore,
  token: string,
  session: Session,
  limits: SessionLimits,
  nowMs: number,
): Promise<boolean> {
  const left = lifeMs(session, limits, nowMs);
  if (left <= 0) return false;
  const slot = slotOf(token);
  const done = await store.redis.set(slot, sealed(store, slot, session), 'PX', left, 'XX');
  return done === 'OK';
}

/** Newest first; entries whose session has ended are forgotten on the way. */
export async function listSessions(store: SessionStore, userId: string): Promise<Session[]> {
  const { redis } = store;
  const slots = Object.entries(await redis.hgetall(listOf(userId)));
  const found: Session[] = [];
  for (const [id, slot] of slots) {
    const text = await redis.get(slot);
    const session = text === null ? undefined : opened(store, slot, text);
    if (text === null) await redis.hdel(listOf(userId), id);
    if (session) found.push(session);
  }
  return found.sort((a, b) => b.createdAtMs - a.createdAtMs);
}

/** False when the person has no such session. */
export async function revokeSession(redis: Redis, userId: string, id: string): Promise<boolean> {
  const list = listOf(userId);
  // A session that moves to another token between the two commands is followed there.
  for (let slot = await redis.hget(list, id); slot !== null;) {
    const gone = await redis.del(slot);
    const now = await redis.hget(list, id);
    if (gone > 0 || now === slot) {
      await redis.hdel(list, id);
      return gone > 0;
    }
    slot = now;
  }
  return false;
}

/** Ends all sessions of a person but one; answers how many ended. */
export async function revokeSessions(
  redis: Redis,
  userId: string,
  exceptId?: string,
): Promise<number> {
  let ended = 0;
  for (const id of await redis.hkeys(listOf(userId)))
    if (id !== exceptId && (await revokeSession(redis, userId, id))) ended += 1;
  return ended;
}
