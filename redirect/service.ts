import { randomBytes } from 'node:crypto';

import { createClickIdRing, NONCE_SEED_BYTES } from '../domain/clicks/clickId';
import { findOpenLinks, findShortLinks } from '../store/postgres/links';
import { createPool } from '../store/postgres/pool';
import { createRedis } from '../store/redis/client';
import { createLinkCache } from '../store/redis/linkCache';
import type { Logger } from '../telemetry/logger';
import { createClickRoutes } from './click';
import { openClickLog } from './clickLog';
import type { RedirectConfig } from './config';
import { createLinkLoader } from './linkLoader';
import { compileOpen, compileShort } from './links';
import { createResolver } from './resolver';
import { createRedirectHandler, type RedirectHandler } from './server';

const FRESH_MS = 1_000;
/** Changes hold within two seconds (docs/links.md); the rest is for an answer on its way. */
const STALE_MS = 1_800;
/** Stores that answer do so in far less; while one hangs, this is what the first click on an idle link waits. */
const REREAD_MS = 500;
const COLD_DEADLINE_MS = 2_000;
const POSTGRES_TIMEOUT_MS = 1_000;
const REDIS_TIMEOUT_MS = 150;
/** How long Redis remembers a link for the day Postgres is away. */
const REDIS_KEEP_SECONDS = 7 * 86_400;

function createResolvers(config: RedirectConfig, logger: Logger) {
  const pool = createPool({
    url: config.databaseUrl,
    applicationName: 'gamma-redirect',
    role: 'gamma_redirect',
    max: 4,
  });
  const redis = createRedis({ ...config.redis, commandTimeoutMs: REDIS_TIMEOUT_MS });
  const cache = createLinkCache(redis, REDIS_KEEP_SECONDS);
  const limits = { timeoutMs: POSTGRES_TIMEOUT_MS };
  const shared = { cache, logger, freshMs: FRESH_MS };
  const timing = {
    freshMs: FRESH_MS,
    staleMs: STALE_MS,
    deadlineMs: COLD_DEADLINE_MS,
    rereadMs: REREAD_MS,
  };
  const short = createResolver({
    ...timing,
    loader: createLinkLoader({
      ...shared,
      kind: 'short',
      query: (codes) => findShortLinks(pool, codes, limits),
    }),
    compile: compileShort,
    maxKnown: config.maxLinks,
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

export type RedirectService = {
  readonly handler: RedirectHandler;
  /** After the last answer: syncs the log, lets go of the stores. */
  close(): Promise<void>;
};

/** The redirect with everything it needs, under whatever server takes the requests. */
export function createRedirectService(config: RedirectConfig, logger: Logger): RedirectService {
  const log = openClickLog(config.log, logger);
  const { short, open, close } = createResolvers(config, logger);
  const ids = createClickIdRing(config.clickKeys.current(), {
    environment: config.environment,
    nonceSeed: randomBytes(NONCE_SEED_BYTES),
  });
  const stopFollowing = config.clickKeys.follow(
    (keys) => {
      ids.use(keys);
      logger.info({ count: keys.length }, 'click keys were replaced');
    },
    (sentence) =>
      logger.error({ error: sentence }, 'new click keys do not read; the last good ones stay'),
  );
  const startedAt = new Date().toISOString();
  const handler = createRedirectHandler({
    ...config,
    ids,
    routes: createClickRoutes(short, open),
    log,
    logger,
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
  return {
    handler,
    async close() {
      stopFollowing();
      await log.close();
      await close();
    },
  };
}
