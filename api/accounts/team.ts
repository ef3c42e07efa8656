import type { Role } from '../../domain/access';
import { insertAudit } from '../../store/postgres/audit';
import {
  listInvitationsOf,
  revokeInvitationById,
  revokeInvitationsOf,
  type ListedInvitation,
} from '../../store/postgres/invitations';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { findTenantName } from '../../store/postgres/users';
import {
  disableUser,
  listMembers,
  lockMembers,
  setRole,
  type Member,
} from '../../store/postgres/team';
import { revokeSessions } from '../../store/redis/sessions';
import { auditOf } from '../access/audit';
import type { Viewer } from '../access/viewer';
import { jsonAnswer, type Answer } from '../answer';
import type { ApiDeps, Call, Handler } from '../handler';
import type { Refusal } from '../reply';
import { pageOf } from '../page';
import { invite, invitationState, type Invite, type Invited } from './inviting';
import { viaSession } from './factor';
import { emailIndexOf } from './password';
import { endRecoveriesOf } from './recovering';
import { readTimePage, timeKeys } from './timePage';

/** The brand of the path is the viewer's own, or it does not exist. */
export const isForeign = (call: Call, viewer: Viewer): boolean =>
  call.params['brandId'] !== viewer.subjectId;

const memberOf =
  ({ sealer }: ApiDeps) =>
  (member: Member): unknown => ({
    id: member.id,
    name: member.name,
    email: sealer.open(member.emailSealed, member.id).toString(),
    role: member.role,
    state: member.disabled ? 'disabled' : 'active',
    created_at: member.createdAt,
  });

export const listTeam: Handler = async (deps, call, viewer) => {
  if (isForeign(call, viewer)) return { problem: 'brand_not_found' };
  const page = readTimePage(call.query);
  if (!page.ok) return page.error;
  const { limit, after } = page.value;
  const rows = await listMembers(deps.pool, viewer.subjectId, limit, after);
  return jsonAnswer(200, pageOf(rows, page.value, timeKeys, memberOf(deps)));
};

type Change = (sql: Sql, member: Member) => Promise<Member>;

/**
 * Changes another person's access, under a lock on the whole team. Whoever asks is an owner and stays one, so
 * that a brand is never left without.
 */
async function changeMember(
  deps: ApiDeps,
  call: Call,
  viewer: Viewer,
  change: Change,
): Promise<Answer | Refusal> {
  if (isForeign(call, viewer)) return { problem: 'brand_not_found' };
  const id = call.params['userId'] ?? '';
  if (id === viewer.actorId) return { problem: 'own_access' };
  const changed = await inTransaction(deps.pool, async (sql): Promise<Member | Refusal> => {
    const team = await lockMembers(sql, viewer.subjectId);
    const asker = team.find((one) => one.id === viewer.actorId);
    // Whoever asks may have been demoted while waiting for the lock.
    if (asker?.role !== 'brand_owner' || asker.disabled) return { problem: 'scope_forbidden' };
    const member = team.find((one) => one.id === id);
    if (!member) return { problem: 'person_not_found' };
    return change(sql, member);
  });
  return 'problem' in changed ? changed : jsonAnswer(200, memberOf(deps)(changed));
}

export const changeTeamRole: Handler = (deps, call, viewer) => {
  const { role } = call.body as { role: Role };
  return changeMember(deps, call, viewer, async (sql, member) => {
    await endRecoveriesOf(
      sql,
      member.id,
      { by: viewer.actorId, at: new Date(deps.now()) },
      (what) => auditOf(viewer, call, what),
    );
    await setRole(sql, member.id, role);
    const [before, after] = [{ role: member.role }, { role }];
    const audit = { action: 'person.change_role', subjectId: member.id, before, after };
    await insertAudit(sql, auditOf(viewer, call, audit));
    return { ...member, role };
  });
};

export const disableTeamMember: Handler = async (deps, call, viewer) => {
  const answer = await changeMember(deps, call, viewer, async (sql, member) => {
    await endRecoveriesOf(
      sql,
      member.id,
      { by: viewer.actorId, at: new Date(deps.now()) },
      (what) => auditOf(viewer, call, what),
    );
    await disableUser(sql, member.id);
    const email = deps.sealer.open(member.emailSealed, member.id).toString();
    // An invitation still under way would open the door again.
    await revokeInvitationsOf(sql, viewer.subjectId, emailIndexOf(deps, email));
    const before = { role: member.role, disabled: member.disabled };
    const audit = { action: 'person.disable', subjectId: member.id, before };
    await insertAudit(sql, auditOf(viewer, call, audit));
    return { ...member, disabled: true };
  });
  if (!('problem' in answer)) await revokeSessions(deps.redis, call.params['userId'] ?? '');
  return answer;
};

const invitationOf =
  ({ sealer, now }: ApiDeps) =>
  (invitation: ListedInvitation): unknown => ({
    id: invitation.id,
    email: sealer.open(invitation.emailSealed, invitation.id).toString(),
    role: invitation.role,
    state: invitationState(invitation, now()),
    invited_by: invitation.invitedBy,
    by_platform: invitation.byOps,
    mail: invitation.mail ?? 'sent',
    opens_at: invitation.opensAt,
    created_at: invitation.createdAt,
    expires_at: invitation.expiresAt,
  });

export const listInvitations: Handler = async (deps, call, viewer) => {
  if (isForeign(call, viewer)) return { problem: 'brand_not_found' };
  const page = readTimePage(call.query);
  if (!page.ok) return page.error;
  const { limit, after } = page.value;
  const rows = await listInvitationsOf(deps.pool, viewer.subjectId, limit, after);
  return jsonAnswer(200, pageOf(rows, page.value, timeKeys, invitationOf(deps)));
};

export type InviteTo = Pick<Invite, 'tenantId' | 'organisation' | 'email' | 'role' | 'opensAt'>;

/** An invitation into `tenantId`, with its audit row. */
export async function inviteInto(
  sql: Sql,
  deps: ApiDeps,
  call: Call,
  viewer: Viewer,
  to: InviteTo,
): Promise<Invited> {
  const { locale } = viaSession(viewer);
  const by = { invitedBy: viewer.actorId, locale, nowMs: deps.now() };
  const invited = await invite(sql, deps.sealer, { ...to, ...by });
  const after = { role: to.role, tenantId: to.tenantId };
  const audit = { action: 'invitation.create', subjectId: invited.id, after };
  await insertAudit(sql, auditOf(viewer, call, audit));
  return invited;
}

export const createInvitation: Handler = async (deps, call, viewer) => {
  if (isForeign(call, viewer)) return { problem: 'brand_not_found' };
  const { email, role } = call.body as { email: string; role: Role };
  const tenantId = viewer.subjectId;
  return inTransaction(deps.pool, async (sql): Promise<Answer | Refusal> => {
    // Whoever invites may have been demoted or shut out a moment ago: after that nothing more is offered in their name.
    const team = await lockMembers(sql, tenantId);
    const asker = team.find((one) => one.id === viewer.actorId);
    if (asker?.role !== 'brand_owner' || asker.disabled) return { problem: 'scope_forbidden' };
    const organisation = (await findTenantName(sql, 'brand', tenantId)) ?? '';
    const to = { tenantId, organisation, email, role, opensAt: null };
    return jsonAnswer(201, await inviteInto(sql, deps, call, viewer, to));
  });
};

export const revokeInvitation: Handler = async (deps, call, viewer) => {
  if (isForeign(call, viewer)) return { problem: 'brand_not_found' };
  const id = call.params['invitationId'] ?? '';
  return inTransaction(deps.pool, async (sql): Promise<Answer | Refusal> => {
    const invitation = await revokeInvitationById(sql, viewer.subjectId, id);
    if (!invitation) return { problem: 'invitation_not_found' };
    if (invitation.acceptedAt) return { problem: 'invitation_closed' };
    const audit = { action: 'invitation.revoke', subjectId: id };
    await insertAudit(sql, auditOf(viewer, call, audit));
    return jsonAnswer(200, invitationOf(deps)(invitation));
  });
};
