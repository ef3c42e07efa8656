import type { WorkflowStartOptions } from '@temporalio/client';

import { displayTenge, type Tiyn } from '../domain/money';
import { attribute } from '../workflows/attributes';
import * as contract from '../workflows/contract';

type Order = {
  readonly conversionId: string;
  readonly programmeId: string | null;
  /** null where nobody has said it: a person's word about an order. */
  readonly sale: Tiyn | null;
  /** The order's own workflow, or the adjustment that follows it. */
  readonly workflowId: string;
};

/**
 * How the workflow that follows an order is started: by the relay that carries a message, or by the rebuild job. One that
 * was terminated, failed or forgotten goes on from what Postgres says; an order's own that ended by itself is not
 * begun anew (what comes then is an adjustment), an adjustment is, since it only looks.
 */
export function orderStart(order: Order, paidWaitMs: number) {
  const { conversionId, programmeId, sale, workflowId } = order;
  const isOwn = workflowId === contract.conversionWorkflowId(conversionId);
  return {
    type: isOwn ? 'conversion' : 'adjustment',
    workflowId,
    taskQueue: contract.TASK_QUEUE.conversions,
    args: [isOwn ? { conversionId, paidWaitMs } : { conversionId }] as [
      contract.ConversionInput | contract.AdjustmentInput,
    ],
    workflowIdReusePolicy: isOwn ? 'ALLOW_DUPLICATE_FAILED_ONLY' : 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: sale === null ? 'order' : `order of ${displayTenge(sale)}`,
    staticDetails: `Conversion \`${conversionId}\` of programme \`${programmeId}\`.\n\nIn the API: \`GET /v1/conversions/${conversionId}\``,
    typedSearchAttributes: [
      { key: attribute.state, value: 'RECEIVED' },
      { key: attribute.needsReview, value: false },
      ...(programmeId ? [{ key: attribute.offerId, value: programmeId }] : []),
    ],
  } satisfies WorkflowStartOptions & { type: string };
}
