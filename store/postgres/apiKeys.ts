import { hash } from 'node:crypto';

import type { Grant, Role, Scope } from '../../domain/access';
import type { Sql } from './pool';

export type ApiKey = {
  readonly id: string;
  readonly scope: Scope;
  readonly role: Role;
  readonly grants: readonly Grant[];
  readonly subjectId: string;
};

/** What is stored of a key. It has 256 random bits, so a slow hash would add nothing. */
export const keyHash = (plain: string): Buffer => hash('sha256', plain, 'buffer');

/** The live key with this SHA-256. */
export async function findApiKey(sql: Sql, hash: Buffer): Promise<ApiKey | undefined> {
  const { rows } = await sql.query<ApiKey>(
    `select id, scope, role, grants, subject_id as "subjectId"
       from api_keys where key_hash = $1 and revoked_at is null`,
    [hash],
  );
  return rows[0];
}

/** A key's last use, to the minute: a busy key must not write a row at every call. */
export async function markKeyUsed(sql: Sql, id: string): Promise<void> {
  await sql.query(
    `update api_keys set last_used_at = now()
      where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
    [id],
  );
}
