import { isTransient, sqlState } from '../store/postgres/codes';

/** ioredis says the same in other words; sessions and sign-ins need Redis (a full or read-only one too). */
const REDIS_WORDS =
  /connection is closed|stream isn't writeable|command timed out|reached the max retries|^(LOADING|READONLY|OOM|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)\b/i;

/** True when Postgres or Redis could not be asked; false when it answered, or the fault is ours. */
export function storeIsUnavailable(thrown: unknown): boolean {
  if (isTransient(thrown)) return true;
  const inner: unknown = thrown instanceof AggregateError ? thrown.errors[0] : undefined;
  if (inner !== undefined) return storeIsUnavailable(inner);
  return (
    sqlState(thrown) === undefined && thrown instanceof Error && REDIS_WORDS.test(thrown.message)
  );
}
