import { canonicalEmail } from '../../domain/identity/email';
import { insertAudit } from '../../store/postgres/audit';
import { spendRecoveryCode } from '../../store/postgres/recoveryCodes';
import { findByEmail, findCredentials, type Credentials } from '../../store/postgres/users';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Call, PublicHandler } from '../handler';
import type { Refusal } from '../reply';
import {
  FACTOR_DAY,
  FACTOR_TRIES,
  giveAllBack,
  PASSWORD_STRANGERS,
  PASSWORD_TRIES,
  passwordTryCost,
  RECOVERY_TRIES,
  takeAll,
  type Wanted,
} from './attempts';
import { closeChallenge, openChallenge, readChallenge } from './challenges';
import { failuresOf, placeOf, type Place } from './origin';
import { passwordMatches } from '../../store/postgres/passwords';
import { applyDueRecovery } from './recovering';
import { recoveryCodeHash } from './recoveryCodes';
import { auditBy, auditSignIn, signedIn } from './signedIn';
import { proveTotp } from './totp';

export const emailIndexOf = ({ sealer }: Pick<ApiDeps, 'sealer'>, email: string): Buffer =>
  sealer.blindIndex(canonicalEmail(email), 'users.email');

/** What a passed first step holds on to: a change of credentials in between makes it worthless. */
type FirstStep = {
  readonly userId: string;
  readonly epoch: number;
  /** The index of the e-mail: what devices and addresses are familiar to. */
  readonly account: string;
};

/** Takes a try of a password: from a new device the dearer, the more went wrong at new ones today. */
async function takePasswordTry(
  deps: ApiDeps,
  account: string,
  place: Place,
): Promise<Refusal | undefined> {
  const { limits } = deps;
  const wrongToday = place.byDevice ? 0 : await limits.used(PASSWORD_STRANGERS, account);
  const cost = passwordTryCost(wrongToday);
  const taken = await limits.take(PASSWORD_TRIES, place.subject, cost);
  if (!taken.allowed)
    return { problem: 'too_many_attempts', retryAfterSeconds: taken.resetSeconds };
  if (!place.byDevice) await limits.take(PASSWORD_STRANGERS, account);
  return undefined;
}

/** Unknown addresses, disabled accounts and wrong passwords take the same time and get the same answer. */
export const startPasswordSignIn: PublicHandler = async (deps, call) => {
  const { email, password } = call.body as { email: string; password: string };
  const index = emailIndexOf(deps, email);
  const account = index.toString('base64url');
  const place = await placeOf(deps, call, account);
  const failures = await failuresOf(deps, call, account);
  const refusal = await takeAll(deps, failures);
  if (refusal) return refusal;
  const tooMany = await takePasswordTry(deps, account, place);
  if (tooMany) {
    await giveAllBack(deps, failures);
    return tooMany;
  }
  const found = await findByEmail(deps.pool, index);
  // From its time on only the new password counts. The extra look is a moment beside the work on the password.
  const isNew = await applyDueRecovery(deps, found?.id ?? 'nobody');
  const user = isNew ? await findByEmail(deps.pool, index) : found;
  const matches = await passwordMatches(user?.passwordHash, password);
  if (!matches || !user || user.disabled) {
    deps.log.info({ outcome: 'credentials_wrong', requestId: call.requestId }, 'sign-in refused');
    return { problem: 'credentials_wrong' };
  }
  await giveAllBack(deps, [...failures, ...ofStrangers(place, account)]);
  await deps.limits.forgive(PASSWORD_TRIES, place.subject);
  const { id: userId, epoch } = user;
  const step = { userId, epoch, account } satisfies FirstStep;
  return jsonAnswer(200, await openChallenge(deps, 'totp', step));
};

const ofStrangers = ({ byDevice }: Place, account: string): Wanted[] =>
  byDevice ? [] : [[PASSWORD_STRANGERS, account]];

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

/**
 * Whoever is here has given the right password. Devices and addresses of the account's own are counted each by
 * itself, all others together; recovery codes apart, so that somebody with the password who guesses at the
 * authenticator cannot take the way back as well.
 */
async function factorTries(
  deps: ApiDeps,
  call: Call,
  { userId, account }: FirstStep,
  { code }: SecondStep,
): Promise<Wanted[]> {
  const place = await placeOf(deps, call, account);
  if (code === undefined) return [[RECOVERY_TRIES, place.subject]];
  const subject = place.byDevice ? place.subject : userId;
  return [
    [FACTOR_TRIES, subject],
    [FACTOR_DAY, subject],
  ];
}

export const verifyTotp: PublicHandler = async (deps, call) => {
  const given = call.body as SecondStep;
  const step = await readChallenge<FirstStep>(deps, 'totp', given.challenge);
  if (!step) return { problem: 'challenge_invalid' };
  const tries = await factorTries(deps, call, step, given);
  const tooMany = await takeAll(deps, tries);
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
  const [ofMinutes, ...others] = tries;
  await deps.limits.forgive(ofMinutes![0], ofMinutes![1]);
  await giveAllBack(deps, others);
  await auditSignIn(deps.pool, user, call, method);
  return signedIn(deps, call, user, step.account);
};
