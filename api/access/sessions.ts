import { randomBytes } from 'node:crypto';

import type { Pool } from 'pg';

import { scopeOf, type Role } from '../../domain/access';
import { idFromBytes } from '../../domain/ids';
import {
  deleteToken,
  findSession,
  putSession,
  touchSession,
  type Session,
} from '../../store/redis/sessions';
import type { Redis } from '../../store/redis/client';
import { findActiveUser, type User } from '../../store/postgres/users';
import { SESSION_LIMITS } from './cookies';
import type { Viewer } from './viewer';

/** A use is written down at most this often: a page makes many requests at once. */
const TOUCH_MS = 60_000;

export type Origin = { readonly ipPrefix: string; readonly userAgent: string };

export type Sessions = {
  /** Always a new token: one that was known before sign-in never becomes a session (fixation). */
  open(
    user: { id: string; role: Role },
    from: Origin,
  ): Promise<{ token: string; maxAgeMs: number }>;
  viewer(token: string): Promise<Viewer | undefined>;
  /** After a proved factor: the same session under a new token, the old token is dead. */
  renew(viewer: Viewer): Promise<{ token: string; maxAgeMs: number }>;
};

const newToken = (): string => randomBytes(32).toString('base64url');

export function createSessions(pool: Pool, redis: Redis, now: () => number): Sessions {
  const open: Sessions['open'] = async (user, from) => {
    const limits = SESSION_LIMITS[scopeOf(user.role)];
    const [token, atMs] = [newToken(), now()];
    const session: Session = {
      id: idFromBytes('session', randomBytes(16)),
      userId: user.id,
      createdAtMs: atMs,
      seenAtMs: atMs,
      factorAtMs: atMs,
      ...from,
      userAgent: from.userAgent.slice(0, 300),
    };
    await putSession(redis, token, session, limits);
    return { token, maxAgeMs: limits.absoluteMs };
  };

  const viewer: Sessions['viewer'] = async (token) => {
    const session = await findSession(redis, token);
    const user = session && (await findActiveUser(pool, session.userId));
    if (!session || !user) return undefined;
    const limits = SESSION_LIMITS[scopeOf(user.role)];
    const atMs = now();
    // The stored life was set by the role at sign-in; a role with shorter limits counts from now on.
    if (atMs >= session.createdAtMs + limits.absoluteMs || atMs - session.seenAtMs >= limits.idleMs)
      return undefined;
    if (atMs - session.seenAtMs > TOUCH_MS)
      await touchSession(redis, token, { ...session, seenAtMs: atMs }, limits, atMs);
    return viewerOf(user, session, token);
  };

  const renew: Sessions['renew'] = async (by) => {
    if (by.via.kind !== 'session') throw new Error('only sessions are renewed');
    const limits = SESSION_LIMITS[by.scope];
    const [token, atMs] = [newToken(), now()];
    const session = { ...by.via.session, factorAtMs: atMs, seenAtMs: atMs };
    await putSession(redis, token, session, limits);
    await deleteToken(redis, by.via.token);
    return { token, maxAgeMs: session.createdAtMs + limits.absoluteMs - atMs };
  };
  return { open, viewer, renew };
}

function viewerOf(user: User, session: Session, token: string): Viewer {
  return {
    scope: scopeOf(user.role),
    subjectId: user.tenantId,
    role: user.role,
    actorId: user.id,
    via: { kind: 'session', session, token, name: user.name, locale: user.locale },
  };
}
