import { randomBytes } from 'node:crypto';

import type { Pool } from 'pg';

import { scopeOf, type Role } from '../../domain/access';
import { idFromBytes } from '../../domain/ids';
import {
  findSession,
  findSessionOf,
  moveSession,
  putSession,
  revokeSession,
  touchSession,
  type Session,
  type SessionStore,
} from '../../store/redis/sessions';
import type { Redis } from '../../store/redis/client';
import type { Sealer } from '../../store/postgres/sealing';
import { findActiveUser, type User } from '../../store/postgres/users';
import { SESSION_LIMITS } from './cookies';
import type { Viewer } from './viewer';

/** A use is written down at most this often: a page makes many requests at once. */
const TOUCH_MS = 60_000;

export type Origin = { readonly ipPrefix: string; readonly userAgent: string };

export type Sessions = {
  /** Always a new token: one that was known before sign-in never becomes a session (fixation). */
  open(user: { id: string; role: Role; epoch: number }, from: Origin): Promise<Opened>;
  viewer(token: string): Promise<Viewer | undefined>;
  /** Who a session is now, under whatever token; looked at without being used: an open page keeps nobody signed in. */
  look(session: Session): Promise<Viewer | undefined>;
  /**
   * The same session under a new token, the old token is dead; undefined when the session has ended meanwhile.
   * `proved`: the person gave a factor just now. `epoch` is the new one after a change of credentials.
   */
  renew(
    viewer: Viewer,
    change: { readonly proved?: true; readonly epoch?: number },
  ): Promise<Opened | undefined>;
  /** Ends the session of a token, if there is one. */
  end(token: string): Promise<void>;
};

/** What the cookie gets. */
export type Opened = { readonly token: string; readonly maxAgeMs: number };

const newToken = (): string => randomBytes(32).toString('base64url');

/** Keyed like the blind indexes, under a name of its own. */
export const sessionStore = (redis: Redis, sealer: Pick<Sealer, 'blindIndex'>): SessionStore => ({
  redis,
  mac: (text) => sealer.blindIndex(text, 'redis.session').toString('base64url'),
});

export function createSessions(pool: Pool, store: SessionStore, now: () => number): Sessions {
  const open: Sessions['open'] = async (user, from) => {
    const limits = SESSION_LIMITS[scopeOf(user.role)];
    const [token, atMs] = [newToken(), now()];
    const session: Session = {
      id: idFromBytes('session', randomBytes(16)),
      userId: user.id,
      epoch: user.epoch,
      createdAtMs: atMs,
      seenAtMs: atMs,
      factorAtMs: atMs,
      ...from,
      userAgent: from.userAgent.slice(0, 300),
    };
    await putSession(store, token, session, limits);
    return { token, maxAgeMs: limits.absoluteMs };
  };

  /** The stored life was set by the role at sign-in; a role with shorter limits counts from now on. */
  const living = async (
    session: Session | undefined,
  ): Promise<{ user: User; session: Session } | undefined> => {
    const user = session && (await findActiveUser(pool, session.userId));
    if (!session || !user || session.epoch !== user.epoch) return undefined;
    const { idleMs, absoluteMs } = SESSION_LIMITS[scopeOf(user.role)];
    const atMs = now();
    const isOver = atMs >= session.createdAtMs + absoluteMs || atMs - session.seenAtMs >= idleMs;
    return isOver ? undefined : { user, session };
  };

  const viewer: Sessions['viewer'] = async (token) => {
    const found = await living(await findSession(store, token));
    if (!found) return undefined;
    const { user, session } = found;
    const atMs = now();
    const limits = SESSION_LIMITS[scopeOf(user.role)];
    if (atMs - session.seenAtMs > TOUCH_MS)
      await touchSession(store, token, { ...session, seenAtMs: atMs }, limits, atMs);
    return viewerOf(user, session, token);
  };

  const look: Sessions['look'] = async ({ userId, id }) => {
    const found = await living(await findSessionOf(store, userId, id));
    return found && viewerOf(found.user, found.session, '');
  };

  const renew: Sessions['renew'] = async (by, { proved, epoch }) => {
    if (by.via.kind !== 'session') throw new Error('only sessions are renewed');
    const limits = SESSION_LIMITS[by.scope];
    const { token: from, session: old } = by.via;
    const [to, atMs] = [newToken(), now()];
    const session: Session = {
      ...old,
      seenAtMs: atMs,
      ...(proved && { factorAtMs: atMs }),
      ...(epoch !== undefined && { epoch }),
    };
    if (!(await moveSession(store, { from, to }, session, limits))) return undefined;
    return { token: to, maxAgeMs: session.createdAtMs + limits.absoluteMs - atMs };
  };

  const end: Sessions['end'] = async (token) => {
    const session = await findSession(store, token);
    if (session) await revokeSession(store.redis, session.userId, session.id);
  };
  return { open, viewer, look, renew, end };
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
