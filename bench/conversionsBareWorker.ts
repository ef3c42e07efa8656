import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

import { text } from '../config/env';
import type { BareActivities } from './conversionsBareWorkflow';

/** What the parent asks and hears over IPC. Times are ms since the epoch, at the end of the last activity. */
export type BareRequest = { readonly expect: number };
export type BareReply =
  { readonly kind: 'ready' } | { readonly kind: 'accrued' | 'released'; readonly atMs: number };

const tell = (reply: BareReply): void => void process.send?.(reply);

/** Activities that only count: the one thing they do is tell when all of a round have run. */
function countingActivities(): BareActivities & { expect: (count: number) => void } {
  let left = { accrued: 0, released: 0 };
  const count = (kind: 'accrued' | 'released'): Promise<void> => {
    left[kind] -= 1;
    if (left[kind] === 0) tell({ kind, atMs: Date.now() });
    return Promise.resolve();
  };
  return {
    accrue: () => count('accrued'),
    release: () => count('released'),
    expect: (expected) => (left = { accrued: expected, released: expected }),
  };
}

/** A worker as ours is made, without a codec and without any work. */
async function main(): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const { expect, ...activities } = countingActivities();
  const connection = await NativeConnection.connect({ address: text(process.env, 'ADDRESS') });
  const worker = await Worker.create({
    connection,
    namespace: text(process.env, 'NAMESPACE'),
    taskQueue: text(process.env, 'TASK_QUEUE'),
    workflowBundle: { codePath: text(process.env, 'BUNDLE') },
    maxCachedWorkflows: 600,
    activities,
  });
  process.on('message', (request: BareRequest) => expect(request.expect));
  // The parent is gone, however it went.
  process.once('disconnect', () => worker.shutdown());
  const running = worker.run();
  tell({ kind: 'ready' });
  await running;
  await connection.close();
}

main()
  .then(() => process.exit(0))
  .catch((failure: unknown) => {
    console.error(failure);
    process.exit(1);
  });
