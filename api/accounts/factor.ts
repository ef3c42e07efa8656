import { insertAudit } from '../../store/postgres/audit';
import { findCredentials } from '../../store/postgres/users';
import { auditOf } from '../access/audit';
import type { Viewer } from '../access/viewer';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Handler } from '../handler';
import type { Refusal } from '../reply';
import {
  giveAllBack,
  STEP_UP_DAY,
  STEP_UP_HOUR,
  STEP_UP_PERSON,
  STEP_UP_RESEND,
  STEP_UP_TOTP,
  STEP_UP_TRIES,
  takeAll,
  type Wanted,
} from './attempts';
import { checkCode, sendCode } from './codes';
import { freshUntil } from './signedIn';
import { proveTotp } from './totp';

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

/**
 * To the phone of the account, never to a number of the request. The code is good for this session only, and is
 * counted by it: nothing that is done elsewhere keeps somebody who is signed in from proving who they are.
 */
export const startFactor: Handler = async (deps, { requestId }, viewer) => {
  const { session, locale } = viaSession(viewer);
  return sendCode(deps, {
    purpose: 'factor',
    subject: session.id,
    phone: await phoneOf(deps, viewer.actorId),
    locale,
    requestId,
    wanted: [
      [STEP_UP_RESEND, session.id],
      [STEP_UP_HOUR, session.id],
      [STEP_UP_DAY, session.id],
      [STEP_UP_PERSON, viewer.actorId],
    ],
    share: undefined,
  });
};

async function factorRefusal(
  deps: ApiDeps,
  viewer: Viewer,
  code: string,
): Promise<Refusal | undefined> {
  const { id: subject } = viaSession(viewer).session;
  const ofDay: Wanted = [STEP_UP_TRIES, subject];
  if (viewer.scope === 'influencer') {
    const asked = { purpose: 'factor', subject, holderTries: [ofDay], otherTries: [] } as const;
    const checked = await checkCode(deps, asked, code);
    if ('problem' in checked) return checked;
    await deps.limits.forgive(STEP_UP_RESEND, subject);
    await deps.limits.forgive(STEP_UP_HOUR, subject);
    return undefined;
  }
  const tries: Wanted[] = [[STEP_UP_TOTP, subject], ofDay];
  const tooMany = await takeAll(deps, tries);
  if (tooMany) return tooMany;
  const user = await findCredentials(deps.pool, viewer.actorId);
  if (!user || !(await proveTotp(deps, user, code))) return { problem: 'code_wrong' };
  await deps.limits.forgive(STEP_UP_TOTP, subject);
  await giveAllBack(deps, [ofDay]);
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
