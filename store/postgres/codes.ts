/** SQLSTATEs we act on (https://www.postgresql.org/docs/18/errcodes-appendix.html) and those our migrations raise. */
export const SQLSTATE = {
  uniqueViolation: '23505',
  checkViolation: '23514',
  ledgerConflict: 'GL001',
  ledgerAlreadyResolved: 'GL002',
  ledgerPendingMissing: 'GL003',
  ledgerUnbalanced: 'GL004',
  ledgerImmutable: 'GL005',
  ledgerExceedsPromise: 'GL006',
  numericOutOfRange: '22003',
  lockNotAvailable: '55P03',
} as const;

export function sqlState(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

export function constraintOf(thrown: unknown): string | undefined {
  const name = (thrown as { constraint?: unknown } | null)?.constraint;
  return typeof name === 'string' ? name : undefined;
}

export const isUniqueViolation = (thrown: unknown, constraint: string): boolean =>
  sqlState(thrown) === SQLSTATE.uniqueViolation && constraintOf(thrown) === constraint;

/** We gave up waiting for the database; what was sent may have been done all the same. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly code = '08006';
}

/** A deadlock, a lost serialisation race, a lock held for too long: the server lives, the same again may pass. */
export const isRace = (thrown: unknown): boolean =>
  ['40001', '40P01', SQLSTATE.lockNotAvailable].includes(sqlState(thrown) ?? '');

const NODE_CODES = new Set(
  (
    'ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ETIMEDOUT ENOENT EHOSTUNREACH EHOSTDOWN ENETUNREACH ENOTFOUND ' +
    'EAI_AGAIN'
  ).split(' '),
);

/** The driver says so in words, without a SQLSTATE (pg/lib/client.js, pg-pool/index.js). */
const CONNECTION_WORDS =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|connection error|not queryable|client was closed/i;

/** The connection or the server is gone: nothing more can be asked on it, not even a rollback. */
export function isConnectionLost(thrown: unknown): boolean {
  const code = sqlState(thrown);
  if (code === undefined) return thrown instanceof Error && CONNECTION_WORDS.test(thrown.message);
  return code.startsWith('08') || code.startsWith('57P') || NODE_CODES.has(code);
}

/** Worth trying again with nothing changed: the server went away or is too busy, or a deadlock or race was lost. */
export function isTransient(thrown: unknown): boolean {
  if (isConnectionLost(thrown) || isRace(thrown)) return true;
  // Too many connections; a statement or a transaction that took too long was ended by the server.
  return ['53300', '57014', '25P03'].includes(sqlState(thrown) ?? '');
}
