import type { WorkflowStartOptions } from '@temporalio/client';

import { attribute } from '../workflows/attributes';
import * as contract from '../workflows/contract';

/**
 * How the workflow of one payout is started again, by whoever has something to tell it and finds it gone: it ended when
 * it handed the payout to people in an older release, or Temporal was lost. It reads in Postgres how the payout stands
 * and asks before it sends, so a start too many does nothing.
 */
export function payoutStart(
  payout: { readonly id: string; readonly batchId: string },
  timing: contract.PayoutTiming,
) {
  return {
    workflowId: contract.payoutWorkflowId(payout.id),
    taskQueue: contract.TASK_QUEUE.payouts,
    args: [{ payoutId: payout.id, batchId: payout.batchId, timing }] as [contract.PayoutItemInput],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `payout ${payout.id}`,
    typedSearchAttributes: [{ key: attribute.batchId, value: payout.batchId }],
  } satisfies WorkflowStartOptions;
}
