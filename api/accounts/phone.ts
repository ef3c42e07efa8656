import { randomBytes } from 'node:crypto';

import { idFromBytes } from '../../domain/ids';
import { mobilePhone } from '../../domain/identity/phone';
import { inTransaction } from '../../store/postgres/pool';
import {
  findByPhone,
  insertPhoneUser,
  insertUnnamedInfluencer,
  type Credentials,
  type Locale,
} from '../../store/postgres/users';
import type { ApiDeps, Call, PublicHandler } from '../handler';
import {
  CODE_AREA,
  CODE_DAY,
  CODE_HOUR,
  CODE_RESEND,
  CODE_STRANGERS,
  CODE_STRANGERS_DAY,
  CODE_TRIES,
  giveAllBack,
  takeAll,
  type Wanted,
} from './attempts';
import { checkCode, sendCode } from './codes';
import { failuresOf, placeOf, type Place } from './origin';
import { auditBy, auditSignIn, signedIn } from './signedIn';
import { smsShareOf } from './smsBudget';
import { insertAudit } from '../../store/postgres/audit';

export const phoneIndexOf = ({ sealer }: Pick<ApiDeps, 'sealer'>, phone: string): Buffer =>
  sealer.blindIndex(phone, 'users.phone');

const codeSubject = (index: string, deviceId: string): string => `${index}:${deviceId}`;
const codeNear = (index: string, { from }: Call): string => `${index}:${from.bucket}`;

/** A code that was proved was asked for by its owner: another may be sent at once, and strangers did not ask. */
async function forgiveAsking(
  deps: ApiDeps,
  call: Call,
  index: string,
  strangersArea: string | null,
): Promise<void> {
  const { subject } = await placeOf(deps, call, index);
  await Promise.all([
    deps.limits.forgive(CODE_RESEND, subject),
    deps.limits.forgive(CODE_HOUR, subject),
  ]);
  if (strangersArea !== null) await giveAllBack(deps, ofStrangers(index, strangersArea));
}

const ofStrangers = (index: string, area: string): Wanted[] => [
  [CODE_AREA, `${index}:${area}`],
  [CODE_STRANGERS, index],
  [CODE_STRANGERS_DAY, index],
];

/** How often a code of this phone may be asked for from here, and what a stranger's message counts against. */
const codeWanted = (index: string, { from }: Call, place: Place): Wanted[] => {
  const own: Wanted[] = [
    [CODE_RESEND, place.subject],
    [CODE_HOUR, place.subject],
    [CODE_DAY, place.subject],
  ];
  return place.familiar ? own : [...own, ...ofStrangers(index, from.area)];
};

export const startPhoneSignIn: PublicHandler = async (deps, call) => {
  const { phone: written, locale } = call.body as { phone: string; locale: Locale };
  const phone = mobilePhone(written);
  if (phone === undefined) return { problem: 'phone_invalid' };
  const index = phoneIndexOf(deps, phone).toString('base64url');
  const device = call.device ?? deps.devices.fresh();
  const place = await placeOf(deps, call, index);
  const sent = await sendCode(deps, {
    purpose: 'sign_in',
    subject: codeSubject(index, device.id),
    near: codeNear(index, call),
    phone,
    locale,
    requestId: call.requestId,
    wanted: codeWanted(index, call, place),
    // By device only: what an address is spared would tell who was there whether a number has an account.
    share: place.byDevice ? undefined : smsShareOf(deps, call, phone),
    ...(!place.familiar && { strangersArea: call.from.area }),
  });
  if ('problem' in sent || call.device) return sent;
  return { ...sent, headers: [...(sent.headers ?? []), 'Set-Cookie', deps.devices.set(device)] };
};

export const verifyPhone: PublicHandler = async (deps, call) => {
  const { phone: written, code } = call.body as { phone: string; code: string };
  const phone = mobilePhone(written);
  if (phone === undefined) return { problem: 'phone_invalid' };
  const index = phoneIndexOf(deps, phone);
  const account = index.toString('base64url');
  const failures = await failuresOf(deps, call, account);
  const tooMany = await takeAll(deps, failures);
  if (tooMany) return tooMany;
  const { device } = call;
  const checked = await checkCode(
    deps,
    {
      purpose: 'sign_in',
      subject: device && codeSubject(account, device.id),
      near: codeNear(account, call),
      holderTries: [],
      otherTries: [[CODE_TRIES, codeNear(account, call)]],
    },
    code,
  );
  if ('problem' in checked) return checked;
  await giveAllBack(deps, failures);
  await forgiveAsking(deps, call, account, checked.strangersArea);
  const user = await findOrCreate(deps, call, phone, index, checked.locale);
  return user.disabled ? { problem: 'account_disabled' } : signedIn(deps, call, user, account);
};

/** Whoever proves a new number is a new influencer, still without a name. */
function findOrCreate(
  { pool, sealer }: ApiDeps,
  call: Call,
  phone: string,
  index: Buffer,
  locale: Locale,
): Promise<Credentials> {
  return inTransaction(pool, async (sql) => {
    const id = idFromBytes('user', randomBytes(16));
    const influencerId = idFromBytes('influencer', randomBytes(16));
    let user = await findByPhone(sql, index);
    if (!user) {
      const phoneSealed = sealer.seal(Buffer.from(phone), id);
      const fresh = { id, influencerId, name: '', locale, phoneSealed, phoneIndex: index };
      const isNew = await insertPhoneUser(sql, fresh);
      // Two codes of one new number, proved at once: the second finds the first one's account.
      user = (await findByPhone(sql, index))!;
      if (isNew) {
        await insertUnnamedInfluencer(sql, influencerId, randomBytes(6).toString('hex'));
        await insertAudit(
          sql,
          auditBy(user, call, { action: 'account.create', subjectId: influencerId }),
        );
      }
    }
    if (!user.disabled) await auditSignIn(sql, user, call, 'sms');
    return user;
  });
}
