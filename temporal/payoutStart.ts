import type { WorkflowStartOptions } from '@temporalio/client';

import { attribute } from '../workflows/attributes';
import * as contract from '../workflows/contract';

/** How the workflow of a single payout is started outside of its run: by the rebuild job. Runs start their own. */
export function payoutStart(
  payout: { readonly payoutId: string; readonly batchId: string },
  timing: contract.PayoutTiming,
) {
  const { payoutId, batchId } = payout;
  return {
    workflowId: contract.payoutWorkflowId(payoutId),
    taskQueue: contract.TASK_QUEUE.payouts,
    args: [{ payoutId, batchId, timing }] as [contract.PayoutItemInput],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `payout ${payoutId}`,
    typedSearchAttributes: [
      { key: attribute.state, value: 'RESERVED' },
      { key: attribute.batchId, value: batchId },
    ],
  } satisfies WorkflowStartOptions;
}
