import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { addBulkPayouts } from '../sandbox/bulkPayouts';
import { seedDemo, type DemoData } from '../sandbox/seed';
import { call, until } from '../sandbox/demo/http';
import { silentProgress, startChild, type EmbeddedStack } from '../stack/embedded';
import { sharedLogins, startPlatform, type Platform } from '../stack/platform';
import { demoSeed, loadSecrets } from '../stack/secrets';
import { keyRing } from '../config/env';
import { createPool } from '../store/postgres/pool';
import { createTemporalClient } from '../temporal/connection';
import { batchWorkflowId } from '../workflows/contract';
import type { Database } from './databases';
import type { BenchRow } from './report';

/** A payout run as it is in life: frozen, approved by two keys, every payout a workflow, the fake provider's book at its end. */
export type PayoutRunBenchOptions = {
  readonly stack: EmbeddedStack;
  readonly dir: string;
  readonly database: Database;
  readonly namespace: string;
  readonly count?: number;
  readonly progress: (line: string) => void;
};

const COUNT = 5_000;
/** None of a run's histories may grow with the run. */
const GOAL_EVENTS = 4_096;
const PATIENCE_MS = 1_800_000;

export async function benchPayoutRun(options: PayoutRunBenchOptions): Promise<BenchRow> {
  const { stack, database, progress, count = COUNT } = options;
  const dir = join(options.dir, 'payout-run');
  const secrets = loadSecrets(join(options.dir, 'payout-run-secrets.json'));
  const pool = createPool({ url: database.appUrl, applicationName: 'bench', max: 10 });
  const owner = createPool({
    url: database.ownerUrl,
    applicationName: 'bench-owner',
    max: 2,
    asOwner: true,
  });
  const data = await seedDemo(pool, demoSeed(secrets, 1));
  const platform = await startPlatform({
    stack: {
      startChild: (spec) =>
        startChild({ ...spec, logFile: join(dir, `${spec.name}.log`), runDir: join(dir, 'run') }),
    },
    target: {
      logins: sharedLogins(database.appUrl, stack.urls.redis),
      redisPrefix: 'payout-run:',
      clickhouse: 'http://127.0.0.1:1',
      temporal: stack.urls.temporal,
      temporalUi: 'http://127.0.0.1:1',
      namespace: options.namespace,
    },
    secrets,
    dir,
    progress: silentProgress,
    only: ['sandbox', 'worker', 'api'],
    env: {
      API_RATE_ACTOR: '10000000',
      BATCH_COLLECT_MS: '86400000',
      SANDBOX_SETTLE_MS: '50',
      LOG_LEVEL: 'warn',
    },
  });
  const temporal = createTemporalClient({
    address: stack.urls.temporal,
    namespace: options.namespace,
    codecKeys: keyRing({ KEYS: secrets.codecKeys }, 'KEYS'),
  });
  try {
    progress(`payout run: ${count} requests are made`);
    const { batchId, period, payoutIds } = await addBulkPayouts({ pool, owner }, count);
    // One in the midst of them never gets an answer: all others are to be paid all the same.
    await call('POST', `${platform.urls.sandbox}/control/wooppay/dial`, {
      body: { mode: 'http_500', reference: payoutIds[Math.floor(count / 17)] },
    });
    const times = await runThrough(platform, data, batchId, count - 1, progress);
    const histories = await historiesOf(temporal, batchWorkflowId(period, 'KZT'));
    const most = Math.max(...histories);
    return {
      path: `a payout run of ${count.toLocaleString('en')}, one of them stuck: approved to all others paid`,
      unit: 'payouts/s',
      rounds: 1,
      value: (count - 1) / (times.paidMs / 1000),
      notes:
        `frozen in ${(times.frozenMs / 1000).toFixed(1)} s; the run's ${histories.length} histories hold ${histories.join(', ')} events; ` +
        `worker at most ${times.workerMb.toFixed(0)} MB resident`,
      goal: `events of each history ≤ ${GOAL_EVENTS.toLocaleString('en')}`,
      met: most <= GOAL_EVENTS,
    };
  } finally {
    await platform.stop();
    await temporal.connection.close();
    await Promise.all([pool.end(), owner.end()]);
  }
}

type Times = { readonly frozenMs: number; readonly paidMs: number; readonly workerMb: number };

async function runThrough(
  platform: Platform,
  { apiKeys }: DemoData,
  batchId: string,
  count: number,
  progress: (line: string) => void,
): Promise<Times> {
  const url = `${platform.urls.api}/v1/payout-batches/${batchId}`;
  const run = async (): Promise<Record<string, unknown>> =>
    (await call('GET', url, { key: apiKeys.opsChecker })).body;
  const began = performance.now();
  const frozen = await until(
    'the run is frozen',
    async () => {
      await call('POST', `${url}/prepare`, { key: apiKeys.opsMaker, body: {}, expect: [200, 503] });
      return run();
    },
    (body) => body['state'] === 'frozen',
    PATIENCE_MS,
  );
  const frozenMs = performance.now() - began;
  progress(`payout run: frozen in ${(frozenMs / 1000).toFixed(1)} s`);
  const approved = performance.now();
  await call('POST', `${url}/approve`, {
    key: apiKeys.opsChecker,
    body: { expected_total: frozen['total'] },
  });
  let workerMb = 0;
  await until(
    'all but the stuck one are paid',
    async () => {
      workerMb = Math.max(workerMb, residentMb(platform.processes.worker?.pid));
      return ((await run())['counts'] as Record<string, number>)['paid'] ?? 0;
    },
    (paid) => paid === count,
    PATIENCE_MS,
  );
  return { frozenMs, paidMs: performance.now() - approved, workerMb };
}

/** 0 where the system does not tell. */
function residentMb(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Events of each history of a workflow that began anew several times, the first first. */
async function historiesOf(
  temporal: ReturnType<typeof createTemporalClient>,
  workflowId: string,
): Promise<number[]> {
  const all: number[] = [];
  for (let runId: string | undefined; ;) {
    const { events } = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    all.unshift(events?.length ?? 0);
    const before = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    if (!before) return all;
    runId = before;
  }
}
