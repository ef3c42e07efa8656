import { hash } from 'node:crypto';

import type { Pool } from 'pg';

import { constraintOf, SQLSTATE, sqlState } from '../../store/postgres/codes';
import { findStoredAnswer, insertStoredAnswer } from '../../store/postgres/idempotency';
import type { Sql } from '../../store/postgres/pool';
import { jsonTextAnswer, type Answer } from '../answer';
import type { Refusal } from '../reply';

/** What a handler must call with its answer, in the transaction of the effect. */
export type Claim = {
  /** As the caller sent it: what else must happen once may be named after it. */
  readonly key: string;
  store(sql: Sql, answer: Answer): Promise<void>;
};

export type IdempotentRequest = {
  readonly actorId: string;
  readonly key: string;
  readonly operationId: string;
  readonly requestHash: Buffer;
};

const KEY = /^[\x21-\x7e]{1,255}$/;
export const isIdempotencyKey = (text: string): boolean => KEY.test(text);

/** Objects by sorted key, so that a client which builds its body again sends "the same" request. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
}

export const hashRequest = (
  operationId: string,
  params: Readonly<Record<string, string>>,
  body: unknown,
): Buffer => hash('sha256', canonical({ operationId, params, body: body ?? null }), 'buffer');

/** The stored answer again, a refusal of the same key for something else, or nothing: then it is new. */
async function replay(
  pool: Pool,
  request: IdempotentRequest,
): Promise<Answer | Refusal | undefined> {
  const stored = await findStoredAnswer(pool, request.actorId, request.key);
  if (!stored) return undefined;
  if (stored.operationId !== request.operationId || !stored.requestHash.equals(request.requestHash))
    return { problem: 'idempotency_key_reused' };
  return {
    ...jsonTextAnswer(stored.status, stored.answer),
    headers: ['Idempotency-Replayed', 'true'],
  };
}

/**
 * Runs `act` at most once per (actor, key). Only effects are stored: a refusal changed nothing, and the same
 * request may succeed later. Of two twins at once the second waits in insertStoredAnswer for the first's
 * commit, loses all it did, and reads the first one's answer here.
 */
export async function onceOnly<T>(
  pool: Pool,
  request: IdempotentRequest,
  act: (claim: Claim) => Promise<T>,
): Promise<T | Answer | Refusal> {
  const earlier = await replay(pool, request);
  if (earlier) return earlier;
  const { actorId, key, operationId, requestHash } = request;
  let stored = false;
  try {
    const reply = await act({
      key,
      store: async (sql, answer) => {
        const { status, body } = answer;
        await insertStoredAnswer(sql, actorId, key, {
          operationId,
          requestHash,
          status,
          answer: typeof body === 'string' ? body : '',
        });
        stored = true;
      },
    });
    const isEffect = typeof reply === 'object' && reply !== null && 'status' in reply;
    if (isEffect && !stored) throw new Error(`${operationId} answered without storing its answer`);
    // A twin may have been refused because the first one's effect was there already: that is no refusal.
    return isEffect ? reply : ((await replay(pool, request)) ?? reply);
  } catch (thrown) {
    const isTwin =
      sqlState(thrown) === SQLSTATE.uniqueViolation &&
      constraintOf(thrown) === 'idempotency_keys_pkey';
    const twin = isTwin ? await replay(pool, request) : undefined;
    if (twin) return twin;
    throw thrown;
  }
}
