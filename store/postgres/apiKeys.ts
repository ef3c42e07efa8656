import { hash } from 'node:crypto';

import type { Sql } from './pool';

export type KeyScope = 'brand' | 'influencer' | 'ops';
export type ApiKey = { readonly id: string; readonly scope: KeyScope; readonly subjectId: string };

/** What is stored of a key. It has 256 random bits, so a slow hash would add nothing. */
export const keyHash = (plain: string): Buffer => hash('sha256', plain, 'buffer');

/** The live key with this SHA-256. */
export async function findApiKey(sql: Sql, hash: Buffer): Promise<ApiKey | undefined> {
  const { rows } = await sql.query<{ id: string; scope: KeyScope; subject_id: string }>(
    'select id, scope, subject_id from api_keys where key_hash = $1 and revoked_at is null',
    [hash],
  );
  const row = rows[0];
  return row && { id: row.id, scope: row.scope, subjectId: row.subject_id };
}
