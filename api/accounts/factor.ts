import { insertAudit } from '../../store/postgres/audit';
import { findCredentials } from '../../store/postgres/users';
import { auditOf } from '../access/audit';
import type { Viewer } from '../access/viewer';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Handler } from '../handler';
import type { Refusal } from '../reply';
import { checkCode, sendCode } from './codes';
import { phoneIndexOf } from './phone';
import { freshUntil } from './signedIn';
import { forgiveFactorTries, proveTotp, takeFactorTry } from './totp';

type SessionVia = Extract<Viewer['via'], { kind: 'session' }>;

/** Operations of `person` are reached by sessions only; the gate has seen to that. */
export function viaSession(viewer: Viewer): SessionVia {
  if (viewer.via.kind !== 'session') throw new Error('a key passed as a person');
  return viewer.via;
}

async function phoneOf({ pool, sealer }: ApiDeps, userId: string): Promise<string> {
  const user = await findCredentials(pool, userId);
  if (!user?.phoneSealed) throw new Error('an influencer without a phone');
  return sealer.open(user.phoneSealed, userId).toString();
}

/** To the phone of the account, never to a number of the request. The code is good for this session only. */
export const startFactor: Handler = async (deps, { requestId }, viewer) => {
  const { session, locale } = viaSession(viewer);
  const phone = await phoneOf(deps, viewer.actorId);
  const phoneIndex = phoneIndexOf(deps, phone).toString('base64url');
  const code = { purpose: 'factor', subject: session.id, phone, phoneIndex, locale } as const;
  return sendCode(deps, { ...code, requestId });
};

async function factorRefusal(
  deps: ApiDeps,
  viewer: Viewer,
  code: string,
): Promise<Refusal | undefined> {
  if (viewer.scope === 'influencer') {
    const phoneIndex = phoneIndexOf(deps, await phoneOf(deps, viewer.actorId)).toString(
      'base64url',
    );
    const { session } = viaSession(viewer);
    const asked = { purpose: 'factor', subject: session.id, phoneIndex } as const;
    const checked = await checkCode(deps, asked, code);
    if ('problem' in checked) return checked;
    return undefined;
  }
  const tooMany = await takeFactorTry(deps, viewer.actorId);
  if (tooMany) return tooMany;
  const user = await findCredentials(deps.pool, viewer.actorId);
  if (!user || !(await proveTotp(deps, user, code))) return { problem: 'code_wrong' };
  await forgiveFactorTries(deps, viewer.actorId);
  return undefined;
}

export const proveFactor: Handler = async (deps, call, viewer) => {
  const { code } = call.body as { code: string };
  const refusal = await factorRefusal(deps, viewer, code);
  const outcome = refusal ? 'factor.refuse' : 'factor.prove';
  const audit = { action: outcome, subjectId: viaSession(viewer).session.id };
  await insertAudit(deps.pool, auditOf(viewer, call, audit));
  if (refusal) return refusal;
  const opened = await deps.sessions.renew(viewer, { proved: true });
  if (!opened) return { problem: 'unauthenticated' };
  const nowMs = deps.now();
  return {
    ...jsonAnswer(200, { fresh_until: freshUntil(nowMs, nowMs) }),
    headers: ['Set-Cookie', deps.cookies.set(opened.token, opened.maxAgeMs)],
  };
};
