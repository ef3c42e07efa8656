import { continueAsNew, workflowInfo } from '@temporalio/workflow';

import type * as contract from './contract';
import { OrderWatch } from './orderWatch';

/**
 * What an event asks for after an order's money was released, or after the order had ended: the money goes back, more
 * of it is promised, or the order comes back to life. It sees through what it brought and then ends.
 */
export async function adjustment(
  input: contract.AdjustmentInput,
): Promise<contract.ConversionResult> {
  return new OrderWatch({
    conversionId: input.conversionId,
    driver: workflowInfo().workflowId,
    paidWaitMs: null,
    beginAnew: () => continueAsNew<typeof adjustment>(input),
  }).run();
}
