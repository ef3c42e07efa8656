import { passwordRefusal } from '../../domain/identity/password';
import { insertAudit } from '../../store/postgres/audit';
import { inTransaction } from '../../store/postgres/pool';
import { replaceRecoveryCodes } from '../../store/postgres/recoveryCodes';
import { findCredentials, lockCredentials, setPassword } from '../../store/postgres/users';
import { revokeSessions } from '../../store/redis/sessions';
import { auditOf } from '../access/audit';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import { PASSWORD_CHANGE, takeAll } from './attempts';
import { viaSession } from './factor';
import { hashPassword, passwordMatches } from '../../store/postgres/passwords';
import { endRecoveriesOf } from './recovering';
import { newRecoveryCodes } from './recoveryCodes';

/** All other sessions end with the password they were opened with (ASVS 7.4.3). */
export const changePassword: Handler = async (deps, call, viewer) => {
  const { pool, sealer, limits } = deps;
  const given = call.body as { current_password: string; new_password: string };
  const { id: sessionId } = viaSession(viewer).session;
  const tooMany = await takeAll(deps, [[PASSWORD_CHANGE, sessionId]]);
  if (tooMany) return tooMany;
  const user = await findCredentials(pool, viewer.actorId);
  const matches = await passwordMatches(user?.passwordHash, given.current_password);
  if (!matches || !user?.emailSealed) return { problem: 'password_wrong' };
  await limits.forgive(PASSWORD_CHANGE, sessionId);
  const email = sealer.open(user.emailSealed, user.id).toString();
  const refusal = passwordRefusal(given.new_password, email);
  if (refusal) return { problem: refusal };
  const passwordHash = await hashPassword(given.new_password);
  const epoch = await inTransaction(pool, async (sql) => {
    // A recovery may have come into effect since the old password was compared: it is worth nothing then.
    if ((await lockCredentials(sql, user.id))?.epoch !== user.epoch) return undefined;
    const end = { by: user.id, at: new Date(deps.now()) };
    await endRecoveriesOf(sql, user.id, end, (what) => auditOf(viewer, call, what));
    const audit = { action: 'account.change_password', subjectId: user.id };
    await insertAudit(sql, auditOf(viewer, call, audit));
    return setPassword(sql, user.id, passwordHash);
  });
  if (epoch === undefined) return { problem: 'unauthenticated' };
  const opened = await deps.sessions.renew(viewer, { epoch });
  const ended = await revokeSessions(deps.redis, user.id, sessionId);
  if (!opened) return { problem: 'unauthenticated' };
  return {
    ...jsonAnswer(200, { ended }),
    headers: ['Set-Cookie', deps.cookies.set(opened.token, opened.maxAgeMs)],
  };
};

export const renewRecoveryCodes: Handler = async ({ pool }, call, viewer) => {
  const codes = newRecoveryCodes();
  const isTheirs = await inTransaction(pool, async (sql) => {
    const user = await lockCredentials(sql, viewer.actorId);
    if (user?.epoch !== viaSession(viewer).session.epoch) return false;
    await replaceRecoveryCodes(sql, viewer.actorId, codes.hashes);
    const audit = { action: 'account.renew_recovery_codes', subjectId: viewer.actorId };
    await insertAudit(sql, auditOf(viewer, call, audit));
    return true;
  });
  if (!isTheirs) return { problem: 'unauthenticated' };
  return jsonAnswer(200, { recovery_codes: codes.plain });
};
