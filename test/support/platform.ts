import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

import { createClient } from '@clickhouse/client';
import type { Client } from '@temporalio/client';
import { Redis } from 'ioredis';

import { keyRing } from '../../config/env';
import { seedDemo, type DemoData, type SeedOptions } from '../../sandbox/seed';
import { silentProgress, startChild, type Logins } from '../../stack/embedded';
import { startPlatform, type Platform, type ProcessName } from '../../stack/platform';
import { repoRoot } from '../../stack/root';
import { demoSeed, loadSecrets } from '../../stack/secrets';
import { redisRules, type RedisProcess } from '../../store/redis/acl';
import { createTemporalClient } from '../../temporal/connection';
import { createTestDatabase, type DatabaseUrls, type TestDatabase } from './postgres';
import { claimNamespace, readSharedStack, type SharedStack } from './sharedStack';

export type TestPlatform = {
  readonly platform: Platform;
  readonly data: DemoData;
  /** To add more demo people. */
  readonly seed: SeedOptions;
  readonly db: TestDatabase;
  readonly temporal: Client;
  /** With the test's own database. */
  readonly clickhouseUrl: string;
  /** Of its keys on the shared Redis. */
  readonly redisPrefix: string;
  readonly dir: string;
  stop(): Promise<void>;
};

export type TestPlatformOptions = {
  /** For folder and log names. */
  readonly name: string;
  /** Of a server of the test's own; otherwise one is claimed on the shared server. */
  readonly temporal?: { readonly address: string; readonly namespace: string };
  readonly env?: Readonly<Record<string, string>>;
  readonly only?: readonly ProcessName[];
  readonly holdSeconds?: number;
  /** Compiled code other than the checkout's. */
  readonly dist?: string;
};

/** The platform's real processes on the shared engines, with a database, namespace and prefix of their own. */
export async function startTestPlatform(options: TestPlatformOptions): Promise<TestPlatform> {
  const shared = readSharedStack();
  const name = `p_${randomBytes(5).toString('hex')}`;
  const redisPrefix = `${name}:`;
  const dir = mkdtempSync(join(shared.dir, `${options.name}-`));
  const built = join(repoRoot(), 'dist');
  const secrets = loadSecrets(join(dir, 'secrets.json'));
  const db = await createTestDatabase();
  const clickhouseUrl = await createClickhouseDatabase(shared.urls.clickhouse, name);
  const seed = demoSeed(secrets, options.holdSeconds ?? 1);
  const data = await seedDemo(db.pool, seed);
  const { address, namespace } = options.temporal ?? {
    address: shared.urls.temporal,
    namespace: claimNamespace(),
  };
  const platform = await startPlatform({
    stack: {
      startChild: (spec) =>
        startChild({
          ...spec,
          args: spec.args?.map((arg) => (options.dist ? arg.replace(built, options.dist) : arg)),
          name: `${name}-${spec.name}`,
          logFile: join(dir, `${spec.name}.log`),
          runDir: join(dir, 'run'),
        }),
    },
    target: {
      logins: await loginsOf(shared, db, redisPrefix),
      redisPrefix,
      clickhouse: clickhouseUrl,
      temporal: address,
      temporalUi: shared.urls.temporalUi,
      namespace,
    },
    secrets,
    dir,
    progress: silentProgress,
    // Stories ask again and again how far a thing is, dozens of them with one key: a person would not.
    env: { API_RATE_ACTOR: '1000000', ...options.env },
    ...(options.only && { only: options.only }),
  });
  const temporal = createTemporalClient({
    address,
    namespace,
    codecKeys: keyRing({ KEYS: secrets.codecKeys }, 'KEYS'),
  });
  return {
    platform,
    data,
    seed,
    db,
    temporal,
    clickhouseUrl,
    redisPrefix,
    dir,
    stop: async () => {
      await platform.stop();
      await temporal.connection.close();
      await db.drop();
    },
  };
}

/** Each process as itself, like in production: in Postgres with the test's database, in Redis for the test's keys only. */
async function loginsOf(shared: SharedStack, db: DatabaseUrls, prefix: string): Promise<Logins> {
  const { logins, urls } = shared;
  const database = new URL(db.postgres).pathname;
  const withDatabase = (url: string): string =>
    Object.assign(new URL(url), { pathname: database }).href;
  const redis = new Redis(urls.redis);
  const rules = redisRules(prefix);
  const userOf = async (name: RedisProcess): Promise<string> => {
    const user = `${name}-${prefix.slice(0, -1)}`;
    const password = randomBytes(16).toString('hex');
    await redis.call('acl', ['setuser', user, 'on', `>${password}`, ...rules[name].split(' ')]);
    return Object.assign(new URL(urls.redis), { username: user, password }).href;
  };
  try {
    return {
      postgres: {
        redirect: withDatabase(logins.postgres.redirect),
        api: withDatabase(logins.postgres.api),
        worker: withDatabase(logins.postgres.worker),
      },
      redis: {
        redirect: await userOf('redirect'),
        drain: await userOf('drain'),
        api: await userOf('api'),
      },
    };
  } finally {
    redis.disconnect();
  }
}

async function createClickhouseDatabase(url: string, name: string): Promise<string> {
  const client = createClient({ url });
  await client.command({ query: `create database ${name}` });
  await client.close();
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  return parsed.toString();
}
