import { createClickIds } from '../domain/clicks/clickId';
import { createRedis } from '../store/redis/client';
import { createPool } from '../store/postgres/pool';
import { createSealer } from '../store/postgres/sealing';
import { createLogger, errorText } from '../telemetry/logger';
import { readApiConfig } from './config';
import { createApi } from './server';
import { createTemporalSide, readTemporalSideConfig } from './temporalSide';

/** Sessions are looked up in Redis at every call of a person; hanging longer than this is being down. */
const REDIS_TIMEOUT_MS = 1_000;

async function main(): Promise<void> {
  const log = createLogger('api');
  const config = readApiConfig(process.env);
  const pool = createPool({ url: config.databaseUrl, applicationName: 'gamma-api' });
  const redis = createRedis({
    url: config.redisUrl,
    prefix: config.redisPrefix,
    commandTimeoutMs: REDIS_TIMEOUT_MS,
  });
  const temporal = createTemporalSide(readTemporalSideConfig(process.env), pool, log);
  const api = createApi({
    pool,
    sealer: createSealer(config.masterKeys),
    clickIds: createClickIds(config.clickKeys, config.environment),
    payouts: temporal.payouts,
    onStored: () => temporal.relay.poke(),
    redis,
    environment: config.environment,
    mode: config.mode,
    publicOrigin: config.publicOrigin,
    trustedProxies: config.trustedProxies,
    rates: config.rates,
    intakeQueue: config.intakeQueue,
    log,
  });
  const url = await api.start(config.host, config.port);
  process.stdout.write(`ready ${url}\n`);
  log.info({ url }, 'listening');

  const stop = (): void => {
    log.info({}, 'stopping');
    api
      .stop()
      .then(() => temporal.stop())
      .then(() => pool.end())
      .then(() => redis.disconnect())
      .then(() => log.info({}, 'stopped'))
      .catch((thrown: unknown) => {
        log.error({ error: errorText(thrown) }, 'stop failed');
        process.exitCode = 1;
      });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

if (require.main === module) {
  main().catch((thrown: unknown) => {
    process.stderr.write(`api cannot start: ${errorText(thrown)}\n`);
    process.exit(1);
  });
}
