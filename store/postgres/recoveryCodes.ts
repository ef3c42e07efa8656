import type { Sql } from './pool';

/** New codes; all earlier ones are gone. */
export async function replaceRecoveryCodes(
  sql: Sql,
  userId: string,
  hashes: readonly Buffer[],
): Promise<void> {
  await sql.query('delete from recovery_codes where user_id = $1', [userId]);
  await sql.query(
    'insert into recovery_codes (user_id, code_hash) select $1, unnest($2::bytea[])',
    [userId, hashes],
  );
}

/** True for exactly one of many requests with the same code. */
export async function spendRecoveryCode(sql: Sql, userId: string, hash: Buffer): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update recovery_codes set used_at = now()
      where user_id = $1 and code_hash = $2 and used_at is null`,
    [userId, hash],
  );
  return rowCount === 1;
}
