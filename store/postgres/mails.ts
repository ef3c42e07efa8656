import type { Sql } from './pool';
import type { Locale } from './users';

export const MAIL_KINDS = [
  'invitation',
  'owner_invited',
  'recovery',
  'recovery_proved',
  'recovery_to_approve',
  'recovery_approved',
  'recovery_to_watch',
  'recovery_done',
  'recovery_stopped',
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

export type NewMail = {
  readonly id: string;
  readonly kind: MailKind;
  readonly subjectId: string;
  readonly locale: Locale;
  readonly sealed: Buffer;
  /** After so long it is worth nothing any more. */
  readonly keepSeconds: number;
};

/** Belongs in the transaction of what it tells about. */
export async function insertMail(sql: Sql, mail: NewMail): Promise<void> {
  await sql.query(
    `insert into mails (id, kind, subject_id, locale, sealed, expires_at)
     values ($1, $2, $3, $4, $5, now() + $6::int * interval '1 second')`,
    [mail.id, mail.kind, mail.subjectId, mail.locale, mail.sealed, mail.keepSeconds],
  );
}

export type WaitingMail = Pick<NewMail, 'id' | 'kind' | 'subjectId' | 'locale' | 'sealed'> & {
  /** This one included. */
  readonly attempts: number;
};

/** Longer than the provider is given: no second process takes what is being sent. */
const LEASE_SECONDS = 60;

/** Those that are due, for this process alone; each try that does not end the mail makes the next one later. */
export async function claimMails(sql: Sql, limit: number): Promise<WaitingMail[]> {
  const { rows } = await sql.query<WaitingMail>(
    `update mails set attempts = attempts + 1, due_at = now() + $2::int * interval '1 second'
      where id in (select id from mails where state = 'waiting' and due_at <= now()
                    order by due_at limit $1 for update skip locked)
      returning id, kind, subject_id as "subjectId", locale, sealed, attempts`,
    [limit, LEASE_SECONDS],
  );
  return rows;
}

export type MailEnd = 'sent' | 'unneeded' | 'refused';

export async function endMail(
  sql: Sql,
  id: string,
  state: MailEnd,
  code: string | null,
): Promise<void> {
  await sql.query(
    `update mails set state = $2, sealed = null, last_error = $3, ended_at = now()
      where id = $1 and state = 'waiting'`,
    [id, state, code],
  );
}

export async function putOffMail(
  sql: Sql,
  id: string,
  afterMs: number,
  code: string,
): Promise<void> {
  await sql.query(
    `update mails set due_at = now() + $2::bigint * interval '1 millisecond', last_error = $3
      where id = $1 and state = 'waiting'`,
    [id, Math.round(afterMs), code],
  );
}

/** Mails that waited until they were worth nothing; their ids. */
export async function expireMails(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `update mails set state = 'expired', sealed = null, ended_at = now()
      where state = 'waiting' and expires_at <= now() returning id`,
  );
  return rows.map(({ id }) => id);
}
