import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { createSessions, sessionStore } from '../api/access/sessions';
import type { Role } from '../domain/access';
import { idFromBytes } from '../domain/ids';
import { silentProgress, startChild, type EmbeddedStack } from '../stack/embedded';
import { sharedLogins, startPlatform, type Platform, type ProcessName } from '../stack/platform';
import { demoSeed, type Secrets } from '../stack/secrets';
import { createPool } from '../store/postgres/pool';
import { createRedis } from '../store/redis/client';
import type { Database } from './databases';

/** A real API process on stores of its own, without Temporal: reading sends nothing there. */
export type ApiWorldOptions = {
  readonly stack: EmbeddedStack;
  /** For files of a run. */
  readonly dir: string;
  /** Folder and Redis prefix; worlds of one run have different ones. */
  readonly name: string;
  readonly database: Database;
  readonly clickhouse: string;
  readonly secrets: Secrets;
  readonly only: readonly ProcessName[];
};

export function startApiWorld(options: ApiWorldOptions): Promise<Platform> {
  const { stack, name, database, clickhouse, secrets, only } = options;
  const dir = join(options.dir, name);
  return startPlatform({
    stack: {
      startChild: (spec) =>
        startChild({ ...spec, logFile: join(dir, `${spec.name}.log`), runDir: join(dir, 'run') }),
    },
    target: {
      logins: sharedLogins(database.appUrl, stack.urls.redis),
      redisPrefix: `${name}:`,
      clickhouse,
      // The relay finds an empty outbox.
      temporal: '127.0.0.1:1',
      temporalUi: 'http://127.0.0.1:1',
      namespace: 'bench',
    },
    secrets,
    dir,
    progress: silentProgress,
    only,
    env: { API_RATE_ACTOR: '10000000', API_RATE_ADDRESS: '10000000', LOG_LEVEL: 'warn' },
  });
}

/** Somebody of each role with a session, made where the API looks for them. Answers session tokens. */
export async function signInAll(
  options: Pick<ApiWorldOptions, 'stack' | 'name' | 'database' | 'secrets'>,
  people: readonly (readonly [role: Role, tenantId: string])[],
): Promise<Map<Role, string>> {
  const { stack, name, database } = options;
  const pool = createPool({ url: database.appUrl, applicationName: 'bench', max: 1 });
  const redis = createRedis({ url: stack.urls.redis, prefix: `${name}:`, commandTimeoutMs: 5_000 });
  try {
    await redis.ping().catch(() => new Promise((resolve) => redis.once('ready', resolve)));
    const sessions = createSessions(
      pool,
      sessionStore(redis, demoSeed(options.secrets, 1).sealer),
      Date.now,
    );
    const tokens = new Map<Role, string>();
    for (const [role, tenantId] of people) {
      const id = idFromBytes('user', randomBytes(16));
      const column = role === 'influencer' ? 'phone' : 'email';
      await pool.query(
        `insert into users (id, role, tenant_id, name, ${column}_sealed, ${column}_index) values ($1, $2, $3, 'Bench', $4, $4)`,
        [id, role, tenantId, randomBytes(16)],
      );
      const from = { ipPrefix: 'bench', userAgent: 'bench' };
      const { token } = await sessions.open({ id, role, epoch: 0 }, from);
      tokens.set(role, token);
    }
    return tokens;
  } finally {
    redis.disconnect();
    await pool.end();
  }
}
