import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';

import { OPEN_SOURCES, openWork, type OpenWork } from '../store/postgres/openWork';
import { errorText, type Logger } from '../telemetry/logger';
import * as contract from '../workflows/contract';
import { batchStart } from './batchStart';
import { orderStart } from './orderStart';
import { payoutStart } from './payoutStart';
import type { StartDefaults } from './startDefaults';

const PAGE = 500;
/** Starts under way at once; a small server takes thousands a minute so. */
const WINDOW = 20;
/** After so many failed starts in a row Temporal is away, not the work at fault. */
const GIVE_UP_AFTER = 100;
const START_MS = 10_000;

export type RebuildOptions = {
  readonly pool: Pool;
  readonly client: Client;
  readonly defaults: StartDefaults;
  readonly logger: Logger;
  /** Count only. */
  readonly dryRun?: boolean;
  /** Called often, with the counts so far. */
  readonly onProgress?: (counts: contract.RebuildCounts) => void;
};

type Counts = {
  -readonly [Kind in keyof contract.RebuildCounts]: {
    -readonly [What in keyof contract.RebuildCount]: number;
  };
};

/**
 * Gives a workflow to everything that Postgres says is open and that has none: after Temporal lost some or all of it,
 * was restored to an older day, or somebody terminated what should run. Starting what runs already is no fault (it
 * is left alone), and a workflow reads from Postgres where its subject stands, so that running this at any time, twice,
 * or beside the relay changes nothing else. Undelivered messages of the outbox need nothing: the relay brings them.
 */
export async function rebuild(options: RebuildOptions): Promise<contract.RebuildCounts> {
  const running = await runningIds(options.client);
  const counts: Counts = { conversion: none(), run: none(), payout: none() };
  const state = { failedInARow: 0 };
  for (const source of OPEN_SOURCES) {
    let after: readonly [string, string] | undefined;
    do {
      const { paidWaitMs } = options.defaults;
      const page = await openWork(options.pool, source, { after, limit: PAGE, paidWaitMs });
      const missing = page.work.filter((work) => {
        counts[work.kind].open += 1;
        // Two sources may name one conversion, and what is started now must not be counted again.
        return !running.has(workflowIdOf(work));
      });
      for (let at = 0; at < missing.length; at += WINDOW) {
        const window = missing.slice(at, at + WINDOW);
        await Promise.all(window.map((work) => startOne(options, work, counts, state)));
        for (const work of window) running.add(workflowIdOf(work));
        options.onProgress?.(counts);
      }
      options.onProgress?.(counts);
      after = page.after;
    } while (after);
  }
  return counts;
}

const none = (): { open: number; started: number; failed: number } => ({
  open: 0,
  started: 0,
  failed: 0,
});

async function startOne(
  options: RebuildOptions,
  work: OpenWork,
  counts: Counts,
  state: { failedInARow: number },
): Promise<void> {
  try {
    if (!options.dryRun)
      await options.client.withDeadline(Date.now() + START_MS, () => start(options, work));
    counts[work.kind].started += 1;
    state.failedInARow = 0;
  } catch (failure) {
    counts[work.kind].failed += 1;
    state.failedInARow += 1;
    if (state.failedInARow >= GIVE_UP_AFTER) throw failure;
    options.logger.warn(
      { workflowId: workflowIdOf(work), error: errorText(failure) },
      'rebuild: a workflow was not started, the next run tries again',
    );
  }
}

/** Whatever became of an earlier run of the same id: Postgres says that the work is not done. */
const ANEW = { workflowIdReusePolicy: 'ALLOW_DUPLICATE' } as const;

async function start({ client, defaults }: RebuildOptions, work: OpenWork): Promise<void> {
  const { workflow } = client;
  switch (work.kind) {
    case 'conversion': {
      const { id: conversionId, programmeId, sale } = work;
      const order = { conversionId, programmeId, sale, workflowId: workflowIdOf(work) };
      const { type, ...options } = orderStart(order, defaults.paidWaitMs);
      await workflow.start(type, { ...options, ...ANEW });
      return;
    }
    case 'run': {
      const { collectMs, approveWithinMs, timing } = defaults;
      await workflow.start('payoutBatch', {
        ...batchStart(work, { collectMs, approveWithinMs, timing }),
        ...ANEW,
      });
      return;
    }
    case 'payout': {
      const { id: payoutId, batchId } = work;
      await workflow.start('payoutItem', {
        ...payoutStart({ payoutId, batchId }, defaults.timing),
        ...ANEW,
      });
      return;
    }
  }
}

function workflowIdOf(work: OpenWork): string {
  switch (work.kind) {
    case 'conversion':
      return work.driver ?? contract.conversionWorkflowId(work.id);
    case 'run':
      return contract.batchWorkflowId(work.period, work.currency);
    case 'payout':
      return contract.payoutWorkflowId(work.id);
  }
}

/**
 * Ids of what runs, from the visibility store: a thousand an answer, where asking for each would be one call each. It
 * lags by moments, which costs a start that finds its workflow running. Read raw: memos of strangers are not decoded.
 */
async function runningIds(client: Client): Promise<Set<string>> {
  const ids = new Set<string>();
  const { namespace } = client.options;
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.listWorkflowExecutions({
      namespace,
      pageSize: 1000,
      query: `ExecutionStatus = 'Running' and WorkflowType in ('conversion', 'adjustment', 'payoutBatch', 'payoutItem')`,
      ...(nextPageToken && { nextPageToken }),
    });
    for (const { execution } of page.executions ?? [])
      if (execution?.workflowId) ids.add(execution.workflowId);
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken);
  return ids;
}
