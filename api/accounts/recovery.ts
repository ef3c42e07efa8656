import { randomBytes } from 'node:crypto';

import { canonicalEmail } from '../../domain/identity/email';
import { passwordRefusal } from '../../domain/identity/password';
import { idFromBytes } from '../../domain/ids';
import { insertAudit } from '../../store/postgres/audit';
import { isUniqueViolation } from '../../store/postgres/codes';
import { hashPassword } from '../../store/postgres/passwords';
import { inTransaction } from '../../store/postgres/pool';
import {
  findAskedRecovery,
  findRecovery,
  findRecoveryOf,
  lockRecovery,
  proveRecovery,
  type Recovery,
} from '../../store/postgres/recoveries';
import { findCredentials, type Credentials, type Locale } from '../../store/postgres/users';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Call, PublicHandler } from '../handler';
import { putMail } from '../mail/mails';
import type { Refusal } from '../reply';
import { takeAll } from './attempts';
import { closeChallenge, openChallenge, readChallenge } from './challenges';
import { emailIndexOf } from './password';
import { mayMove, stopRecovery, tellPerson, tellWatchers, watchersOf } from './recovering';
import { newRecoveryCodes } from './recoveryCodes';
import {
  checkCode,
  RECOVERY_APPROVAL_MS,
  RECOVERY_FLOOD,
  RECOVERY_LINK_MS,
  RECOVERY_MAILS,
  recoveryOfStopToken,
  recoveryTokenHash,
} from './recoveryLinks';
import { auditBy } from './signedIn';
import { newTotpSecret, otpauthUrl, stepOf } from './totp';

/** What the person's second step holds on to; nothing of it is in Postgres before the authenticator is proved. */
type Proposal = {
  readonly recoveryId: string;
  readonly tokenHash: string;
  readonly passwordHash: string;
  readonly totpSecret: string;
};

/**
 * The same for every address: whether there is an account is looked up when the mail leaves (api/mail/compose.ts). A
 * stranger can use the mails of an hour up, and shuts nobody out: the links they made are in the person's mailbox.
 */
export const askRecovery: PublicHandler = async (deps, call) => {
  const { email, locale } = call.body as { email: string; locale?: Locale };
  const refusal = await takeAll(deps, [[deps.failureLimit, call.from.bucket]]);
  if (refusal) return refusal;
  const subject = emailIndexOf(deps, email).toString('base64url');
  const isFlood = await takeAll(deps, [
    [RECOVERY_MAILS, `${subject}:${call.from.bucket}`],
    [RECOVERY_FLOOD, subject],
  ]);
  if (!isFlood)
    await putMail(deps.pool, deps.sealer, {
      kind: 'recovery',
      subjectId: idFromBytes('recovery', randomBytes(16)),
      locale: locale ?? 'ru',
      to: { email: canonicalEmail(email) },
      values: { token: randomBytes(32).toString('base64url') },
    });
  return jsonAnswer(202, { link_seconds: RECOVERY_LINK_MS / 1000 });
};

type Asked = { readonly recovery: Recovery; readonly person: Credentials; readonly email: string };

async function findAsked(deps: ApiDeps, tokenHash: Buffer): Promise<Asked | Refusal> {
  const { pool, sealer } = deps;
  const recovery = await findAskedRecovery(pool, tokenHash, new Date(deps.now()));
  const person = recovery && (await findCredentials(pool, recovery.userId));
  if (!recovery || !person?.emailSealed) return { problem: 'recovery_link_invalid' };
  if (await findRecoveryOf(pool, person.id)) return { problem: 'recovery_under_way' };
  return { recovery, person, email: sealer.open(person.emailSealed, person.id).toString() };
}

export const lookAtRecovery: PublicHandler = async (deps, call) => {
  const { token } = call.body as { token: string };
  const asked = await findAsked(deps, recoveryTokenHash(token));
  if ('problem' in asked) return asked;
  return jsonAnswer(200, { email: asked.email, role: asked.person.role });
};

export const prepareRecovery: PublicHandler = async (deps, call) => {
  const { token, password } = call.body as { token: string; password: string };
  const tokenHash = recoveryTokenHash(token);
  const asked = await findAsked(deps, tokenHash);
  if ('problem' in asked) return asked;
  const refusal = passwordRefusal(password, asked.email);
  if (refusal) return { problem: refusal };
  const totpSecret = newTotpSecret();
  const proposal: Proposal = {
    recoveryId: asked.recovery.id,
    tokenHash: tokenHash.toString('base64'),
    passwordHash: await hashPassword(password),
    totpSecret,
  };
  return jsonAnswer(200, {
    ...(await openChallenge(deps, 'recovery', proposal)),
    totp_secret: totpSecret,
    otpauth_url: otpauthUrl(totpSecret, asked.email),
  });
};

type Proposed = { readonly byOps: boolean };

/** Uses the link up. The account goes on as it is; everybody concerned is told in the same transaction. */
async function propose(
  deps: ApiDeps,
  call: Call,
  { recovery, person }: Asked,
  proposal: Proposal,
  given: { readonly step: number; readonly codeHashes: readonly Buffer[] },
): Promise<Proposed | Refusal> {
  const { pool, sealer } = deps;
  const nowMs = deps.now();
  return inTransaction(pool, async (sql) => {
    // Locks the team before the recovery, as everybody does.
    const watchers = await watchersOf(sql, recovery);
    const proved = await proveRecovery(sql, recovery.id, {
      passwordHash: proposal.passwordHash,
      totpSealed: sealer.seal(Buffer.from(proposal.totpSecret), person.id),
      totpStep: given.step,
      codeHashes: given.codeHashes,
      at: new Date(nowMs),
      expiresAt: new Date(nowMs + RECOVERY_APPROVAL_MS),
    });
    if (!proved) return { problem: 'recovery_link_invalid' };
    await tellPerson(sql, sealer, 'recovery_proved', recovery, person);
    await tellWatchers(sql, sealer, 'recovery_to_approve', recovery, person.name);
    const after = { userId: person.id, role: person.role };
    const audit = { action: 'recovery.prove', subjectId: recovery.id, after };
    await insertAudit(sql, auditBy(person, call, audit));
    return { byOps: watchers.every(({ role }) => role.startsWith('ops_')) };
  });
}

export const confirmRecovery: PublicHandler = async (deps, call) => {
  const { challenge, code } = call.body as { challenge: string; code: string };
  const proposal = await readChallenge<Proposal>(deps, 'recovery', challenge);
  if (!proposal) return { problem: 'challenge_invalid' };
  const step = stepOf(proposal.totpSecret, code, deps.now());
  if (step === undefined) return { problem: 'code_wrong' };
  if (!(await closeChallenge(deps, 'recovery', challenge))) return { problem: 'challenge_invalid' };
  const asked = await findAsked(deps, Buffer.from(proposal.tokenHash, 'base64'));
  if ('problem' in asked) return asked;
  const codes = newRecoveryCodes();
  const given = { step, codeHashes: codes.hashes };
  const proposed = await propose(deps, call, asked, proposal, given).catch((thrown: unknown) => {
    // Two links of one person at once: the database lets one through.
    if (isUniqueViolation(thrown, 'recoveries_under_way'))
      return { problem: 'recovery_under_way' } as const;
    throw thrown;
  });
  if ('problem' in proposed) return proposed;
  return jsonAnswer(200, {
    recovery_codes: codes.plain,
    check_code: checkCode(deps.sealer, asked.recovery.id),
    approved_by: proposed.byOps ? 'ops' : 'owner',
  });
};

/** From the mailbox: whoever reads it says that it was not them. Also once more, and of one that is over: then it says so. */
export const stopRecoveryByMail: PublicHandler = async (deps, call) => {
  const { token } = call.body as { token: string };
  const { pool, sealer } = deps;
  const id = recoveryOfStopToken(sealer, token);
  const found = id === undefined ? undefined : await findRecovery(pool, id);
  const person = found && (await findCredentials(pool, found.userId));
  if (!found || !person) return { problem: 'recovery_link_invalid' };
  return inTransaction(pool, async (sql) => {
    const recovery = (await lockRecovery(sql, found.id))!;
    if (recovery.state === 'stopped') return jsonAnswer(200, { state: 'stopped' });
    if (!mayMove(recovery, 'stop')) return { problem: 'recovery_state' } as const;
    const at = new Date(deps.now());
    await stopRecovery(sql, sealer, recovery, { by: person.id, reason: 'by_mail', at });
    const audit = { action: 'recovery.stop', subjectId: recovery.id, after: { reason: 'by_mail' } };
    await insertAudit(sql, auditBy(person, call, audit));
    return jsonAnswer(200, { state: 'stopped' });
  });
};
