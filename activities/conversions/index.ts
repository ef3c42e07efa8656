import type { Pool } from 'pg';

import type { LedgerQueue } from '../../store/postgres/ledger';
import { withFailures } from '../failures';
import { accrueConversion, type AccrueInput, type AccrueOutcome } from './accrue';
import {
  cancelConversion,
  flagConversion,
  type CancelInput,
  type Ended,
  type FlagInput,
} from './decide';
import { releaseConversion, type ReleaseInput, type ReleaseOutcome } from './release';
import { repriceConversion, type RepriceInput, type RepriceOutcome } from './reprice';

export type { Accrued } from './accrue';
export type { ReleaseOutcome } from './release';

/** Steps that touch only our Postgres. Each is one transaction, and repeating any of them changes nothing. */
export type ConversionDeps = {
  readonly pool: Pool;
  readonly ledger: LedgerQueue;
  readonly now: () => Date;
  readonly mode: 'test' | 'live';
  /** How often a shop is asked about an order that is past its hold, in ms. */
  readonly pollEveryMs: number;
};

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
