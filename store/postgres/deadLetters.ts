import type { Sql } from './pool';
import type { Page } from './page';

/** A message that Temporal refused so often that it was put aside for a person. Its payload is not shown: ids lead on. */
export type DeadLetterRow = {
  readonly id: bigint;
  readonly topic: string;
  readonly subject_id: string;
  readonly attempts: number;
  readonly last_error: string;
  readonly created_at: Date;
  readonly dead_at: Date;
};

/** Newest message first; limit + 1 rows. */
export async function listDeadLetters(sql: Sql, page: Page): Promise<DeadLetterRow[]> {
  const { rows } = await sql.query<DeadLetterRow>({
    name: 'dead_letters',
    text: `select id, topic, subject_id, attempts, last_error, created_at, dead_at
             from outbox_dead_letters
            where $1::bigint is null or id < $1
            order by id desc limit $2`,
    values: [page.after?.[0] ?? null, page.limit + 1],
  });
  return rows;
}

export type Resent = { readonly topic: string; readonly subjectId: string; readonly code: string };

/** Back into the outbox under its own number, as if new. Undefined when it is no dead letter (any more). */
export async function resendDeadLetter(sql: Sql, id: bigint): Promise<Resent | undefined> {
  const { rows } = await sql.query<Resent>({
    name: 'dead_letter_resend',
    text: `with taken as (
             delete from outbox_dead_letters where id = $1
             returning id, topic, subject_id, payload, last_error, created_at
           ), put as (
             insert into outbox (id, topic, subject_id, payload, created_at)
             select id, topic, subject_id, payload, created_at from taken
           )
           select topic, subject_id as "subjectId", last_error as code from taken`,
    values: [id],
  });
  return rows[0];
}
