import {
  mayApproveRecovery,
  mayStopRecovery,
  waitsAfterApproval,
  type Person,
} from '../../domain/identity/recovery';
import { insertAudit } from '../../store/postgres/audit';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import {
  approveRecovery as markApproved,
  findRecovery,
  listRecoveries as listRows,
  lockRecovery,
  type Recovery,
  type RecoveryView,
} from '../../store/postgres/recoveries';
import { lockMembers, type Member } from '../../store/postgres/team';
import { findActiveUser, findCredentials } from '../../store/postgres/users';
import { auditOf } from '../access/audit';
import type { Viewer } from '../access/viewer';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Handler } from '../handler';
import type { Refusal } from '../reply';
import { takeAll } from './attempts';
import {
  applyDueRecovery,
  mayMove,
  stopRecovery as endStopped,
  tellPerson,
  tellWatchers,
} from './recovering';
import { checkCode, RECOVERY_CHECKS } from './recoveryLinks';

/** More than a person can look through; there is one an account at most. */
const LISTED = 200;

const personOf = (viewer: Viewer): Person => ({
  id: viewer.actorId,
  role: viewer.role,
  tenantId: viewer.subjectId,
});
const subjectOf = ({ userId, role, tenantId }: Recovery): Person => ({
  id: userId,
  role,
  tenantId,
});

/** What belongs to others does not exist: a brand sees its own people's, anybody their own, ops all. */
const sees = (viewer: Viewer, recovery: Recovery): boolean =>
  viewer.scope === 'ops' ||
  recovery.userId === viewer.actorId ||
  (viewer.role === 'brand_owner' && recovery.tenantId === viewer.subjectId);

const viewOf =
  ({ sealer }: ApiDeps, viewer: Viewer) =>
  (row: RecoveryView): unknown => {
    const [by, subject] = [personOf(viewer), subjectOf(row)];
    const others = Array.from({ length: row.otherOwners }, () => ({ id: '' }));
    return {
      id: row.id,
      state: row.state,
      user: {
        id: row.userId,
        name: row.name,
        email: sealer.open(row.emailSealed, row.userId).toString(),
        role: row.role,
      },
      tenant: { id: row.tenantId, name: row.tenantName ?? 'Gamma' },
      own: row.userId === viewer.actorId,
      proved_at: row.provedAt,
      expires_at: row.state === 'proved' ? row.expiresAt : null,
      approved_by: row.approvedBy,
      effective_at: row.effectiveAt,
      may_approve: row.state === 'proved' && mayApproveRecovery(by, subject, others),
      may_stop: mayStopRecovery(by, subject),
    };
  };

export const listRecoveries: Handler = async (deps, _call, viewer) => {
  const seen = {
    userId: viewer.actorId,
    tenantId: viewer.role === 'brand_owner' ? viewer.subjectId : null,
    all: viewer.scope === 'ops',
  };
  const rows = await listRows(deps.pool, seen, LISTED);
  return jsonAnswer(200, { items: rows.map(viewOf(deps, viewer)) });
};

type Decided = { readonly recovery: Recovery; readonly subject: Member };

/** Under the lock of the subject's team and then of the recovery, with whoever decides looked up anew. */
async function lockForDecision(
  sql: Sql,
  viewer: Viewer,
  found: Recovery,
): Promise<(Decided & { readonly owners: readonly Member[] }) | Refusal> {
  const team = await lockMembers(sql, found.tenantId);
  const decider = await findActiveUser(sql, viewer.actorId);
  if (decider?.role !== viewer.role) return { problem: 'scope_forbidden' };
  const subject = team.find(({ id }) => id === found.userId);
  const recovery = await lockRecovery(sql, found.id);
  if (!subject || !recovery) return { problem: 'recovery_not_found' };
  const owners = team.filter((one) => one.role === 'brand_owner' && !one.disabled);
  return { recovery, subject, owners };
}

export const approveRecovery: Handler = async (deps, call, viewer) => {
  const { pool, sealer } = deps;
  const { check_code: given } = call.body as { check_code: string };
  const found = await findRecovery(pool, call.params['recoveryId'] ?? '');
  if (!found || !sees(viewer, found)) return { problem: 'recovery_not_found' };
  if (found.userId === viewer.actorId) return { problem: 'own_access' };
  const tooMany = await takeAll(deps, [[RECOVERY_CHECKS, found.id]]);
  if (tooMany) return tooMany;
  const approved = await inTransaction(pool, async (sql) => {
    const locked = await lockForDecision(sql, viewer, found);
    if ('problem' in locked) return locked;
    const { recovery, subject, owners } = locked;
    if (!mayApproveRecovery(personOf(viewer), subjectOf(recovery), owners))
      return { problem: 'recovery_approver' } as const;
    const nowMs = deps.now();
    if (!mayMove(recovery, 'approve') || recovery.expiresAt.getTime() <= nowMs)
      return { problem: 'recovery_state' } as const;
    if (given !== checkCode(sealer, recovery.id))
      return { problem: 'recovery_check_wrong' } as const;
    const waitMs = waitsAfterApproval(recovery.role) ? deps.recoveryDelayMs : 0;
    const effectiveAt = new Date(nowMs + waitMs);
    await markApproved(sql, recovery.id, viewer.actorId, new Date(nowMs), effectiveAt);
    const values = { effectiveAt: effectiveAt.toISOString() };
    await tellPerson(sql, sealer, 'recovery_approved', recovery, subject, values);
    await tellWatchers(sql, sealer, 'recovery_to_watch', recovery, subject.name, values);
    const after = { userId: subject.id, ...values };
    const audit = { action: 'recovery.approve', subjectId: recovery.id, after };
    await insertAudit(sql, auditOf(viewer, call, audit));
    return { effectiveAt };
  });
  if ('problem' in approved) return approved;
  await deps.limits.forgive(RECOVERY_CHECKS, found.id);
  await applyDueRecovery(deps, found.userId);
  return jsonAnswer(200, { state: 'approved', effective_at: approved.effectiveAt });
};

/** Asks for no fresh factor: what may be a takeover is stopped at once. */
export const stopRecovery: Handler = async (deps, call, viewer) => {
  const { pool, sealer } = deps;
  const found = await findRecovery(pool, call.params['recoveryId'] ?? '');
  if (!found || !sees(viewer, found)) return { problem: 'recovery_not_found' };
  if (!mayStopRecovery(personOf(viewer), subjectOf(found))) return { problem: 'recovery_approver' };
  return inTransaction(pool, async (sql) => {
    const recovery = await lockRecovery(sql, found.id);
    const person = await findCredentials(sql, found.userId);
    if (!recovery || !person) return { problem: 'recovery_not_found' } as const;
    if (!mayMove(recovery, 'stop')) return { problem: 'recovery_state' } as const;
    const reason = viewer.actorId === person.id ? 'by_person' : 'by_other';
    const at = new Date(deps.now());
    await endStopped(sql, sealer, recovery, { by: viewer.actorId, reason, at });
    const audit = { action: 'recovery.stop', subjectId: recovery.id, after: { reason } };
    await insertAudit(sql, auditOf(viewer, call, audit));
    return jsonAnswer(200, { state: 'stopped', effective_at: null });
  });
};
