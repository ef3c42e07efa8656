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
import type { Sql } from '../../store/postgres/pool';
import { replaceRecoveryCodes } from '../../store/postgres/recoveryCodes';
import {
  findByEmail,
  findTenantName,
  insertEmailUser,
  takeTotpStep,
  type Credentials,
  type Locale,
} from '../../store/postgres/users';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Call, PublicHandler } from '../handler';
import type { Refusal } from '../reply';
import { closeChallenge, openChallenge, readChallenge } from './challenges';
import { invitationTokenHash } from './inviting';
import { hashPassword } from '../../store/postgres/passwords';
import { newRecoveryCodes } from './recoveryCodes';
import { wholeOrRefused } from './refusing';
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

async function findOpen({ pool, now }: ApiDeps, token: string): Promise<Invitation | Refusal> {
  const at = new Date(now());
  const invitation = await findOpenInvitation(pool, invitationTokenHash(token), at);
  if (!invitation) return { problem: 'invitation_invalid' };
  return invitation.opensAt && invitation.opensAt > at
    ? { problem: 'invitation_not_open' }
    : invitation;
}

const emailOf = ({ sealer }: ApiDeps, { id, emailSealed }: Invitation): string =>
  sealer.open(emailSealed, id).toString();

export const lookAtInvitation: PublicHandler = async (deps, call) => {
  const { token } = call.body as { token: string };
  const invitation = await findOpen(deps, token);
  if ('problem' in invitation) return invitation;
  const { role, tenantId } = invitation;
  const name = role.startsWith('ops_')
    ? 'Gamma'
    : await findTenantName(deps.pool, scopeOf(role) === 'brand' ? 'brand' : 'influencer', tenantId);
  const email = emailOf(deps, invitation);
  // Whoever has the link reads the mailbox, and was told there what kind of link it is.
  const account = await findByEmail(deps.pool, invitation.emailIndex);
  const kind = !account ? 'new' : isShutOut(account, invitation) ? 'shut_out' : 'taken';
  return jsonAnswer(200, { organisation: name ?? '', role, email, account: kind });
};

const isShutOut = (account: Credentials, { tenantId }: Invitation): boolean =>
  account.tenantId === tenantId && account.disabled;

export const acceptInvitation: PublicHandler = async (deps, call) => {
  const given = call.body as { token: string; name: string; password: string; locale?: Locale };
  const invitation = await findOpen(deps, given.token);
  if ('problem' in invitation) return invitation;
  if (await findByEmail(deps.pool, invitation.emailIndex)) return { problem: 'email_taken' };
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

/** The account of the invitation's e-mail. One that is there is never touched: recovery.ts is the way to other credentials. */
async function establish(
  deps: ApiDeps,
  sql: Sql,
  invitation: Invitation,
  { name, locale, passwordHash, totpSecret }: Enrolment,
): Promise<Credentials | Refusal> {
  const { sealer } = deps;
  const { role, tenantId, emailIndex } = invitation;
  const seal = (plain: string, id: string): Buffer => sealer.seal(Buffer.from(plain), id);
  const id = idFromBytes('user', randomBytes(16));
  const isNew = await insertEmailUser(sql, {
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
  const user = isNew ? await findByEmail(sql, emailIndex) : undefined;
  return user ?? { problem: 'email_taken' };
}

type Confirmed = { readonly user: Credentials; readonly recoveryCodes: readonly string[] };

/** Uses the invitation up and sets everything in one transaction: a link works once, whole or not at all. */
function confirm(
  deps: ApiDeps,
  call: Call,
  enrolment: Enrolment,
  step: number,
): Promise<Confirmed | Refusal> {
  return wholeOrRefused<Confirmed>(deps.pool, async (sql) => {
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
  const { me, headers } = await openSession(deps, call, user);
  return { ...jsonAnswer(200, { me, recovery_codes: recoveryCodes }), headers };
};
