import { keyRing, text } from '../config/env';
import { createApi } from '../api/server';
import { createClickIds } from '../domain/clicks/clickId';
import { err } from '../domain/result';
import { createPool } from '../store/postgres/pool';
import { createRedis } from '../store/redis/client';
import { createSealer } from '../store/postgres/sealing';
import { createLogger } from '../telemetry/logger';

/**
 * The API as it runs, in a process of its own, without the relay to Temporal: what happens after the
 * answer is measured by the conversions bench.
 */
async function main(): Promise<void> {
  const env = process.env;
  const pool = createPool({ url: text(env, 'DATABASE_URL'), applicationName: 'bench-api' });
  const refused = Promise.resolve(err({ code: 'store_unavailable' as const }));
  const redis = createRedis({
    url: text(env, 'REDIS_URL'),
    prefix: 'bench:',
    commandTimeoutMs: 1_000,
  });
  const api = createApi({
    pool,
    sealer: createSealer(keyRing(env, 'GAMMA_MASTER_KEY')),
    clickIds: createClickIds(keyRing(env, 'GAMMA_CLICK_KEYS'), text(env, 'GAMMA_ENVIRONMENT')),
    payouts: {
      requestPayout: () => refused,
      approveBatch: () => refused,
      changeDestination: () => Promise.reject(new Error('postbacks change no card')),
    },
    redis,
    sms: { name: 'none', send: () => Promise.reject(new Error('postbacks send no SMS')) },
    mail: { name: 'none', send: () => Promise.reject(new Error('postbacks send no mail')) },
    environment: text(env, 'GAMMA_ENVIRONMENT'),
    mode: 'test',
    intakeQueue: 5_000,
    log: createLogger('bench-api', 'error'),
  });
  console.log(`ready ${await api.start('127.0.0.1', 0)}`);
  process.once(
    'SIGTERM',
    () =>
      void api
        .stop()
        .then(() => pool.end())
        .then(() => redis.disconnect()),
  );
}

void main();
