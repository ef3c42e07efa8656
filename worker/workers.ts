import { join } from 'node:path';

import type { Client } from '@temporalio/client';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import type { Pool } from 'pg';

import { createConversionActivities } from '../activities/conversions';
import { createPayoutActivities } from '../activities/payouts';
import { createRebuildActivities } from '../activities/rebuild';
import { createShopActivities } from '../activities/shops';
import { createWildberries, wildberriesConfig } from '../adapters/wildberries';
import { createWooppay, wooppayConfig } from '../adapters/wooppay';
import { LedgerQueue } from '../store/postgres/ledger';
import { sharedGate } from '../store/postgres/requestGates';
import type { Logger } from '../telemetry/logger';
import { dataConverter } from '../temporal/connection';
import { rebuild } from '../temporal/rebuild';
import { TASK_QUEUE } from '../workflows/contract';
import type { Queue, WorkerConfig } from './config';
import { crashPoints } from './crashPoints';
import { provenInputs } from './provenInputs';

export type WorkersDeps = {
  readonly config: WorkerConfig;
  readonly pool: Pool;
  readonly connection: NativeConnection;
  readonly client: Client;
  readonly logger: Logger;
};

type Own = Omit<WorkerOptions, 'taskQueue' | 'connection'>;

/**
 * One worker for each chosen queue. An adapter is configured for its own queue only: a process without the payout queue
 * neither reads nor needs the provider's credentials.
 */
export function createWorkers(deps: WorkersDeps): Promise<Worker[]> {
  const { config, pool, connection } = deps;
  const ledger = new LedgerQueue(pool);
  const base = { pool, ledger, now: () => new Date(), mode: config.mode };
  const orders = { ...base, pollEveryMs: config.pollEveryMs, orderLimit: config.orderLimit };
  const of: Readonly<Record<Queue, () => Own>> = {
    [TASK_QUEUE.conversions]: () => ({
      ...workflows(config),
      activities: {
        ...createConversionActivities(orders),
        ...createRebuildActivities({ rebuild: (onProgress) => runRebuild(deps, onProgress) }),
      },
    }),
    [TASK_QUEUE.shopPolls]: () => ({
      activities: createShopActivities({ ...orders, sources: { wildberries: wildberries(pool) } }),
      // Of all processes together: Temporal counts where it hands the tasks out.
      maxTaskQueueActivitiesPerSecond: config.shopPollsPerSecond,
    }),
    [TASK_QUEUE.payouts]: () => ({
      ...workflows(config),
      activities: createPayoutActivities({
        ...base,
        provider: createWooppay(wooppayConfig(process.env)),
        maxSends: config.maxSends,
        ...(config.taxBaseMode && { taxBaseMode: config.taxBaseMode }),
      }),
    }),
  };
  const shared = common(config);
  return Promise.all(
    config.queues.map((taskQueue) =>
      Worker.create({ ...shared, ...of[taskQueue](), connection, taskQueue }),
    ),
  );
}

const workflows = (config: WorkerConfig): Own => ({
  workflowBundle: { codePath: join(__dirname, '..', 'workflow-bundle.js') },
  maxCachedWorkflows: config.maxCachedWorkflows,
});

/** The shop counts requests of one seller and method, from wherever they come. */
function wildberries(pool: Pool): ReturnType<typeof createWildberries> {
  const settings = wildberriesConfig(process.env);
  const { baseUrl, token, intervalMs } = settings;
  const gate = sharedGate(pool, [baseUrl, token, 'order-feed'], intervalMs);
  return createWildberries(settings, Date.now, gate);
}

function runRebuild(
  { pool, client, config, logger }: WorkersDeps,
  onProgress: Parameters<Parameters<typeof createRebuildActivities>[0]['rebuild']>[0],
): ReturnType<typeof rebuild> {
  return rebuild({ pool, client, defaults: config.starts, logger, onProgress });
}

function common(config: WorkerConfig): Own {
  const crashAt = config.mode === 'test' ? process.env['GAMMA_CRASH_AT'] : undefined;
  const marker = process.env['GAMMA_CRASH_MARKER'] ?? '/dev/null';
  return {
    namespace: config.temporal.namespace,
    dataConverter: dataConverter(config.temporal, 'mark'),
    shutdownGraceTime: '10s',
    interceptors: {
      activity: [provenInputs, ...(crashAt ? [crashPoints(crashAt, marker)] : [])],
    },
    ...(config.deployment && {
      workerDeploymentOptions: {
        version: config.deployment,
        useWorkerVersioning: true,
        // A workflow that says nothing (workflows/index.ts) goes on with the newest version, guarded by `patched`.
        defaultVersioningBehavior: 'AUTO_UPGRADE',
      },
    }),
  };
}
