import type { AddressInfo } from 'node:net';

import type { Client } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';

import { createPool } from '../store/postgres/pool';
import { logCrashes } from '../telemetry/crash';
import { errorMessage } from '../telemetry/failure';
import { createLogger, errorText } from '../telemetry/logger';
import { EncryptionCodec } from '../temporal/codec';
import { createTemporalClient } from '../temporal/connection';
import { ensureSearchAttributes } from '../temporal/searchAttributes';
import { TASK_QUEUE } from '../workflows/contract';
import { createCodecServer } from './codecServer';
import { workerConfig, type WorkerConfig } from './config';
import { startUpkeep } from './upkeep';
import { createWorkers } from './workers';

const logger = createLogger('worker');
let isReady = false;

/** Temporal may come up after us: asked again every second, saying so, until it answers. */
async function connect(config: WorkerConfig, client: Client): Promise<NativeConnection> {
  const { address, tls } = config.temporal;
  for (let attempt = 1; ; attempt++) {
    try {
      await ensureSearchAttributes(client);
      return await NativeConnection.connect({ address, ...(tls && { tls }) });
    } catch (failure) {
      if (attempt % 10 === 1)
        logger.warn({ attempt, error: errorText(failure) }, 'Temporal does not answer yet');
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

function installRuntime(): void {
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
}

async function main(): Promise<void> {
  logCrashes(logger);
  const config = workerConfig(process.env);
  installRuntime();
  const codecServer = createCodecServer({
    codec: new EncryptionCodec(config.temporal.codecKeys, { foreign: 'show' }),
    namespace: config.temporal.namespace,
    uiOrigin: config.uiOrigin,
    logger,
  });
  await new Promise<void>((resolve) =>
    codecServer.listen(config.codecPort, config.codecHost, resolve),
  );
  const client = createTemporalClient(config.temporal);
  const connection = await connect(config, client);
  const pool = createPool({
    url: config.databaseUrl,
    applicationName: 'gamma-worker',
    role: 'gamma_worker',
    max: 20,
  });
  const workers = await createWorkers({ config, pool, connection, client, logger });
  const upkeep = config.queues.includes(TASK_QUEUE.conversions)
    ? startUpkeep(client, config.rebuildEveryMs, logger)
    : undefined;
  const stop = (): void => {
    upkeep?.stop();
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    codecServer.close();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const runs = workers.map((worker) => worker.run());
  process.stdout.write(
    `ready http://${config.codecHost}:${(codecServer.address() as AddressInfo).port}\n`,
  );
  isReady = true;
  await Promise.all(runs);
  await connection.close();
  await client.connection.close();
}

main()
  .then(() => process.exit(0))
  .catch((failure: unknown) => {
    // Until then nobody has sent anything, and what is wrong with the settings stands in the message.
    if (!isReady) process.stderr.write(`worker cannot start: ${errorMessage(failure)}\n`);
    logger.error({ error: errorText(failure) }, 'worker stopped');
    process.exit(1);
  });
