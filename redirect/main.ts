import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';

import { createClickIds, NONCE_SEED_BYTES } from '../domain/clicks/clickId';
import { findOpenLinks, findShortLinks } from '../store/postgres/links';
import { createPool } from '../store/postgres/pool';
import { createRedis } from '../store/redis/client';
import { createLinkCache } from '../store/redis/linkCache';
import { createLogger, errorText } from '../telemetry/logger';
import { createClickRoutes } from './click';
import { openClickLog } from './clickLog';
import { readRedirectConfig, type RedirectConfig } from './config';
import { createLinkLoader } from './linkLoader';
import { compileOpen, compileShort } from './links';
import { createResolver } from './resolver';
import { createRedirectServer } from './server';

const logger = createLogger('redirect');

const FRESH_MS = 1_000;
const COLD_DEADLINE_MS = 2_000;
const POSTGRES_TIMEOUT_MS = 1_000;
const REDIS_TIMEOUT_MS = 150;
/** How long Redis remembers a link for the day Postgres is away. */
const REDIS_KEEP_SECONDS = 7 * 86_400;
const GRACE_MS = 5_000;

function createResolvers(config: RedirectConfig) {
  const pool = createPool({
    url: config.databaseUrl,
    applicationName: 'gamma-redirect',
    max: 4,
  });
  const redis = createRedis({ ...config.redis, commandTimeoutMs: REDIS_TIMEOUT_MS });
  const cache = createLinkCache(redis, REDIS_KEEP_SECONDS);
  const limits = { timeoutMs: POSTGRES_TIMEOUT_MS };
  const shared = { cache, logger, freshMs: FRESH_MS };
  const timing = { freshMs: FRESH_MS, deadlineMs: COLD_DEADLINE_MS };
  const short = createResolver({
    ...timing,
    loader: createLinkLoader({
      ...shared,
      kind: 'short',
      query: (codes) => findShortLinks(pool, codes, limits),
    }),
    compile: compileShort,
    maxKnown: 200_000,
    maxUnknown: 50_000,
  });
  const open = createResolver({
    ...timing,
    loader: createLinkLoader({
      ...shared,
      kind: 'open',
      query: (refs) => findOpenLinks(pool, refs, limits),
    }),
    compile: compileOpen,
    maxKnown: 50_000,
    maxUnknown: 50_000,
  });
  const close = async (): Promise<void> => {
    redis.disconnect();
    // Connections that hang are cut by exiting; nothing of a redirect is in them.
    await Promise.race([pool.end(), new Promise((resolve) => setTimeout(resolve, 500))]);
  };
  return { short, open, close };
}

function main(): void {
  const config = readRedirectConfig(process.env);
  const log = openClickLog(config.log, logger);
  const { short, open, close } = createResolvers(config);
  const startedAt = new Date().toISOString();
  const redirect = createRedirectServer({
    ids: createClickIds(config.clickKeys, config.environment, randomBytes(NONCE_SEED_BYTES)),
    routes: createClickRoutes(short, open),
    log,
    trustedProxyHops: config.trustedProxyHops,
    health: () => {
      const stats = log.stats();
      return {
        status: stats.state,
        startedAt,
        log: stats,
        links: { short: short.stats(), open: open.stats() },
      };
    },
  });

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    await redirect.close(GRACE_MS);
    await log.close();
    await close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));

  redirect.server.once('error', (failure) => {
    logger.error({ error: errorText(failure), port: config.port }, 'cannot listen');
    process.exit(1);
  });
  redirect.server.listen(config.port, config.host, 1024, () => {
    const { port } = redirect.server.address() as AddressInfo;
    const host = config.host.includes(':') ? `[${config.host}]` : config.host;
    process.stdout.write(`ready http://${host}:${port}\n`);
  });
}

try {
  main();
} catch (failure) {
  process.stderr.write(`redirect cannot start: ${errorText(failure)}\n`);
  process.exit(1);
}
