import { createHmac } from 'node:crypto';

import { ConfigError, integer, keyRing, oneOf, text, type Env } from '../config/env';
import { keySource, type KeySource } from '../config/keySource';
import { readClickStoreOptions, type ClickStoreOptions } from '../store/clickhouse/options';
import { PROXY_HEADERS, type ProxyHeader } from '../telemetry/forwarded';
import type { Origins } from './linkPages';

export type SyncMode = 'behind' | 'before';

export type RedirectConfig = {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly environment: string;
  readonly clickKeys: KeySource;
  readonly databaseUrl: string;
  readonly redis: RedisConfig;
  readonly trustedProxyHops: number;
  readonly trustedProxyHeader: ProxyHeader;
  /** A second click of the same visitor on the same link within this is no second unique one; 0: each is. */
  readonly repeatWindowMs: number;
  readonly limits: { readonly ipPerSecond: number; readonly linkPerSecond: number };
  readonly maxLinks: number;
  readonly origins: Origins;
  readonly log: ClickLogConfig;
};
export type RedisConfig = { readonly url: string; readonly prefix: string };
export type ClickLogConfig = {
  readonly dir: string;
  /** `behind`: fdatasync some 5 ms after the 302. `before`: no 302 until it is on the disk. */
  readonly sync: SyncMode;
  readonly segmentBytes: number;
  readonly segmentAgeMs: number;
  /** With less free on its disk than this the log takes no more clicks. 0: not looked at. */
  readonly reserveBytes: number;
};

const redis = (env: Env): RedisConfig => ({
  url: text(env, 'REDIS_URL'),
  prefix: env['REDIS_PREFIX'] ?? 'gamma:',
});

const segmentAgeMs = (env: Env): number =>
  1000 * integer(env, 'CLICK_LOG_SEGMENT_SECONDS', 60, 1, 3600);

export function readRedirectConfig(env: Env): RedirectConfig {
  return {
    host: text(env, 'REDIRECT_HOST', '127.0.0.1'),
    port: integer(env, 'REDIRECT_PORT', 0, 0, 65_535),
    environment: text(env, 'GAMMA_ENVIRONMENT'),
    clickKeys: keySource(env, 'GAMMA_CLICK_KEYS'),
    databaseUrl: text(env, 'DATABASE_URL'),
    redis: redis(env),
    trustedProxyHops: integer(env, 'TRUSTED_PROXY_HOPS', 0, 0, 10),
    trustedProxyHeader: oneOf(env, 'TRUSTED_PROXY_HEADER', PROXY_HEADERS, 'x-forwarded-for'),
    repeatWindowMs: integer(env, 'REPEAT_WINDOW_MS', 10_000, 0, 3_600_000),
    limits: {
      ipPerSecond: integer(env, 'REDIRECT_LIMIT_IP_PER_SECOND', 200, 0, 10_000_000),
      linkPerSecond: integer(env, 'REDIRECT_LIMIT_LINK_PER_SECOND', 5_000, 0, 10_000_000),
    },
    maxLinks: integer(env, 'REDIRECT_MAX_LINKS', 100_000, 1, 10_000_000),
    origins: {
      links: origin(env, 'REDIRECT_PUBLIC_ORIGIN') ?? origin(env, 'PUBLIC_ORIGIN'),
      apps: origin(env, 'GAMMA_APP_ORIGIN') ?? origin(env, 'PUBLIC_ORIGIN'),
    },
    log: {
      dir: text(env, 'REDIRECT_LOG_DIR'),
      sync: oneOf(env, 'CLICK_LOG_SYNC', ['behind', 'before'], 'behind'),
      segmentBytes: integer(env, 'CLICK_LOG_SEGMENT_BYTES', 64 << 20, 4096, 1 << 30),
      segmentAgeMs: segmentAgeMs(env),
      reserveBytes: integer(env, 'CLICK_LOG_RESERVE_BYTES', 64 << 20, 0, Number.MAX_SAFE_INTEGER),
    },
  };
}

function origin(env: Env, key: string): string | undefined {
  const value = env[key] ?? '';
  if (value === '') return undefined;
  if (!URL.canParse(value) || new URL(value).origin !== value || !/^https?:/.test(value))
    throw new ConfigError(`${key} must be https://host[:port].`);
  return value;
}

export type DrainConfig = {
  readonly dir: string;
  readonly clickhouseUrl: string;
  readonly clickStore: ClickStoreOptions;
  readonly redis: RedisConfig;
  readonly ipHashKey: Buffer;
  readonly batchRows: number;
  /** How long a click may wait for others to share its batch. */
  readonly lingerMs: number;
  readonly pollMs: number;
  readonly indexKeepSeconds: number;
  readonly keepSegmentsMs: number;
  readonly segmentAgeMs: number;
};

export function readDrainConfig(env: Env): DrainConfig {
  return {
    dir: text(env, 'REDIRECT_LOG_DIR'),
    clickhouseUrl: text(env, 'CLICKHOUSE_URL'),
    clickStore: readClickStoreOptions(env),
    redis: redis(env),
    ipHashKey: ipHashKey(env),
    batchRows: integer(env, 'DRAIN_BATCH_ROWS', 50_000, 1, 100_000),
    lingerMs: integer(env, 'DRAIN_LINGER_MS', 500, 0, 60_000),
    pollMs: integer(env, 'DRAIN_POLL_MS', 100, 5, 10_000),
    indexKeepSeconds: 86_400 * integer(env, 'CLICK_INDEX_DAYS', 45, 1, 400),
    keepSegmentsMs: 3_600_000 * integer(env, 'DRAIN_KEEP_HOURS', 0, 0, 24 * 365),
    segmentAgeMs: segmentAgeMs(env),
  };
}

/** A key of its own when set; else one derived from the oldest click key, which rotation drops last. */
function ipHashKey(env: Env): Buffer {
  if (env['GAMMA_IP_HASH_KEY']) return keyRing(env, 'GAMMA_IP_HASH_KEY')[0].bytes;
  const keys = keySource(env, 'GAMMA_CLICK_KEYS').current();
  return createHmac('sha256', keys[keys.length - 1]!.bytes)
    .update('gamma ip hash')
    .digest();
}
