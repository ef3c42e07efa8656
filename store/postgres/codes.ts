/** SQLSTATEs we act on (https://www.postgresql.org/docs/18/errcodes-appendix.html) and those our migrations raise. */
export const SQLSTATE = {
  uniqueViolation: '23505',
  checkViolation: '23514',
  ledgerConflict: 'GL001',
  ledgerAlreadyResolved: 'GL002',
  ledgerPendingMissing: 'GL003',
  ledgerUnbalanced: 'GL004',
  ledgerImmutable: 'GL005',
} as const;

export function sqlState(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

export function constraintOf(thrown: unknown): string | undefined {
  const name = (thrown as { constraint?: unknown } | null)?.constraint;
  return typeof name === 'string' ? name : undefined;
}

/** Worth trying again with nothing changed: the server went away, or a deadlock or serialisation loser. */
export function isTransient(thrown: unknown): boolean {
  const code = sqlState(thrown);
  if (code === undefined) return false;
  return (
    code.startsWith('08') ||
    code.startsWith('57P') ||
    code === '53300' ||
    code === '40001' ||
    code === '40P01' ||
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT'].includes(code)
  );
}
