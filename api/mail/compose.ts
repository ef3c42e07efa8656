import type { MailMessage } from '../../adapters/ports';
import type { Text } from '../../domain/conversions/reasons';
import { almatyTime } from '../../domain/time';
import { findOpenInvitationById, hasOpenInvitation } from '../../store/postgres/invitations';
import type { WaitingMail } from '../../store/postgres/mails';
import type { Sql } from '../../store/postgres/pool';
import { findRecoveryOf, putAskedRecovery } from '../../store/postgres/recoveries';
import type { Sealer } from '../../store/postgres/sealing';
import { findByEmail, findCredentials, type Locale } from '../../store/postgres/users';
import { invitationTokenHash } from '../accounts/inviting';
import { recoveryTokenHash, RECOVERY_LINK_MS } from '../accounts/recoveryLinks';
import { readMail, type MailContent } from './mails';
import { INVITATION_TEXTS, NOTICE_TEXTS, OPENS_AT, type MailText } from './texts';

export type ComposeDeps = {
  readonly sealer: Sealer;
  readonly publicOrigin: string;
  readonly now: () => number;
};

type Letter = Pick<MailMessage, 'to' | 'subject' | 'text'>;

const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);

const at = (iso: string): string => almatyTime(new Date(iso));

function write(
  { publicOrigin }: ComposeDeps,
  locale: Locale,
  { subject, body }: MailText,
  to: string,
  values: Readonly<Record<string, string>>,
): Letter {
  const desk = `${publicOrigin}/desk`;
  const all = { ...values, signIn: `${desk}/sign-in`, recovery: `${desk}/recovery` };
  // A name is somebody's choice and a subject is one line.
  const line = (text: Text): string => fill(text[locale], all).replace(/\s+/g, ' ').slice(0, 200);
  return { to, subject: line(subject), text: fill(body[locale], all) };
}

/**
 * Who has an account is looked up here, behind the answer to whoever invited: neither its words nor its time can tell,
 * and only the mailbox's reader learns.
 */
async function invitation(
  deps: ComposeDeps,
  sql: Sql,
  mail: WaitingMail,
  { to, values }: MailContent,
): Promise<Letter | undefined> {
  if (!('email' in to)) return undefined;
  const { token = '', organisation = '' } = values;
  const now = new Date(deps.now());
  const open = await findOpenInvitationById(sql, mail.subjectId, now);
  if (!open || !open.tokenHash.equals(invitationTokenHash(token))) return undefined;
  const account = await findByEmail(sql, open.emailIndex);
  const link = `${deps.publicOrigin}/desk/invitation#token=${token}`;
  const until = almatyTime(open.expiresAt);
  const opens = open.opensAt
    ? fill(OPENS_AT[mail.locale], { opensAt: almatyTime(open.opensAt) })
    : '';
  const locale = account?.locale ?? mail.locale;
  const given = { organisation, link, until, opens };
  if (!account) return write(deps, locale, INVITATION_TEXTS.invited, to.email, given);
  const text =
    account.tenantId !== open.tenantId
      ? INVITATION_TEXTS.elsewhere
      : account.disabled
        ? INVITATION_TEXTS.shutOut
        : INVITATION_TEXTS.member;
  return write(deps, locale, text, to.email, given);
}

/** Nobody's address gets nothing. The link's hour begins when it leaves, however long the provider was away. */
async function recovery(
  deps: ComposeDeps,
  sql: Sql,
  mail: WaitingMail,
  { to, values }: MailContent,
): Promise<Letter | undefined> {
  if (!('email' in to)) return undefined;
  const { token = '' } = values;
  const nowMs = deps.now();
  const index = deps.sealer.blindIndex(to.email, 'users.email');
  const account = await findByEmail(sql, index);
  if (!account) return undefined;
  const { id: userId, tenantId, role, locale } = account;
  if (await findRecoveryOf(sql, userId)) return undefined;
  const isOffered = (): Promise<boolean> =>
    hasOpenInvitation(sql, tenantId, index, new Date(nowMs));
  if (account.disabled && !(await isOffered())) return undefined;
  await putAskedRecovery(sql, {
    id: mail.subjectId,
    userId,
    tenantId,
    role,
    tokenHash: recoveryTokenHash(token),
    askedAt: new Date(nowMs),
    expiresAt: new Date(nowMs + RECOVERY_LINK_MS),
  });
  const link = `${deps.publicOrigin}/desk/recovery#token=${token}`;
  return write(deps, locale, NOTICE_TEXTS.recovery, to.email, { link });
}

async function notice(
  deps: ComposeDeps,
  sql: Sql,
  mail: WaitingMail & { readonly kind: keyof typeof NOTICE_TEXTS },
  { to, values }: MailContent,
): Promise<Letter | undefined> {
  if (!('userId' in to)) return undefined;
  const user = await findCredentials(sql, to.userId);
  if (!user?.emailSealed) return undefined;
  const address = deps.sealer.open(user.emailSealed, user.id).toString();
  const { opensAt, effectiveAt } = values;
  const given = {
    ...values,
    ...(opensAt ? { opensAt: at(opensAt) } : {}),
    ...(effectiveAt ? { effectiveAt: at(effectiveAt) } : {}),
    team: `${deps.publicOrigin}/desk/brand/team`,
    desk: `${deps.publicOrigin}/desk${user.tenantId === 'ops' ? '/ops/recoveries' : '/brand/team'}`,
    stop: `${deps.publicOrigin}/desk/recovery#stop=${values['stop'] ?? ''}`,
  };
  return write(deps, mail.locale, NOTICE_TEXTS[mail.kind], address, given);
}

/** The letter as it is to leave now; undefined when nothing is to be sent (any more). */
export function compose(
  deps: ComposeDeps,
  sql: Sql,
  mail: WaitingMail,
): Promise<Letter | undefined> {
  const content = readMail(deps.sealer, mail.id, mail.sealed);
  const { kind } = mail;
  if (kind === 'invitation') return invitation(deps, sql, mail, content);
  if (kind === 'recovery') return recovery(deps, sql, mail, content);
  return notice(deps, sql, { ...mail, kind }, content);
}
