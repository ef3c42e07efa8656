import type { Pool } from 'pg';

import { recoveryAfter, type RecoveryMove } from '../../domain/identity/recovery';
import { insertAudit, type AuditEntry } from '../../store/postgres/audit';
import type { MailKind } from '../../store/postgres/mails';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { replaceRecoveryCodes } from '../../store/postgres/recoveryCodes';
import {
  dueRecoveries,
  endRecovery,
  expireRecoveries,
  findRecoveryOf,
  lockRecovery,
  readProof,
  stopRecoveriesOf,
  type Recovery,
  type RecoveryEnd,
} from '../../store/postgres/recoveries';
import type { Sealer } from '../../store/postgres/sealing';
import { lockMembers, type Member } from '../../store/postgres/team';
import {
  findCredentials,
  lockCredentials,
  replaceCredentials,
  type User,
} from '../../store/postgres/users';
import { putMail } from '../mail/mails';
import { stopToken } from './recoveryLinks';

export type RecoveringDeps = {
  readonly pool: Pool;
  readonly sealer: Sealer;
  readonly now: () => number;
};

export const mayMove = (recovery: Recovery, move: RecoveryMove): boolean =>
  recoveryAfter(recovery.state, move) !== undefined;

/** What nobody did: time did, or a change of the account. */
export const systemAudit = (
  recovery: Pick<Recovery, 'id' | 'tenantId'>,
  action: string,
  after: Readonly<Record<string, unknown>>,
): AuditEntry => ({
  actorId: 'system',
  actorRole: 'system',
  via: 'system',
  tenantId: recovery.tenantId,
  action,
  subjectId: recovery.id,
  after,
  ipPrefix: '',
  userAgent: '',
  requestId: 'none',
});

/**
 * Who hears of a recovery beside the person: the other owners of the brand; where there is none, and for ops people, the
 * checkers of ops. `lockMembers` of a brand has been called by whoever decides, so that they are those of now.
 */
export async function watchersOf(
  sql: Sql,
  recovery: Pick<Recovery, 'tenantId' | 'userId'>,
): Promise<Member[]> {
  const active = async (tenantId: string, role: string): Promise<Member[]> =>
    (await lockMembers(sql, tenantId)).filter(
      (one) => one.role === role && !one.disabled && one.id !== recovery.userId,
    );
  const owners = recovery.tenantId === 'ops' ? [] : await active(recovery.tenantId, 'brand_owner');
  return owners.length > 0 ? owners : active('ops', 'ops_checker');
}

export async function tellPerson(
  sql: Sql,
  sealer: Sealer,
  kind: MailKind,
  recovery: Pick<Recovery, 'id'>,
  person: Pick<User, 'id' | 'locale'>,
  values: Readonly<Record<string, string>> = {},
): Promise<void> {
  const stop = stopToken(sealer, recovery.id);
  await putMail(sql, sealer, {
    kind,
    subjectId: recovery.id,
    locale: person.locale,
    to: { userId: person.id },
    values: { ...values, stop },
  });
}

export async function tellWatchers(
  sql: Sql,
  sealer: Sealer,
  kind: MailKind,
  recovery: Recovery,
  name: string,
  values: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const watcher of await watchersOf(sql, recovery))
    await putMail(sql, sealer, {
      kind,
      subjectId: recovery.id,
      locale: watcher.locale,
      to: { userId: watcher.id },
      values: { ...values, name },
    });
}

/** Ends one that others know of and tells the person; the caller holds its lock and writes the audit row. */
export async function stopRecovery(
  sql: Sql,
  sealer: Sealer,
  recovery: Recovery,
  end: Omit<RecoveryEnd, 'state'>,
): Promise<void> {
  await endRecovery(sql, recovery.id, { ...end, state: 'stopped' });
  const person = await findCredentials(sql, recovery.userId);
  if (person) await tellPerson(sql, sealer, 'recovery_stopped', recovery, person);
}

/**
 * A recovery was approved for the person as they were: a change of their account ends it. What they offered to others ends
 * with their role (migration 0020, which also does this for whoever forgets it).
 */
export async function endRecoveriesOf(
  sql: Sql,
  userId: string,
  end: Pick<RecoveryEnd, 'by' | 'at'>,
  auditOf: (what: Pick<AuditEntry, 'action' | 'subjectId' | 'after'>) => AuditEntry,
): Promise<void> {
  const reason = 'account_changed';
  for (const subjectId of await stopRecoveriesOf(sql, userId, { ...end, reason }))
    await insertAudit(sql, auditOf({ action: 'recovery.stop', subjectId, after: { reason } }));
}

/**
 * The only place where an account that is there gets other credentials without its old ones. Account first, then its
 * recovery: the order of everybody who locks both.
 */
async function applyOne({ pool, sealer, now }: RecoveringDeps, due: Recovery): Promise<boolean> {
  return inTransaction(pool, async (sql) => {
    const person = await lockCredentials(sql, due.userId);
    const recovery = await lockRecovery(sql, due.id);
    const at = new Date(now());
    if (!person || !recovery || !mayMove(recovery, 'apply')) return false;
    if (recovery.effectiveAt === null || recovery.effectiveAt > at) return false;
    const proof = await readProof(sql, recovery.id);
    if (!proof || person.role !== recovery.role || person.tenantId !== recovery.tenantId) {
      await stopRecovery(sql, sealer, recovery, { by: 'system', reason: 'account_changed', at });
      return false;
    }
    // Ended first: a change of credentials stops whatever recovery is still under way (migration 0020).
    await endRecovery(sql, recovery.id, { state: 'done', by: 'system', reason: 'applied', at });
    await replaceCredentials(sql, person.id, proof);
    await replaceRecoveryCodes(sql, person.id, proof.codeHashes);
    await tellPerson(sql, sealer, 'recovery_done', recovery, person);
    const after = { userId: person.id, approvedBy: recovery.approvedBy };
    await insertAudit(sql, systemAudit(recovery, 'recovery.apply', after));
    return true;
  });
}

/** Before somebody's credentials are looked at: from its time on a recovery counts, whoever looks first. */
export async function applyDueRecovery(deps: RecoveringDeps, userId: string): Promise<boolean> {
  const recovery = await findRecoveryOf(deps.pool, userId);
  if (!recovery?.effectiveAt || recovery.effectiveAt.getTime() > deps.now()) return false;
  return applyOne(deps, recovery);
}

const BATCH = 50;

/** So that old sessions end in time also when nobody signs in. */
export async function endDueRecoveries(deps: RecoveringDeps): Promise<void> {
  const at = new Date(deps.now());
  for (const recovery of await expireRecoveries(deps.pool, at))
    await insertAudit(
      deps.pool,
      systemAudit(recovery, 'recovery.expire', { userId: recovery.userId }),
    );
  for (const recovery of await dueRecoveries(deps.pool, at, BATCH)) await applyOne(deps, recovery);
}
