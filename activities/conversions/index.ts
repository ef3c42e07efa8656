import { withFailures } from '../failures';
import { accrueConversion, type AccrueInput, type AccrueOutcome } from './accrue';
import {
  cancelConversion,
  flagConversion,
  type CancelInput,
  type Ended,
  type FlagInput,
} from './decide';
import type { ConversionDeps } from './deps';
import { releaseConversion, type ReleaseInput, type ReleaseOutcome } from './release';
import { repriceConversion, type RepriceInput, type RepriceOutcome } from './reprice';

export type { Accrued } from './accrue';
export type { ReleaseOutcome } from './release';

export type ConversionActivities = {
  accrueConversion(input: AccrueInput): Promise<AccrueOutcome>;
  repriceConversion(input: RepriceInput): Promise<RepriceOutcome>;
  releaseConversion(input: ReleaseInput): Promise<ReleaseOutcome>;
  flagConversion(input: FlagInput): Promise<void>;
  cancelConversion(input: CancelInput): Promise<Ended>;
};

export function createConversionActivities(deps: ConversionDeps): ConversionActivities {
  return withFailures<ConversionActivities>({
    accrueConversion: (input) => accrueConversion(deps, input),
    repriceConversion: (input) => repriceConversion(deps, input),
    releaseConversion: (input) => releaseConversion(deps, input),
    flagConversion: (input) => flagConversion(deps, input),
    cancelConversion: (input) => cancelConversion(deps, input),
  });
}
