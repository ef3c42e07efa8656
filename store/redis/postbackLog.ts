import type { Redis } from './client';

/**
 * Attempts that left no receipt: refused postbacks, and repeats of stored ones. A capped stream a programme,
 * gone a week after the last entry; losing it loses no order and no money.
 */
export type PostbackAttempt = {
  readonly atMs: number;
  /** A problem code, or `duplicate`. */
  readonly code: string;
  readonly status: number;
  readonly detail?: string | undefined;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[] | undefined;
  readonly webhookId?: string | undefined;
  readonly receiptId?: string | undefined;
  readonly conversionId?: string | undefined;
  /** As sent, cut: nobody has vouched for them. */
  readonly transactionId?: string | undefined;
  readonly event?: string | undefined;
  readonly orderStatus?: string | undefined;
  readonly sale?: string | undefined;
  /** /24 or /48. */
  readonly from?: string | undefined;
};

/** `id` is the stream's own: `<ms>-<n>`, rising. */
export type LoggedAttempt = PostbackAttempt & { readonly id: string };

const MAX_ENTRIES = 1_000;
const KEEP_SECONDS = 7 * 86_400;

const streamOf = (programmeId: string): string => `postbacks:${programmeId}`;

export type PostbackLog = {
  add(programmeId: string, attempt: PostbackAttempt): Promise<void>;
  /** Newest first, at or before the given moment. */
  list(programmeId: string, beforeMs: number | undefined, limit: number): Promise<LoggedAttempt[]>;
  /** Oldest first, from the given moment. */
  since(programmeId: string, sinceMs: number, limit: number): Promise<LoggedAttempt[]>;
};

type Entry = [id: string, fields: string[]];

function attemptsOf(entries: readonly Entry[]): LoggedAttempt[] {
  return entries.map(([id, fields]) => ({
    ...(JSON.parse(fields[1] ?? '{}') as PostbackAttempt),
    id,
  }));
}

export function createPostbackLog(redis: Redis): PostbackLog {
  return {
    async add(programmeId, attempt) {
      const stream = streamOf(programmeId);
      await redis
        .pipeline()
        .xadd(stream, 'MAXLEN', '~', MAX_ENTRIES, '*', 'attempt', JSON.stringify(attempt))
        .expire(stream, KEEP_SECONDS)
        .exec();
    },
    async list(programmeId, beforeMs, limit) {
      const from = beforeMs === undefined ? '+' : String(beforeMs);
      const entries = await redis.xrevrange(streamOf(programmeId), from, '-', 'COUNT', limit);
      return attemptsOf(entries);
    },
    async since(programmeId, sinceMs, limit) {
      const entries = await redis.xrange(
        streamOf(programmeId),
        String(sinceMs),
        '+',
        'COUNT',
        limit,
      );
      return attemptsOf(entries);
    },
  };
}
