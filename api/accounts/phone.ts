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
import { takeAll } from './attempts';
import { checkCode, sendCode } from './codes';
import { auditBy, auditSignIn, signedIn } from './signedIn';
import { insertAudit } from '../../store/postgres/audit';

export const phoneIndexOf = ({ sealer }: Pick<ApiDeps, 'sealer'>, phone: string): Buffer =>
  sealer.blindIndex(phone, 'users.phone');

export const startPhoneSignIn: PublicHandler = async (deps, call) => {
  const { phone: written, locale } = call.body as { phone: string; locale: Locale };
  const phone = mobilePhone(written);
  if (phone === undefined) return { problem: 'phone_invalid' };
  const refusal = await takeAll(deps, [[deps.signInLimit, call.from.bucket]]);
  if (refusal) return refusal;
  const phoneIndex = phoneIndexOf(deps, phone).toString('base64url');
  const { requestId } = call;
  return sendCode(deps, {
    purpose: 'sign_in',
    subject: phoneIndex,
    phone,
    phoneIndex,
    locale,
    requestId,
  });
};

export const verifyPhone: PublicHandler = async (deps, call) => {
  const { phone: written, code } = call.body as { phone: string; code: string };
  const phone = mobilePhone(written);
  if (phone === undefined) return { problem: 'phone_invalid' };
  const refusal = await takeAll(deps, [[deps.signInLimit, call.from.bucket]]);
  if (refusal) return refusal;
  const index = phoneIndexOf(deps, phone);
  const subject = index.toString('base64url');
  const asked = { purpose: 'sign_in', subject, phoneIndex: subject } as const;
  const checked = await checkCode(deps, asked, code);
  if ('problem' in checked) return checked;
  const user = await findOrCreate(deps, call, phone, index, checked.locale);
  return user.disabled ? { problem: 'account_disabled' } : signedIn(deps, call, user);
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
