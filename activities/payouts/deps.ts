import type { Pool } from 'pg';

import type { PayoutProvider } from '../../adapters/ports';
import type { LedgerQueue } from '../../store/postgres/ledger';

export type PayoutDeps = {
  readonly pool: Pool;
  readonly ledger: LedgerQueue;
  readonly provider: PayoutProvider;
  readonly now: () => Date;
  readonly mode: 'test' | 'live';
  /** Sends of one attempt at most; afterwards it is only asked about. */
  readonly maxSends: number;
  /** Overrides the parameter row `base.mode`; the demo shows both. */
  readonly taxBaseMode?: 'gross' | 'after_fee';
};

/** The provider's word, as the payout workflow understands it. Amounts are decimal tenge text. */
export type PayoutAnswer =
  | { readonly kind: 'paid'; readonly providerReference: string; readonly amount: string }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  | {
      readonly kind: 'accepted';
      readonly providerReference: string;
      readonly maySendAgain?: boolean;
    }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown'; readonly maySendAgain?: boolean }
  /** The kill switch is on: nothing was sent. */
  | { readonly kind: 'stopped' }
  /** It does not stand as the caller thinks (`openPayout` tells how): nothing was sent. */
  | { readonly kind: 'not_now' }
  | { readonly kind: 'review'; readonly reason: string };

/** How a payout stands in Postgres, which alone decides what its workflow does next. Times are ISO 8601. */
export type Standing =
  | {
      readonly kind: 'ended';
      readonly state: 'paid' | 'refused';
      readonly reason: string | null;
    }
  /** No such payout, its run not approved, or not taxed: nothing is to be done, and nothing is. */
  | { readonly kind: 'not_sent'; readonly reason: NotSent }
  /** Never sent under this reference. */
  | { readonly kind: 'to_send'; readonly send: number }
  /** Perhaps with the provider: asked about first, whoever started the workflow and whenever. */
  | {
      readonly kind: 'sent';
      readonly sends: number;
      readonly firstSentAt: string;
      readonly lastSentAt: string;
      readonly maySendAgain: boolean;
    }
  | {
      readonly kind: 'review';
      readonly reason: string;
      /** A way out that two people agreed on. */
      readonly reviewId: string | null;
    };
export type NotSent = 'payout_not_found' | 'run_not_approved' | 'payout_not_frozen';
