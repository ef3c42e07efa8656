import type { Tiyn } from '../domain/money';
import type { PayeeGap, TaxStop } from '../domain/payouts/reasons';
import type { Result } from '../domain/result';
import type { Sql } from '../store/postgres/pool';

/**
 * What the API asks of the payout side. Handlers know only this; payoutCommands.ts does it with Postgres
 * (a request is one transaction, an approval is one) and tells Temporal.
 */
export type PayoutRequestRefusal =
  | 'influencer_not_found'
  | 'payout_in_progress'
  | 'nothing_to_pay'
  | 'amount_above_available'
  | 'amount_below_minimum'
  | PayeeGap
  | TaxStop
  | 'store_unavailable';

export type BatchApprovalRefusal =
  | 'batch_not_found'
  | 'batch_state'
  | 'batch_not_prepared'
  | 'approver_is_requester'
  | 'payment_date_passed'
  | 'total_changed'
  | 'temporal_unavailable'
  | 'store_unavailable';

/** `detail` is shown to the caller: no personal data. */
export type Refusal<Code> = { readonly code: Code; readonly detail?: string };

export type RequestedPayout = {
  readonly payoutId: string;
  readonly batchId: string;
  readonly influencerId: string;
  readonly state: string;
  readonly amount: Tiyn;
};

export type ApprovedBatch = {
  readonly batchId: string;
  readonly state: string;
  readonly itemCount: number;
  readonly total: Tiyn;
  readonly approvedBy: string;
  /** Now, with `follow`; false when the wish was fulfilled before. */
  readonly isNew: boolean;
  /** What the provider's balance lacks for it: approved all the same, and sent as money comes in. */
  readonly fundsMissing: Tiyn | null;
};

/** Who approves, as the session proved it; keys, in test mode only, have no factor. */
export type Approver = {
  readonly id: string;
  readonly role: string;
  readonly via: 'session' | 'key';
  readonly factorAt: Date | null;
};

export type PayoutCommands = {
  /**
   * Without an amount: all that is available. `requestedBy` is the person who asks. `follow` runs in the
   * transaction of the reserve: what it writes stands or falls with the payout.
   */
  requestPayout(input: {
    readonly influencerId: string;
    readonly amount?: Tiyn;
    readonly requestedBy: string;
    /** Of the HTTP call; told to the workflow. */
    readonly requestId?: string;
    readonly follow?: (sql: Sql, requested: RequestedPayout) => Promise<void>;
  }): Promise<Result<RequestedPayout, Refusal<PayoutRequestRefusal>>>;
  approveBatch(input: {
    readonly batchId: string;
    readonly approver: Approver;
    /** The total the approver saw. */
    readonly expectedTotal: Tiyn;
    readonly requestId: string;
    /** Runs in the transaction of the approval, when it is given now and not before. */
    readonly follow?: (sql: Sql, approved: ApprovedBatch) => Promise<void>;
  }): Promise<Result<ApprovedBatch, Refusal<BatchApprovalRefusal>>>;
  /**
   * Changes where a person's money goes, in one transaction with taking a payout that nobody approved yet out of its
   * run. `change` may run again.
   */
  changeDestination<T>(influencerId: string, change: (sql: Sql) => Promise<T>): Promise<T>;
};
