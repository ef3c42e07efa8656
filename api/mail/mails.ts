import { randomBytes } from 'node:crypto';

import { idFromBytes } from '../../domain/ids';
import { insertMail, type MailKind } from '../../store/postgres/mails';
import type { Sql } from '../../store/postgres/pool';
import type { Sealer } from '../../store/postgres/sealing';
import type { Locale } from '../../store/postgres/users';

/** An address that was written to us, or a person: their address is looked up when the mail leaves. */
export type MailTo = { readonly email: string } | { readonly userId: string };

export type MailContent = {
  readonly to: MailTo;
  /** What the text needs: tokens, names, instants (ISO). */
  readonly values: Readonly<Record<string, string>>;
};

const DAY_SECONDS = 86_400;
/** A notice of last week is no news; a link is never older than what it opens. */
const KEEP_SECONDS: Readonly<Record<MailKind, number>> = {
  invitation: 7 * DAY_SECONDS,
  owner_invited: 7 * DAY_SECONDS,
  recovery: DAY_SECONDS,
  recovery_proved: 7 * DAY_SECONDS,
  recovery_to_approve: 7 * DAY_SECONDS,
  recovery_approved: 7 * DAY_SECONDS,
  recovery_to_watch: 7 * DAY_SECONDS,
  recovery_done: 7 * DAY_SECONDS,
  recovery_stopped: 7 * DAY_SECONDS,
};

export type Mail = MailContent & {
  readonly kind: MailKind;
  readonly subjectId: string;
  readonly locale: Locale;
};

/** Written in the transaction of what it tells about; mailRunner.ts sends it. */
export async function putMail(sql: Sql, sealer: Sealer, mail: Mail): Promise<void> {
  const { kind, subjectId, locale, to, values } = mail;
  const id = idFromBytes('mail', randomBytes(16));
  const content: MailContent = { to, values };
  const sealed = sealer.seal(Buffer.from(JSON.stringify(content)), id);
  await insertMail(sql, { id, kind, subjectId, locale, sealed, keepSeconds: KEEP_SECONDS[kind] });
}

export const readMail = (sealer: Sealer, id: string, sealed: Buffer): MailContent =>
  JSON.parse(sealer.open(sealed, id).toString()) as MailContent;
