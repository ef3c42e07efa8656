import { Redis } from 'ioredis';

export type { Redis } from 'ioredis';

export type RedisOptions = {
  readonly url: string;
  /** Put before every key, so that environments and tests can share a server. */
  readonly prefix: string;
  /** A command not answered by then fails. */
  readonly commandTimeoutMs: number;
};

/**
 * A client that never holds its caller: with Redis away every command fails at once (no offline
 * queue), with Redis hanging it fails after the timeout, and nothing is kept to be sent later. It
 * reconnects for ever, at most a second apart. No auto-pipelining: in ioredis 6 a connection lost in the middle of
 * an automatic pipeline throws outside every promise and ends the process. Batches pipeline by themselves.
 */
export function createRedis(options: RedisOptions): Redis {
  const redis = new Redis(options.url, {
    keyPrefix: options.prefix,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: options.commandTimeoutMs,
    connectTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(1_000, 50 * attempt),
  });
  // Without a listener ioredis prints each failed attempt; callers see failures from their commands.
  redis.on('error', () => undefined);
  return redis;
}
