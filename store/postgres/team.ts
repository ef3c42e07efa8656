import type { Role } from '../../domain/access';
import type { Sql } from './pool';
import type { Locale } from './users';

export type Member = {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly locale: Locale;
  readonly emailSealed: Buffer;
  readonly disabled: boolean;
  readonly createdAt: Date;
  /** Microseconds since 1970, for the cursor. */
  readonly position: string;
};

const MEMBER = `id, name, role, locale, email_sealed as "emailSealed", disabled_at is not null as disabled,
  created_at as "createdAt", (extract(epoch from created_at) * 1000000)::bigint::text as position`;

/** People of one tenant who sign in by e-mail, newest first. */
export async function listMembers(
  sql: Sql,
  tenantId: string,
  limit: number,
  after: readonly string[] | undefined,
): Promise<Member[]> {
  const { rows } = await sql.query<Member>(
    `select ${MEMBER} from users
      where tenant_id = $1 and email_sealed is not null
        and ($3::bigint is null
          or (created_at, id) < ('epoch'::timestamptz + $3::bigint * interval '1 microsecond', $4::text))
      order by created_at desc, id desc limit $2`,
    [tenantId, limit + 1, after?.[0] ?? null, after?.[1] ?? null],
  );
  return rows;
}

/**
 * All people of a tenant, locked until the end of the transaction, in one order: two owners who demote each
 * other at once come one after the other, and the second is seen to be none any more.
 */
export async function lockMembers(sql: Sql, tenantId: string): Promise<Member[]> {
  const { rows } = await sql.query<Member>(
    `select ${MEMBER} from users where tenant_id = $1 and email_sealed is not null order by id for update`,
    [tenantId],
  );
  return rows;
}

export async function setRole(sql: Sql, id: string, role: Role): Promise<void> {
  await sql.query('update users set role = $2 where id = $1', [id, role]);
}

/** Nothing of theirs goes on: no session, no half-done sign-in. */
export async function disableUser(sql: Sql, id: string): Promise<void> {
  await sql.query(
    `update users set disabled_at = coalesce(disabled_at, now()), credential_epoch = credential_epoch + 1
      where id = $1`,
    [id],
  );
}
