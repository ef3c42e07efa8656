import { LedgerError } from '../../store/postgres/ledger';
import { FAILURE } from '../../workflows/contract';
import { again, withFailures } from '../failures';
import { advanceConversion, type Advanced, type AdvanceInput } from './advance';
import type { ConversionDeps } from './deps';
import * as legacy from './legacy';

export type { Advanced } from './advance';
export type { Accrued, ReleaseOutcome } from './legacy';

type Input = { readonly conversionId: string };

export type ConversionActivities = {
  advanceConversion(input: AdvanceInput): Promise<Advanced>;
  accrueConversion(input: Input & { readonly revision: number }): Promise<legacy.AccrueOutcome>;
  repriceConversion(input: Input & { readonly revision: number }): Promise<legacy.RepriceOutcome>;
  releaseConversion(
    input: Input & { readonly confirmedBy: 'order' | 'person' },
  ): Promise<legacy.ReleaseOutcome>;
  flagConversion(input: Input & { readonly reason: string }): Promise<void>;
  cancelConversion(input: Input & { readonly by: string }): Promise<legacy.Ended>;
};

/**
 * The books' refusal of a step is a bug or a race with a payout, and either way the order waits: it is tried again
 * and seen by its attempts, never a failed workflow that nobody could wake.
 */
export async function advanceOrder(deps: ConversionDeps, input: AdvanceInput): Promise<Advanced> {
  try {
    return await advanceConversion(deps, input);
  } catch (thrown) {
    if (!(thrown instanceof LedgerError)) throw thrown;
    throw again(FAILURE.ledgerConflict, `${thrown.code}: ${thrown.message}`);
  }
}

export function createConversionActivities(deps: ConversionDeps): ConversionActivities {
  return withFailures<ConversionActivities>({
    advanceConversion: (input) => advanceOrder(deps, input),
    accrueConversion: (input) => legacy.accrueConversion(deps, input),
    repriceConversion: (input) => legacy.repriceConversion(deps, input),
    releaseConversion: (input) => legacy.releaseConversion(deps, input),
    flagConversion: (input) => legacy.flagConversion(deps, input),
    cancelConversion: (input) => legacy.cancelConversion(deps, input),
  });
}
