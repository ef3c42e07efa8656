import type { Pool } from 'pg';

import type { PayoutProvider } from '../../adapters/ports';
import type { LedgerQueue } from '../../store/postgres/ledger';

export type PayoutDeps = {
  readonly pool: Pool;
  readonly ledger: LedgerQueue;
  readonly provider: PayoutProvider;
  readonly now: () => Date;
  readonly mode: 'test' | 'live';
  /** Overrides the parameter row `base.mode`; the demo shows both. */
  readonly taxBaseMode?: 'gross' | 'after_fee';
};

/** The provider's word, as the payout workflow understands it. Amounts are decimal tenge text. */
export type PayoutAnswer =
  | { readonly kind: 'paid'; readonly providerReference: string; readonly amount: string }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  | { readonly kind: 'accepted'; readonly providerReference: string }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown' }
  /** The kill switch is on: nothing was sent. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'review'; readonly reason: string };
