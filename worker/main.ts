import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';

import { createConversionActivities } from '../activities/conversions';
import { createPayoutActivities } from '../activities/payouts';
import { createShopActivities } from '../activities/shops';
import { createWildberries, wildberriesConfig } from '../adapters/wildberries';
import { createWooppay, wooppayConfig } from '../adapters/wooppay';
import { LedgerQueue } from '../store/postgres/ledger';
import { createPool } from '../store/postgres/pool';
import { createLogger, errorText } from '../telemetry/logger';
import { EncryptionCodec } from '../temporal/codec';
import { createTemporalClient, dataConverter } from '../temporal/connection';
import { ensureSearchAttributes } from '../temporal/searchAttributes';
import { TASK_QUEUE } from '../workflows/contract';
import { createCodecServer } from './codecServer';
import { workerConfig, type WorkerConfig } from './config';
import { crashPoints } from './crashPoints';
import { provenInputs } from './provenInputs';

const logger = createLogger('worker');

/** Temporal may come up after us: asked again every second, saying so, until it answers. */
async function connect(config: WorkerConfig): Promise<NativeConnection> {
  const client = createTemporalClient(config.temporal);
  for (let attempt = 1; ; attempt++) {
    try {
      await ensureSearchAttributes(client);
      await client.connection.close();
      return await NativeConnection.connect({ address: config.temporal.address });
    } catch (failure) {
      if (attempt % 10 === 1)
        logger.warn({ attempt, error: errorText(failure) }, 'Temporal does not answer yet');
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

async function createWorkers(
  config: WorkerConfig,
  connection: NativeConnection,
): Promise<Worker[]> {
  const pool = createPool({ url: config.databaseUrl, applicationName: 'gamma-worker', max: 20 });
  const ledger = new LedgerQueue(pool);
  const now = (): Date => new Date();
  const crashAt = config.mode === 'test' ? process.env['GAMMA_CRASH_AT'] : undefined;
  const shared: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace: config.temporal.namespace,
    dataConverter: dataConverter(config.temporal, 'mark'),
    shutdownGraceTime: '10s',
    interceptors: {
      activity: [
        provenInputs,
        ...(crashAt
          ? [crashPoints(crashAt, process.env['GAMMA_CRASH_MARKER'] ?? '/dev/null')]
          : []),
      ],
    },
  };
  const workflows = {
    workflowBundle: { codePath: join(__dirname, '..', 'workflow-bundle.js') },
    maxCachedWorkflows: config.maxCachedWorkflows,
  };
  const base = { pool, ledger, now, mode: config.mode };
  const orders = { ...base, pollEveryMs: config.pollEveryMs, orderLimit: config.orderLimit };
  return Promise.all([
    Worker.create({
      ...shared,
      ...workflows,
      taskQueue: TASK_QUEUE.conversions,
      activities: createConversionActivities(orders),
    }),
    Worker.create({
      ...shared,
      taskQueue: TASK_QUEUE.shopPolls,
      activities: createShopActivities({
        ...orders,
        sources: { wildberries: createWildberries(wildberriesConfig(process.env)) },
      }),
    }),
    Worker.create({
      ...shared,
      ...workflows,
      taskQueue: TASK_QUEUE.payouts,
      activities: createPayoutActivities({
        ...base,
        provider: createWooppay(wooppayConfig(process.env)),
        maxSends: config.maxSends,
        ...(config.taxBaseMode && { taxBaseMode: config.taxBaseMode }),
      }),
    }),
  ]);
}

async function main(): Promise<void> {
  const config = workerConfig(process.env);
  Runtime.install({
    shutdownSignals: [],
    logger: {
      log: (_level, message) => logger.info({}, message),
      trace: () => undefined,
      debug: () => undefined,
      info: (message) => logger.debug({}, message),
      warn: (message, meta) =>
        logger.warn({ error: meta?.['error'] ? errorText(meta['error']) : undefined }, message),
      error: (message, meta) =>
        logger.error({ error: meta?.['error'] ? errorText(meta['error']) : undefined }, message),
    },
  });
  const codecServer = createCodecServer({
    codec: new EncryptionCodec(config.temporal.codecKeys, { foreign: 'show' }),
    namespace: config.temporal.namespace,
    uiOrigin: config.uiOrigin,
    logger,
  });
  await new Promise<void>((resolve) =>
    codecServer.listen(config.codecPort, config.codecHost, resolve),
  );
  const connection = await connect(config);
  const workers = await createWorkers(config, connection);
  const stop = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    codecServer.close();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const runs = workers.map((worker) => worker.run());
  process.stdout.write(
    `ready http://${config.codecHost}:${(codecServer.address() as AddressInfo).port}\n`,
  );
  await Promise.all(runs);
  await connection.close();
}

main()
  .then(() => process.exit(0))
  .catch((failure: unknown) => {
    logger.error({ error: errorText(failure) }, 'worker stopped');
    process.exit(1);
  });
