import { WithStartWorkflowOperation, type Client } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';

import { insertOutbox } from '../store/postgres/outbox';
import type { BatchRef } from '../store/postgres/payoutBatches';
import type { Sql } from '../store/postgres/pool';
import { errorText, type Logger } from '../telemetry/logger';
import { batchStart, type BatchDefaults } from '../temporal/batchStart';
import { failureKind } from './ops/temporalFailure';

/** How the workflow of a payout run is told that its row changed. What is told is in Postgres before. */
export type RunWorkflowDeps = {
  readonly client: Client;
  readonly batch: BatchDefaults;
  readonly timeoutMs: number;
  readonly log: Logger;
};

/** For news that the workflow finds by itself within half a minute: nobody waits longer for it than this. */
const NEWS_MS = 2_000;

/** The run's workflow, started when there is none. One that ends at this very moment is started anew, once. */
export async function tellRun<Out, In extends { readonly requestId?: string }>(
  { client, batch, timeoutMs }: RunWorkflowDeps,
  run: BatchRef,
  update: UpdateDefinition<Out, [In]>,
  input: In,
): Promise<Out> {
  const tell = (): Promise<Out> =>
    client.withDeadline(Date.now() + timeoutMs, () =>
      client.workflow.executeUpdateWithStart(update, {
        startWorkflowOperation: new WithStartWorkflowOperation(
          'payoutBatch',
          batchStart(run, batch, input.requestId),
        ),
        args: [input],
      }),
    );
  try {
    return await tell();
  } catch (thrown) {
    const kind = failureKind(thrown);
    if (kind !== 'closed' && kind !== 'refused') throw thrown;
    return tell();
  }
}

/** The same for news of what is done already: that Temporal is away changes nothing of it. */
export async function bringNews<Out, In extends { readonly requestId?: string }>(
  deps: RunWorkflowDeps,
  run: BatchRef,
  update: UpdateDefinition<Out, [In]>,
  input: In,
): Promise<void> {
  const timeoutMs = Math.min(deps.timeoutMs, NEWS_MS);
  await quietly(deps, run, () => tellRun({ ...deps, timeoutMs }, run, update, input));
}

/** Begins the run's workflow anew, whatever it was doing: every step of it is repeatable. */
export async function beginAgain(
  { client, batch, timeoutMs }: RunWorkflowDeps,
  run: BatchRef,
  requestId: string,
): Promise<void> {
  await client.withDeadline(Date.now() + timeoutMs, () =>
    client.workflow.start('payoutBatch', {
      ...batchStart(run, batch, requestId),
      workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    }),
  );
}

export async function tryBeginAgain(
  deps: RunWorkflowDeps,
  run: BatchRef,
  requestId: string,
): Promise<void> {
  await quietly(deps, run, () => beginAgain(deps, run, requestId));
}

async function quietly(
  { log }: RunWorkflowDeps,
  run: BatchRef,
  call: () => Promise<unknown>,
): Promise<void> {
  try {
    await call();
  } catch (thrown) {
    if (failureKind(thrown) === undefined) throw thrown;
    log.warn({ batchId: run.id, error: errorText(thrown) }, 'a payout run was not told its news');
  }
}

/** In the transaction that changed the run: the relay makes sure that its workflow runs, now or when Temporal is back. */
export async function ensureRun(
  sql: Sql,
  run: BatchRef,
  subjectId: string,
  requestId?: string,
): Promise<void> {
  await insertOutbox(sql, {
    topic: 'payout.requested',
    subjectId,
    payload: {
      batchId: run.id,
      period: run.period,
      currency: run.currency,
      ...(requestId === undefined ? {} : { requestId }),
    },
  });
}
