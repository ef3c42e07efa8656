import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { createClickhouse } from '../store/clickhouse/client';
import { migrateClickhouse } from '../store/clickhouse/migrate';
import { createClickIndex } from '../store/redis/clickIndex';
import { createRedis } from '../store/redis/client';
import { logCrashes } from '../telemetry/crash';
import { errorMessage } from '../telemetry/failure';
import { createLogger } from '../telemetry/logger';
import { readDrainConfig } from './config';
import { Cursor } from './cursor';
import { Drain } from './drain';
import { DrainLock } from './drainLock';
import { SegmentReader } from './segmentReader';
import { createClickhouseSink, createRedisSink } from './sinks';

const logger = createLogger('drain');
logCrashes(logger);

const CLICKHOUSE_TIMEOUT_MS = 30_000;
const REDIS_TIMEOUT_MS = 5_000;
/** The index serves orders that follow a click within seconds: it lingers less than ClickHouse. */
const REDIS_LINGER_MS = 50;
/** Each click is a command of its own there: larger batches would only take memory. */
const REDIS_BATCH_ROWS = 10_000;
const STOP_MS = 8_000;
const LOCK_RETRY_MS = 500;

async function acquire(lock: DrainLock): Promise<void> {
  for (let attempt = 0; !lock.acquire(); attempt += 1) {
    if (attempt === 0) logger.warn({ state: 'standby' }, 'another drain has this folder: waiting');
    await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS));
  }
}

async function main(): Promise<void> {
  const config = readDrainConfig(process.env);
  const own = join(config.dir, 'drain');
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const lock = new DrainLock(join(own, 'lock'), () => {
    logger.error({ code: 'drain_lock_lost' }, 'another drain took this folder over: stopping');
    process.exit(1);
  });
  let stop = (): void => process.exit(0);
  const onSignal = (): void => stop();
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  await acquire(lock);

  const clickhouse = createClickhouse({
    url: config.clickhouseUrl,
    applicationName: 'gamma-drain',
    requestTimeoutMs: CLICKHOUSE_TIMEOUT_MS,
  });
  const redis = createRedis({ ...config.redis, commandTimeoutMs: REDIS_TIMEOUT_MS });
  const index = createClickIndex(redis, config.indexKeepSeconds);
  const migrate = (): Promise<unknown> =>
    migrateClickhouse(config.clickhouseUrl, config.clickStore);
  const drain = new Drain({
    reader: new SegmentReader(config.dir, config.segmentAgeMs),
    sinks: [
      {
        sink: createClickhouseSink(clickhouse, migrate, config.ipHashKey),
        cursor: Cursor.load(join(own, 'clickhouse.json')),
        lingerMs: config.lingerMs,
      },
      {
        sink: createRedisSink(index),
        cursor: Cursor.load(join(own, 'redis.json')),
        lingerMs: Math.min(REDIS_LINGER_MS, config.lingerMs),
        batchRows: Math.min(REDIS_BATCH_ROWS, config.batchRows),
      },
    ],
    logger,
    batchRows: config.batchRows,
    pollMs: config.pollMs,
    keepSegmentsMs: config.keepSegmentsMs,
    mayShip: () => lock.isMine(),
  });
  stop = () => {
    drain.stop();
    // A batch cut off here is repeated by the next start.
    setTimeout(() => process.exit(0), STOP_MS).unref();
  };
  process.stdout.write('ready drain\n');
  await drain.run();
  lock.release();
  redis.disconnect();
  await clickhouse.close();
}

main().then(
  () => process.exit(0),
  (failure: unknown) => {
    process.stderr.write(`drain cannot start: ${errorMessage(failure)}\n`);
    process.exit(1);
  },
);
