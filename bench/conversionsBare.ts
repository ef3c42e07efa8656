import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode } from '@temporalio/worker';

import { attribute } from '../workflows/attributes';
import type { BareReply, BareRequest } from './conversionsBareWorker';
import { changed, paid, type BareInput } from './conversionsBareWorkflow';
import type { Burst, BurstRunner, BurstTimes } from './conversionsBurst';

const TASK_QUEUE = 'bench-bare';
/** As many signalWithStart calls at once as our relay makes. */
const AT_ONCE = 50;
const silent = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error };

/** Bundled here and written to a file, as production's workflows are at build time. */
async function bundle(dir: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(__dirname, 'conversionsBareWorkflow.js'),
    logger: silent,
  });
  const path = join(dir, 'bare-bundle.js');
  writeFileSync(path, code);
  return path;
}

class BareWorker {
  private readonly listeners = new Set<(reply: BareReply) => void>();
  private readonly failed: Promise<never>;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (reply: BareReply) =>
      this.listeners.forEach((listener) => listener(reply)),
    );
    this.failed = new Promise((_, reject) => {
      child.once('exit', (code) => reject(new Error(`the bare worker ended with ${code}`)));
    });
    this.failed.catch(() => undefined);
  }

  static async start(env: Readonly<Record<string, string>>): Promise<BareWorker> {
    const child = fork(join(__dirname, 'conversionsBareWorker.js'), {
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
    });
    const worker = new BareWorker(child);
    await worker.hears('ready');
    return worker;
  }

  expect(count: number): void {
    this.child.send({ expect: count } satisfies BareRequest);
  }

  async hears(kind: BareReply['kind']): Promise<number> {
    const heard = new Promise<number>((resolve) => {
      const listener = (reply: BareReply): void => {
        if (reply.kind !== kind) return;
        this.listeners.delete(listener);
        resolve('atMs' in reply ? reply.atMs : 0);
      };
      this.listeners.add(listener);
    });
    return Promise.race([heard, this.failed]);
  }

  async stop(): Promise<void> {
    const gone = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    if (this.child.exitCode === null) {
      this.child.disconnect();
      await gone;
    }
  }
}

async function startAll(client: Client, ids: readonly string[], input: BareInput): Promise<void> {
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    await Promise.all(
      ids.slice(from, from + AT_ONCE).map((workflowId) =>
        client.workflow.signalWithStart('bare', {
          workflowId,
          taskQueue: TASK_QUEUE,
          args: [input],
          signal: changed,
          signalArgs: ['approved'],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          workflowIdConflictPolicy: 'USE_EXISTING',
          typedSearchAttributes: [
            { key: attribute.state, value: 'RECEIVED' },
            { key: attribute.needsReview, value: false },
            { key: attribute.offerId, value: 'prg_bench' },
          ],
        }),
      ),
    );
  }
}

async function burst(client: Client, worker: BareWorker, plan: Burst): Promise<BurstTimes> {
  const run = randomBytes(6).toString('hex');
  const ids = Array.from({ length: plan.count }, (_, n) => `bare/${run}/${n}`);
  worker.expect(plan.count);
  const [accrued, released] = [worker.hears('accrued'), worker.hears('released')];
  const startedAtMs = Date.now();
  const holdEndsAtMs = startedAtMs + plan.holdSeconds * 1000;
  await startAll(client, ids, { heldUntilMs: holdEndsAtMs, paidWaitMs: plan.paidWaitMs });
  return {
    startedAtMs,
    holdEndsAtMs,
    heldAtMs: await accrued,
    payableAtMs: await released,
    workflowIds: ids,
  };
}

/** `dir` takes the bundle. */
export async function startBare(
  temporal: { readonly address: string; readonly namespace: string },
  dir: string,
): Promise<BurstRunner> {
  const worker = await BareWorker.start({
    ADDRESS: temporal.address,
    NAMESPACE: temporal.namespace,
    TASK_QUEUE,
    BUNDLE: await bundle(dir),
  });
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection, namespace: temporal.namespace });
  return {
    client,
    burst: (plan) => burst(client, worker, plan),
    pay: (workflowId) => client.workflow.getHandle(workflowId).signal(paid),
    stop: async () => {
      await connection.close();
      await worker.stop();
    },
  };
}
