import { continueAsNew } from '@temporalio/workflow';

import type * as contract from './contract';
import { LegacyConversionRun } from './legacy/conversion';
import { OrderWatch } from './orderWatch';
import { conversionHearsEverything } from './versions';

/**
 * One order's money, from the postback to the card: accrue → hold → confirm → check payee → release → paid.
 * Business outcomes are results, never failures: a failed workflow means a bug and pages somebody.
 */
export async function conversion(
  input: contract.ConversionInput,
): Promise<contract.ConversionResult> {
  if (!conversionHearsEverything()) return new LegacyConversionRun(input).run();
  return new OrderWatch({
    conversionId: input.conversionId,
    driver: null,
    paidWaitMs: input.paidWaitMs,
    beginAnew: () => continueAsNew<typeof conversion>(input),
  }).run();
}
