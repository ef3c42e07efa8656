import { scopeOf, type Role } from '../../domain/access';
import { insertAudit, type AuditEntry } from '../../store/postgres/audit';
import type { Sql } from '../../store/postgres/pool';
import { findTenantName, type Locale, type User } from '../../store/postgres/users';
import { FACTOR_FRESH_MS } from '../access/viewer';
import { jsonAnswer, type Answer } from '../answer';
import type { ApiDeps, Call } from '../handler';
import { rememberPlace } from './origin';

/** The openapi.yaml schema Me. */
export type Me = {
  readonly user: { readonly id: string; readonly name: string; readonly locale: Locale };
  readonly role: Role;
  readonly tenant: { readonly kind: string; readonly id: string; readonly name: string };
  readonly factor: { readonly method: 'sms' | 'totp'; readonly fresh_until: string | null };
  readonly permissions: readonly string[];
};

/** Until when the proved factor counts for money; null when that is over. */
export function freshUntil(factorAtMs: number, nowMs: number): string | null {
  const untilMs = factorAtMs + FACTOR_FRESH_MS;
  return untilMs > nowMs ? new Date(untilMs).toISOString() : null;
}

export async function meOf(
  { pool, now, permissionsOf }: ApiDeps,
  user: Omit<User, 'epoch'>,
  factorAtMs: number,
): Promise<Me> {
  const { id, role, tenantId, name, locale } = user;
  const kind = scopeOf(role);
  const tenantName = kind === 'ops' ? 'Gamma' : await findTenantName(pool, kind, tenantId);
  return {
    user: { id, name, locale },
    role,
    tenant: { kind, id: tenantId, name: tenantName ?? '' },
    factor: {
      method: kind === 'influencer' ? 'sms' : 'totp',
      fresh_until: freshUntil(factorAtMs, now()),
    },
    permissions: permissionsOf(role),
  };
}

/** What somebody did before, or while, there was a session: the actor is the account itself. */
export const auditBy = (
  user: Pick<User, 'id' | 'role' | 'tenantId'>,
  call: Call,
  what: Pick<AuditEntry, 'action' | 'subjectId' | 'before' | 'after'>,
): AuditEntry => ({
  actorId: user.id,
  actorRole: user.role,
  via: 'session',
  tenantId: user.tenantId,
  ipPrefix: call.from.ipPrefix,
  userAgent: call.from.userAgent,
  requestId: call.requestId,
  ...what,
});

export const auditSignIn = (sql: Sql, user: User, call: Call, method: string): Promise<void> =>
  insertAudit(
    sql,
    auditBy(user, call, { action: 'session.open', subjectId: user.id, after: { method } }),
  );

/**
 * A new session under a new token. The one whose cookie came along ends: it may be somebody else's at the
 * same browser, or one that was planted there (ASVS 7.2.4).
 */
export async function openSession(
  deps: ApiDeps,
  call: Call,
  user: User,
): Promise<{ readonly me: Me; readonly headers: readonly string[] }> {
  if (call.sessionToken !== undefined) await deps.sessions.end(call.sessionToken);
  const { token, maxAgeMs } = await deps.sessions.open(user, call.from);
  const me = await meOf(deps, user, deps.now());
  return { me, headers: ['Set-Cookie', deps.cookies.set(token, maxAgeMs)] };
}

/** `account` is what the person gave, as an index: from here they are no stranger to it. */
export async function signedIn(
  deps: ApiDeps,
  call: Call,
  user: User,
  account: string,
): Promise<Answer> {
  const { me, headers } = await openSession(deps, call, user);
  const device = call.device ?? deps.devices.fresh();
  await rememberPlace(deps, { ...call, device }, account);
  const isNew = call.device === undefined;
  const all = isNew ? [...headers, 'Set-Cookie', deps.devices.set(device)] : headers;
  return { ...jsonAnswer(200, me), headers: all };
}
