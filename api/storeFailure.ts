import { isTransient, sqlState } from '../store/postgres/codes';

/** The driver reports a lost connection in words, without a SQLSTATE. */
const CONNECTION_WORDS =
  /connection terminated|timeout exceeded when trying to connect|connection error|not queryable|client was closed/i;

/** ioredis says the same in other words; sessions and sign-ins need Redis (a full or read-only one too). */
const REDIS_WORDS =
  /connection is closed|stream isn't writeable|command timed out|reached the max retries|^(LOADING|READONLY|OOM|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)\b/i;

/** True when Postgres or Redis could not be asked; false when it answered, or the fault is ours. */
export function storeIsUnavailable(thrown: unknown): boolean {
  if (isTransient(thrown)) return true;
  const inner: unknown = thrown instanceof AggregateError ? thrown.errors[0] : undefined;
  if (inner !== undefined) return storeIsUnavailable(inner);
  return (
    sqlState(thrown) === undefined &&
    thrown instanceof Error &&
    (CONNECTION_WORDS.test(thrown.message) || REDIS_WORDS.test(thrown.message))
  );
}
