import { randomBytes } from 'node:crypto';

import { scopeOf } from '../../domain/access';
import { passwordRefusal } from '../../domain/identity/password';
import { idFromBytes } from '../../domain/ids';
import { insertAudit } from '../../store/postgres/audit';
import {
  findOpenInvitation,
  takeInvitation,
  type Invitation,
} from '../../store/postgres/invitations';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { replaceRecoveryCodes } from '../../store/postgres/recoveryCodes';
import {
  findByEmail,
  findTenantName,
  insertEmailUser,
  resetCredentials,
  takeTotpStep,
  updateProfile,
  type Credentials,
  type Locale,
} from '../../store/postgres/users';
import { revokeSessions } from '../../store/redis/sessions';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Call, PublicHandler } from '../handler';
import type { Refusal } from '../reply';
import { closeChallenge, openChallenge, readChallenge } from './challenges';
import { invitationTokenHash } from './inviting';
import { hashPassword } from '../../store/postgres/passwords';
import { newRecoveryCodes } from './recoveryCodes';
import { auditBy, openSession } from './signedIn';
import { newTotpSecret, otpauthUrl, stepOf } from './totp';

/** What accepting holds on to until the authenticator is proved; nothing of it is in Postgres before. */
type Enrolment = {
  readonly invitationId: string;
  readonly name: string;
  readonly locale: Locale | null;
  readonly passwordHash: string;
  readonly totpSecret: string;
};

const findOpen = ({ pool, now }: ApiDeps, token: string): Promise<Invitation | undefined> =>
  findOpenInvitation(pool, invitationTokenHash(token), new Date(now()));

const emailOf = ({ sealer }: ApiDeps, { id, emailSealed }: Invitation): string =>
  sealer.open(emailSealed, id).toString();

export const lookAtInvitation: PublicHandler = async (deps, call) => {
  const { token } = call.body as { token: string };
  const invitation = await findOpen(deps, token);
  if (!invitation) return { problem: 'invitation_invalid' };
  const { role, tenantId } = invitation;
  const name = role.startsWith('ops_')
    ? 'Gamma'
    : await findTenantName(deps.pool, scopeOf(role) === 'brand' ? 'brand' : 'influencer', tenantId);
  const email = emailOf(deps, invitation);
  return jsonAnswer(200, { organisation: name ?? '', role, email });
};

export const acceptInvitation: PublicHandler = async (deps, call) => {
  const given = call.body as { token: string; name: string; password: string; locale?: Locale };
  const invitation = await findOpen(deps, given.token);
  if (!invitation) return { problem: 'invitation_invalid' };
  const email = emailOf(deps, invitation);
  const refusal = passwordRefusal(given.password, email);
  if (refusal) return { problem: refusal };
  const totpSecret = newTotpSecret();
  const enrolment: Enrolment = {
    invitationId: invitation.id,
    name: given.name.trim(),
    locale: given.locale ?? null,
    passwordHash: await hashPassword(given.password),
    totpSecret,
  };
  return jsonAnswer(200, {
    ...(await openChallenge(deps, 'enrolment', enrolment)),
    totp_secret: totpSecret,
    otpauth_url: otpauthUrl(totpSecret, email),
  });
};

/** The account of the invitation's e-mail with its new credentials: made, or given them in place of the old. */
async function establish(
  deps: ApiDeps,
  sql: Sql,
  invitation: Invitation,
  { name, locale, passwordHash, totpSecret }: Enrolment,
): Promise<Credentials | Refusal> {
  const { sealer } = deps;
  const { role, tenantId, emailIndex } = invitation;
  const seal = (plain: string, id: string): Buffer => sealer.seal(Buffer.from(plain), id);
  const existing = await findByEmail(sql, emailIndex);
  if (existing) {
    if (existing.tenantId !== tenantId) return { problem: 'email_taken' };
    // Somebody changed the role after the invitation was sent: the later word counts.
    const kept = existing.disabled ? role : existing.role;
    const totpSealed = seal(totpSecret, existing.id);
    await resetCredentials(sql, existing.id, { role: kept, name, passwordHash, totpSealed });
    if (locale) await updateProfile(sql, existing.id, { locale });
  } else {
    const id = idFromBytes('user', randomBytes(16));
    await insertEmailUser(sql, {
      id,
      role,
      tenantId,
      name,
      locale: locale ?? 'ru',
      emailSealed: seal(emailOf(deps, invitation), id),
      emailIndex,
      passwordHash,
      totpSealed: seal(totpSecret, id),
    });
  }
  const user = await findByEmail(sql, emailIndex);
  return user?.tenantId === tenantId ? user : { problem: 'email_taken' };
}

type Confirmed = { readonly user: Credentials; readonly recoveryCodes: readonly string[] };

/** Uses the invitation up and sets everything in one transaction: a link works once, whole or not at all. */
function confirm(
  deps: ApiDeps,
  call: Call,
  enrolment: Enrolment,
  step: number,
): Promise<Confirmed | Refusal> {
  return inTransaction(deps.pool, async (sql) => {
    const at = new Date(deps.now());
    const invitation = await takeInvitation(sql, enrolment.invitationId, at);
    if (!invitation) return { problem: 'invitation_invalid' };
    const user = await establish(deps, sql, invitation, enrolment);
    if ('problem' in user) return user;
    await takeTotpStep(sql, user.id, step);
    const codes = newRecoveryCodes();
    await replaceRecoveryCodes(sql, user.id, codes.hashes);
    const after = { invitationId: invitation.id, role: user.role };
    const audit = { action: 'invitation.accept', subjectId: user.id, after };
    await insertAudit(sql, auditBy(user, call, audit));
    return { user, recoveryCodes: codes.plain };
  });
}

export const confirmInvitation: PublicHandler = async (deps, call) => {
  const { challenge, code } = call.body as { challenge: string; code: string };
  const enrolment = await readChallenge<Enrolment>(deps, 'enrolment', challenge);
  if (!enrolment) return { problem: 'challenge_invalid' };
  const step = stepOf(enrolment.totpSecret, code, deps.now());
  if (step === undefined) return { problem: 'code_wrong' };
  if (!(await closeChallenge(deps, 'enrolment', challenge)))
    return { problem: 'challenge_invalid' };
  const confirmed = await confirm(deps, call, enrolment, step);
  if ('problem' in confirmed) return confirmed;
  const { user, recoveryCodes } = confirmed;
  // They are dead already by their epoch; this only tidies the list.
  await revokeSessions(deps.redis, user.id);
  const { me, headers } = await openSession(deps, call, user);
  return { ...jsonAnswer(200, { me, recovery_codes: recoveryCodes }), headers };
};
