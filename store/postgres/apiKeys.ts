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
       from api_keys
      where key_hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
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

export type ApiKeyView = Pick<ApiKey, 'id' | 'role' | 'grants'> & {
  readonly label: string;
  readonly hint: string;
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** Microseconds since 1970, for the cursor. */
  readonly position: string;
};

const VIEW = `id, role, grants, label, key_hint as hint, created_by as "createdBy", created_at as "createdAt",
  last_used_at as "lastUsedAt", expires_at as "expiresAt", revoked_at as "revokedAt", (extract(epoch from created_at) * 1000000)::bigint::text as position`;

/** Keys of one tenant, newest first, dead ones too: a key seen in a log of theirs can be looked up. */
export async function listApiKeys(
  sql: Sql,
  subjectId: string,
  limit: number,
  after: readonly string[] | undefined,
): Promise<ApiKeyView[]> {
  const { rows } = await sql.query<ApiKeyView>(
    `select ${VIEW} from api_keys
      where subject_id = $1
        and ($3::bigint is null
          or (created_at, id) < ('epoch'::timestamptz + $3::bigint * interval '1 microsecond', $4::text))
      order by created_at desc, id desc limit $2`,
    [subjectId, limit + 1, after?.[0] ?? null, after?.[1] ?? null],
  );
  return rows;
}

export async function findApiKeyView(
  sql: Sql,
  subjectId: string,
  id: string,
): Promise<ApiKeyView | undefined> {
  const { rows } = await sql.query<ApiKeyView>(
    `select ${VIEW} from api_keys where subject_id = $1 and id = $2`,
    [subjectId, id],
  );
  return rows[0];
}

/** Live keys of a tenant, under a lock on making more: two requests at once cannot both be the last allowed. */
export async function countLiveApiKeys(sql: Sql, subjectId: string): Promise<number> {
  await sql.query(`select pg_advisory_xact_lock(hashtextextended('api_keys:' || $1, 0))`, [
    subjectId,
  ]);
  const { rows } = await sql.query<{ count: number }>(
    `select count(*)::int as count from api_keys
      where subject_id = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
    [subjectId],
  );
  return rows[0]!.count;
}

/** Lets a live, unrotated key run out; undefined when the tenant has none such: of two rotations one wins. */
export async function expireApiKey(
  sql: Sql,
  subjectId: string,
  id: string,
  at: Date,
): Promise<ApiKeyView | undefined> {
  const { rows } = await sql.query<ApiKeyView>(
    `update api_keys set expires_at = $3
      where subject_id = $1 and id = $2 and revoked_at is null and expires_at is null
      returning ${VIEW}`,
    [subjectId, id, at],
  );
  return rows[0];
}

/** Undefined when the tenant has no such key that is not revoked. */
export async function revokeApiKey(
  sql: Sql,
  subjectId: string,
  id: string,
): Promise<ApiKeyView | undefined> {
  const { rows } = await sql.query<ApiKeyView>(
    `update api_keys set revoked_at = now()
      where subject_id = $1 and id = $2 and revoked_at is null returning ${VIEW}`,
    [subjectId, id],
  );
  return rows[0];
}
