import type { WorkflowStartOptions } from '@temporalio/client';

import { displayTenge, type Tiyn } from '../domain/money';
import { attribute } from '../workflows/attributes';
import * as contract from '../workflows/contract';

type Order = {
  readonly conversionId: string;
  readonly programmeId: string | null;
  readonly sale: Tiyn;
};

/** How the workflow of an order is started: by the relay that carries its first event, or by the rebuild job. */
export function conversionStart(order: Order, paidWaitMs: number) {
  const { conversionId, programmeId } = order;
  return {
    workflowId: contract.conversionWorkflowId(conversionId),
    taskQueue: contract.TASK_QUEUE.conversions,
    args: [{ conversionId, paidWaitMs }] as [contract.ConversionInput],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `order of ${displayTenge(order.sale)}`,
    staticDetails: `Conversion \`${conversionId}\` of programme \`${programmeId}\`.\n\nIn the API: \`GET /v1/conversions/${conversionId}\``,
    typedSearchAttributes: [
      { key: attribute.state, value: 'RECEIVED' },
      { key: attribute.needsReview, value: false },
      ...(programmeId ? [{ key: attribute.offerId, value: programmeId }] : []),
    ],
  } satisfies WorkflowStartOptions;
}
