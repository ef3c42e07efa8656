import type { WorkflowStartOptions } from '@temporalio/client';

import { attribute } from '../workflows/attributes';
import * as contract from '../workflows/contract';

/**
 * How the workflow of one payout is started outside of its run: by the rebuild job, or by whoever has something to tell
 * it and finds it gone (it ended when it handed the payout to people in an older release, or Temporal was lost). It
 * reads in Postgres how the payout stands and asks before it sends, so a start too many does nothing.
 */
export function payoutStart(
  payout: { readonly payoutId: string; readonly batchId: string },
  timing: contract.PayoutTiming,
) {
  const { payoutId, batchId } = payout;
  return {
    workflowId: contract.payoutWorkflowId(payoutId),
    taskQueue: contract.TASK_QUEUE.payouts,
    args: [{ payoutId, batchId, timing }] as [contract.PayoutItemInput],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `payout ${payoutId}`,
    typedSearchAttributes: [{ key: attribute.batchId, value: batchId }],
  } satisfies WorkflowStartOptions;
}
