import type { Sql } from './pool';

export type StoredAnswer = {
  readonly operationId: string;
  readonly requestHash: Buffer;
  readonly status: number;
  readonly answer: string;
};

export async function findStoredAnswer(
  sql: Sql,
  actorId: string,
  key: string,
): Promise<StoredAnswer | undefined> {
  const { rows } = await sql.query<StoredAnswer>(
    `select operation_id as "operationId", request_hash as "requestHash", status, answer
       from idempotency_keys where actor_id = $1 and key = $2`,
    [actorId, key],
  );
  return rows[0];
}

/**
 * Stores the answer in the transaction of its effect. A twin request that got here first makes this wait for
 * its commit and then fail on the primary key (idempotency_keys_pkey): the second effect is rolled back whole.
 */
export async function insertStoredAnswer(
  sql: Sql,
  actorId: string,
  key: string,
  stored: StoredAnswer,
): Promise<void> {
  await sql.query(
    `insert into idempotency_keys (actor_id, key, operation_id, request_hash, status, answer)
     values ($1, $2, $3, $4, $5, $6)`,
    [actorId, key, stored.operationId, stored.requestHash, stored.status, stored.answer],
  );
}

/** Forgets answers older than this many days; longer than any client goes on asking. */
export async function deleteOldAnswers(sql: Sql, days: number): Promise<number> {
  const { rowCount } = await sql.query(
    `delete from idempotency_keys where created_at < now() - make_interval(days => $1)`,
    [days],
  );
  return rowCount ?? 0;
}
