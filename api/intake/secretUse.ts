import { errorText, type Logger } from '../../telemetry/logger';

/** Often enough to see whether an old secret is still in use, rarely enough to cost nothing. */
const MARK_EVERY_MS = 60_000;

/** Notes a secret's use at most once a minute, beside the request: a failure to note refuses nobody. */
export function createSecretUse(
  mark: (rowId: bigint) => Promise<void>,
  log: Logger,
): (rowId: bigint) => void {
  const markedAt = new Map<bigint, number>();
  return (rowId) => {
    const now = performance.now();
    if (now - (markedAt.get(rowId) ?? -Infinity) < MARK_EVERY_MS) return;
    markedAt.set(rowId, now);
    mark(rowId).catch((thrown: unknown) =>
      log.warn({ error: errorText(thrown) }, 'the use of a signing secret was not noted'),
    );
  };
}
