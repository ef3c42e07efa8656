import { canonicalEmail } from '../../domain/identity/email';
import { insertAudit } from '../../store/postgres/audit';
import { spendRecoveryCode } from '../../store/postgres/recoveryCodes';
import { findByEmail, findCredentials, type Credentials } from '../../store/postgres/users';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Call, PublicHandler } from '../handler';
import { PASSWORD_TRIES, takeAll } from './attempts';
import { closeChallenge, openChallenge, readChallenge } from './challenges';
import { passwordMatches } from '../../store/postgres/passwords';
import { applyDueRecovery } from './recovering';
import { recoveryCodeHash } from './recoveryCodes';
import { auditBy, auditSignIn, signedIn } from './signedIn';
import { forgiveFactorTries, proveTotp, takeFactorTry } from './totp';

export const emailIndexOf = ({ sealer }: Pick<ApiDeps, 'sealer'>, email: string): Buffer =>
  sealer.blindIndex(canonicalEmail(email), 'users.email');

/** What a passed first step holds on to: a change of credentials in between makes it worthless. */
type FirstStep = { readonly userId: string; readonly epoch: number };

/** Unknown addresses, disabled accounts and wrong passwords take the same time and get the same answer. */
export const startPasswordSignIn: PublicHandler = async (deps, call) => {
  const { email, password } = call.body as { email: string; password: string };
  const index = emailIndexOf(deps, email);
  const subject = index.toString('base64url');
  const refusal = await takeAll(deps, [
    [deps.signInLimit, call.from.bucket],
    [PASSWORD_TRIES, subject],
  ]);
  if (refusal) return refusal;
  const found = await findByEmail(deps.pool, index);
  // From its time on only the new password counts. The extra look is a moment beside the work on the password.
  const isNew = await applyDueRecovery(deps, found?.id ?? 'nobody');
  const user = isNew ? await findByEmail(deps.pool, index) : found;
  const matches = await passwordMatches(user?.passwordHash, password);
  if (!matches || !user || user.disabled) {
    deps.log.info({ outcome: 'credentials_wrong', requestId: call.requestId }, 'sign-in refused');
    return { problem: 'credentials_wrong' };
  }
  await deps.limits.forgive(PASSWORD_TRIES, subject);
  const { id: userId, epoch } = user;
  return jsonAnswer(200, await openChallenge(deps, 'totp', { userId, epoch } satisfies FirstStep));
};

type SecondStep = {
  readonly challenge: string;
  readonly code?: string;
  readonly recovery_code?: string;
};

/** How the second factor was proved, if it was. */
async function proveSecond(
  deps: ApiDeps,
  user: Credentials,
  { code, recovery_code: recovery }: SecondStep,
): Promise<'totp' | 'recovery_code' | undefined> {
  if (code !== undefined) return (await proveTotp(deps, user, code)) ? 'totp' : undefined;
  const hash = recoveryCodeHash(recovery ?? '');
  return (await spendRecoveryCode(deps.pool, user.id, hash)) ? 'recovery_code' : undefined;
}

const refused = (deps: ApiDeps, user: Credentials, call: Call): Promise<void> =>
  insertAudit(deps.pool, auditBy(user, call, { action: 'session.refuse', subjectId: user.id }));

export const verifyTotp: PublicHandler = async (deps, call) => {
  const given = call.body as SecondStep;
  const step = await readChallenge<FirstStep>(deps, 'totp', given.challenge);
  if (!step) return { problem: 'challenge_invalid' };
  const tooMany = await takeFactorTry(deps, step.userId);
  if (tooMany) return tooMany;
  const user = await findCredentials(deps.pool, step.userId);
  if (!user || user.disabled || user.epoch !== step.epoch) return { problem: 'challenge_invalid' };
  const method = await proveSecond(deps, user, given);
  if (!method) {
    await refused(deps, user, call);
    return { problem: 'code_wrong' };
  }
  if (!(await closeChallenge(deps, 'totp', given.challenge)))
    return { problem: 'challenge_invalid' };
  await forgiveFactorTries(deps, user.id);
  await auditSignIn(deps.pool, user, call, method);
  return signedIn(deps, call, user);
};
