import { insertAudit } from '../../store/postgres/audit';
import { inTransaction } from '../../store/postgres/pool';
import {
  findActiveUser,
  renameInfluencer,
  updateProfile,
  type Locale,
} from '../../store/postgres/users';
import { listSessions, revokeSession, revokeSessions } from '../../store/redis/sessions';
import { auditOf } from '../access/audit';
import { sessionStore } from '../access/sessions';
import type { Viewer } from '../access/viewer';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Handler } from '../handler';
import { viaSession } from './factor';
import { meOf, type Me } from './signedIn';

function meNow(
  deps: ApiDeps,
  viewer: Viewer,
  change: { name?: string; locale?: Locale } = {},
): Promise<Me> {
  const { name, locale, session } = viaSession(viewer);
  const user = { id: viewer.actorId, role: viewer.role, tenantId: viewer.subjectId, name, locale };
  return meOf(deps, { ...user, ...change }, session.factorAtMs);
}

export const getMe: Handler = async (deps, _call, viewer) =>
  jsonAnswer(200, await meNow(deps, viewer));

export const updateMe: Handler = async (deps, call, viewer) => {
  const given = call.body as { name?: string; locale?: Locale };
  const name = given.name?.trim();
  await inTransaction(deps.pool, async (sql) => {
    await updateProfile(sql, viewer.actorId, { name, locale: given.locale });
    if (name !== undefined && viewer.scope === 'influencer')
      await renameInfluencer(sql, viewer.subjectId, name);
    // The name itself is personal and stays out of the log.
    const after = { changed: Object.keys(given).sort() };
    const audit = { action: 'account.update', subjectId: viewer.actorId, after };
    await insertAudit(sql, auditOf(viewer, call, audit));
  });
  const user = await findActiveUser(deps.pool, viewer.actorId);
  if (!user) return { problem: 'unauthenticated' };
  return jsonAnswer(200, await meNow(deps, viewer, { name: user.name, locale: user.locale }));
};

export const listOwnSessions: Handler = async ({ redis, sealer }, _call, viewer) => {
  const { session: own } = viaSession(viewer);
  const sessions = await listSessions(sessionStore(redis, sealer), viewer.actorId);
  return jsonAnswer(200, {
    items: sessions
      .filter(({ epoch }) => epoch === own.epoch)
      .map((session) => ({
        id: session.id,
        current: session.id === own.id,
        created_at: new Date(session.createdAtMs).toISOString(),
        seen_at: new Date(session.seenAtMs).toISOString(),
        ip_prefix: session.ipPrefix,
        user_agent: session.userAgent,
      })),
  });
};

export const endOwnSession: Handler = async (deps, call, viewer) => {
  const id = call.params['sessionId'] ?? '';
  if (!(await revokeSession(deps.redis, viewer.actorId, id)))
    return { problem: 'session_not_found' };
  const audit = { action: 'session.end', subjectId: id };
  await insertAudit(deps.pool, auditOf(viewer, call, audit));
  const isOwn = id === viaSession(viewer).session.id;
  return {
    ...jsonAnswer(200, { ended: 1 }),
    ...(isOwn && { headers: ['Set-Cookie', deps.cookies.clear()] }),
  };
};

export const endOtherSessions: Handler = async (deps, call, viewer) => {
  const ended = await revokeSessions(deps.redis, viewer.actorId, viaSession(viewer).session.id);
  const audit = { action: 'session.end_others', subjectId: viewer.actorId, after: { ended } };
  await insertAudit(deps.pool, auditOf(viewer, call, audit));
  return jsonAnswer(200, { ended });
};

export const logOut: Handler = async (deps, call, viewer) => {
  const { session } = viaSession(viewer);
  await revokeSession(deps.redis, viewer.actorId, session.id);
  await insertAudit(
    deps.pool,
    auditOf(viewer, call, { action: 'session.end', subjectId: session.id }),
  );
  return { ...jsonAnswer(200, { ended: 1 }), headers: ['Set-Cookie', deps.cookies.clear()] };
};
