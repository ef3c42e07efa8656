import type { Role } from '../../domain/access';
import type { Sql } from './pool';

export type Locale = 'ru' | 'kk' | 'en';

export type User = {
  readonly id: string;
  readonly role: Role;
  readonly tenantId: string;
  readonly name: string;
  readonly locale: Locale;
};

/** Read at every request with a session, so that a change of role or a lock acts at once. */
export async function findActiveUser(sql: Sql, id: string): Promise<User | undefined> {
  const { rows } = await sql.query<User>(
    `select id, role, tenant_id as "tenantId", name, locale from users where id = $1 and disabled_at is null`,
    [id],
  );
  return rows[0];
}
