import { insertAudit } from '../../store/postgres/audit';
import { findOpenInvitation, takeInvitation } from '../../store/postgres/invitations';
import { passwordMatches } from '../../store/postgres/passwords';
import { spendRecoveryCode } from '../../store/postgres/recoveryCodes';
import {
  enableUser,
  findByEmail,
  findCredentials,
  lockCredentials,
  takeTotpStep,
  type Credentials,
} from '../../store/postgres/users';
import type { ApiDeps, Call, PublicHandler } from '../handler';
import type { Refusal } from '../reply';
import {
  FACTOR_DAY,
  FACTOR_TRIES,
  giveAllBack,
  PASSWORD_TRIES,
  takeAll,
  type Wanted,
} from './attempts';
import { invitationTokenHash } from './inviting';
import { applyDueRecovery } from './recovering';
import { recoveryCodeHash } from './recoveryCodes';
import { wholeOrRefused } from './refusing';
import { auditBy, signedIn } from './signedIn';
import { stepOf } from './totp';

type Given = {
  readonly token: string;
  readonly password: string;
  readonly code?: string;
  readonly recovery_code?: string;
};

/** How the old factor is used up, once it is known to be right. */
type Factor =
  | { readonly kind: 'totp'; readonly step: number }
  | { readonly kind: 'recovery_code'; readonly hash: Buffer };

function factorOf({ sealer, now }: ApiDeps, user: Credentials, given: Given): Factor | undefined {
  if (given.code === undefined)
    return { kind: 'recovery_code', hash: recoveryCodeHash(given.recovery_code ?? '') };
  const secret = user.totpSealed && sealer.open(user.totpSealed, user.id).toString();
  const step = secret ? stepOf(secret, given.code, now()) : undefined;
  return step === undefined ? undefined : { kind: 'totp', step };
}

/** Everything in one transaction: with a wrong factor the link is as good as before and the person still shut out. */
async function open(
  deps: ApiDeps,
  call: Call,
  user: Credentials,
  tokenHash: Buffer,
  factor: Factor,
): Promise<Credentials | Refusal> {
  const at = new Date(deps.now());
  return wholeOrRefused(deps.pool, async (sql) => {
    const now = await lockCredentials(sql, user.id);
    if (now?.epoch !== user.epoch || !now.disabled) return { problem: 'invitation_invalid' };
    const found = await findOpenInvitation(sql, tokenHash, at);
    const invitation = found && (await takeInvitation(sql, found.id, at));
    if (!invitation) return { problem: 'invitation_invalid' };
    await enableUser(sql, user.id, invitation.role);
    const isProved =
      factor.kind === 'totp'
        ? await takeTotpStep(sql, user.id, factor.step)
        : await spendRecoveryCode(sql, user.id, factor.hash);
    if (!isProved) return { problem: 'code_wrong' };
    const opened = (await findCredentials(sql, user.id))!;
    const after = { invitationId: invitation.id, role: opened.role, method: factor.kind };
    const audit = { action: 'person.reopen', subjectId: user.id, after };
    await insertAudit(sql, auditBy(opened, call, audit));
    return opened;
  });
}

/**
 * Somebody who was shut out and is invited again comes in with the password and the factor they had: whoever reads only
 * their mailbox does not.
 */
export const reopenAccount: PublicHandler = async (deps, call) => {
  const given = call.body as Given;
  const tokenHash = invitationTokenHash(given.token);
  const at = new Date(deps.now());
  const invitation = await findOpenInvitation(deps.pool, tokenHash, at);
  const found = invitation && (await findByEmail(deps.pool, invitation.emailIndex));
  if (!invitation || !found?.disabled || found.tenantId !== invitation.tenantId)
    return { problem: 'invitation_invalid' };
  if (invitation.opensAt && invitation.opensAt > at) return { problem: 'invitation_not_open' };
  // Only whoever holds the invitation comes this far: nobody else can use these up.
  const tries: Wanted[] = [PASSWORD_TRIES, FACTOR_TRIES, FACTOR_DAY].map((limit) => [
    limit,
    `reopen:${found.id}`,
  ]);
  const tooMany = await takeAll(deps, tries);
  if (tooMany) return tooMany;
  await applyDueRecovery(deps, found.id);
  const user = (await findCredentials(deps.pool, found.id))!;
  if (!(await passwordMatches(user.passwordHash, given.password)))
    return { problem: 'credentials_wrong' };
  const factor = factorOf(deps, user, given);
  if (!factor) return { problem: 'code_wrong' };
  const opened = await open(deps, call, user, tokenHash, factor);
  if ('problem' in opened) return opened;
  await giveAllBack(deps, tries);
  return signedIn(deps, call, opened, invitation.emailIndex.toString('base64url'));
};
