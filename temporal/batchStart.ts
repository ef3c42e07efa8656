import type { WorkflowStartOptions } from '@temporalio/client';

import { attribute } from '../workflows/attributes';
import * as contract from '../workflows/contract';

export type BatchDefaults = Omit<contract.PayoutBatchInput, 'batchId' | 'startedAfter'>;

type Batch = { readonly id: string; readonly period: string; readonly currency: string };

/**
 * How the workflow of a payout run is started, by whoever needs it: the relay that carries a request, a person who is
 * faster than the relay, the rebuild. A running one is used, one that has ended, been terminated or forgotten is begun
 * anew: it reads in Postgres where the run is, and of a run that is over it has nothing to do.
 */
export function batchStart(batch: Batch, defaults: BatchDefaults, requestId?: string) {
  return {
    workflowId: contract.batchWorkflowId(batch.period, batch.currency),
    taskQueue: contract.TASK_QUEUE.payouts,
    args: [{ ...defaults, batchId: batch.id }] as [contract.PayoutBatchInput],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    // Which call began the run; of those that only join it the signal or update tells.
    ...(requestId === undefined ? {} : { memo: { requestId } }),
    staticSummary: `mass payout ${batch.period}`,
    typedSearchAttributes: [
      { key: attribute.state, value: 'COLLECTING' },
      { key: attribute.batchId, value: batch.id },
    ],
  } satisfies WorkflowStartOptions;
}
