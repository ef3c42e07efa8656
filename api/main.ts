import { createClickIds } from '../domain/clicks/clickId';
import { createPool } from '../store/postgres/pool';
import { createSealer } from '../store/postgres/sealing';
import { createLogger, errorText } from '../telemetry/logger';
import { readApiConfig } from './config';
import { createApi } from './server';
import { createTemporalSide, readTemporalSideConfig } from './temporalSide';

async function main(): Promise<void> {
  const log = createLogger('api');
  const config = readApiConfig(process.env);
  const pool = createPool({ url: config.databaseUrl, applicationName: 'gamma-api' });
  const temporal = createTemporalSide(readTemporalSideConfig(process.env), pool, log);
  const api = createApi({
    pool,
    sealer: createSealer(config.masterKeys),
    clickIds: createClickIds(config.clickKeys, config.environment),
    payouts: temporal.payouts,
    onStored: () => temporal.relay.poke(),
    environment: config.environment,
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
