import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

import type { RunState } from '../domain/payouts/runMoves';

/**
 * Names, ids and messages of every workflow: what api, worker and tests may rely on. Ids and search
 * attributes are never encrypted by Temporal, so they hold opaque ids only. Amounts are decimal tenge
 * text, times are ISO 8601 (research/reliability-anchors.md (c)).
 */
export const TASK_QUEUE = {
  /** Conversion workflows and the activities that touch only our Postgres. */
  conversions: 'conv',
  /** Questions to shops: rate-limited, so that a slow shop never starves the books. */
  shopPolls: 'retailer-poll',
  /** Payout workflows and the only worker that holds provider credentials. */
  payouts: 'payout',
} as const;

export const conversionWorkflowId = (conversionId: string): string => `conv/${conversionId}`;
export const batchWorkflowId = (period: string, currency: string): string =>
  `batch/${period}/${currency}`;
/** An event of an order whose money was released, or that had ended: one workflow an event. */
export const adjustmentWorkflowId = (conversionId: string, eventId: string): string =>
  `adj/${conversionId}/${eventId}`;
export const payoutWorkflowId = (payoutId: string): string => `pay/${payoutId}`;

/** Registered in the namespace by the worker at start; at most four upserts in a conversion's life. */
export const SEARCH_ATTRIBUTES = {
  State: 'Keyword',
  OfferId: 'Keyword',
  InfluencerId: 'Keyword',
  RetailerId: 'Keyword',
  BatchId: 'Keyword',
  HoldUntil: 'Datetime',
  NeedsReview: 'Bool',
} as const;

// --- conversion -------------------------------------------------------------------------------------

export type ConversionInput = {
  readonly conversionId: string;
  /** One payout cycle + 7 days: after that the workflow closes as PAYABLE and the ledger stays right. */
  readonly paidWaitMs: number;
};

export type AdjustmentInput = { readonly conversionId: string };

export type ConversionStage =
  'RECEIVED' | 'UNMATCHED' | 'HELD' | 'PAYABLE' | 'PAID' | 'CANCELLED' | 'REFUSED' | 'REVIEW';

export type ConversionResult = { readonly state: ConversionStage; readonly reason: string | null };

/** An event of the order is stored and folded before this is sent: it only says that there is something to read. */
export type OrderSignal = {
  readonly eventId: string;
  readonly status: string;
  readonly sale: string;
  /** X-Request-Id of the call that brought the event, for people who read the history. */
  readonly requestId?: string;
};

export type ConversionView = {
  readonly state: ConversionStage;
  readonly waitsFor: string;
  readonly heldUntil: string | null;
  readonly amounts: {
    readonly gross: string;
    readonly fee: string;
    readonly payable: string;
  } | null;
  readonly reason: string | null;
  readonly paused: boolean;
};

/**
 * The HTTP call that caused a message (`X-Request-Id`): nothing acts on it, it leads from a log line, an answer or
 * the audit log to the workflow and back. Absent in histories made before it.
 */
type Caused = { readonly requestId?: string };

type Acted = Caused & { readonly by: string };

export type Decision = Acted & { readonly decision: 'release' | 'cancel' };

export const orderChanged = defineSignal<[OrderSignal]>('retailerEvent');
export const payeeUpdated = defineSignal<[{ readonly version: string }]>('payeeUpdated');
export const paid = defineSignal<[{ readonly itemId: string }]>('paid');
/** A person's word stands in Postgres: this only says that there is something to read. */
export const acted = defineSignal<[Caused]>('acted');
export const conversionState = defineQuery<ConversionView>('state');
/** Of runs that began before people's words stood in Postgres (versions.ts, conversionHearsEverything). */
export const pause = defineUpdate<ConversionView, [Acted]>('hold');
export const resume = defineUpdate<ConversionView, [Acted]>('resume');
export const forceReview = defineUpdate<ConversionView, [Acted & { readonly reason: string }]>(
  'forceReview',
);
export const decide = defineUpdate<ConversionView, [Decision]>('decide');

// --- payouts ----------------------------------------------------------------------------------------

/** Waiting times of one payout, in ms. Live values are in worker/config.ts; the demo uses seconds. */
export type PayoutTiming = {
  /** Longest one send may take; longer than the HTTP client's own timeout. */
  readonly submitTimeoutMs: number;
  /** First pause between status questions; grows by half to statusMaxMs. */
  readonly statusFirstMs: number;
  readonly statusMaxMs: number;
  /** "Not found" counts only twice and this long after the send (providers are eventually consistent). */
  readonly notFoundWaitMs: number;
  /** Unknown for longer than this after the first send goes to people, with the reserve kept. */
  readonly unknownGiveUpMs: number;
  /** How often a payout that waits for the stop to be lifted looks again; a minute when left out (older runs). */
  readonly stoppedPollMs?: number;
};

export type PayoutBatchInput = {
  readonly batchId: string;
  /** Of runs that began before `runFlows`; since then both times stand in the run's row, where nobody can give others. */
  readonly collectMs: number;
  readonly approveWithinMs: number;
  readonly timing: PayoutTiming;
  /** Set by continue-as-new: payouts up to this id are started. */
  readonly startedAfter?: string;
};

export type BatchView = {
  readonly state: RunState;
  readonly items: number;
  readonly total: string;
  /** Settled or with a person: of each kind below, which runs of before do not tell. */
  readonly settled: number;
  readonly paid?: number;
  readonly refused?: number;
  readonly unknown?: number;
  readonly review?: number;
};

/** A look at the run's row: what Postgres says, which is what the workflow does next. */
export type RunLook = {
  readonly view: BatchView;
  /** Payouts neither settled nor with a person. */
  readonly open: number;
  /** What is left of both times; 0 when they are over. */
  readonly collectForMs: number;
  readonly approveForMs: number;
  /** Nothing is left to do for this run, ever. */
  readonly over: boolean;
};

/**
 * The messages of a run prove nothing and carry no authority: a name, a total or a reason stands in a row that the API
 * wrote, with its audit row, after it had checked the person. They only say that there is something to read.
 */
export type Approval = Caused & { readonly approvalId: string };
export type ApprovalOutcome =
  | { readonly kind: 'approved'; readonly items: number; readonly total: string }
  | { readonly kind: 'refused'; readonly code: 'not_approved' | 'total_changed' | 'batch_state' };

/** A maker closes the run to newcomers and signs it; who prepared it cannot approve it. */
export type Preparation = Caused;
export type PreparationOutcome =
  | { readonly kind: 'prepared'; readonly items: number; readonly total: string }
  | { readonly kind: 'refused'; readonly code: 'batch_state' };

/** Takes one payout out of a run that is not approved: it is cancelled and its reserve goes back. */
export const EXCLUDED_FROM_RUN = 'excluded_from_run';
export type Exclusion = Caused & { readonly payoutId: string };
export type ExclusionOutcome =
  | {
      readonly kind: 'excluded';
      /** What went back to the payee's balance. */
      readonly returned: string;
      /** The run without it; `isFrozen` false while requests still gather. */
      readonly items: number;
      readonly total: string;
      readonly isFrozen: boolean;
    }
  | {
      readonly kind: 'refused';
      readonly code: 'payout_state' | 'payout_not_found';
    };

/** Sent to runs of before; since `runFlows` requests join in Postgres alone. */
export const payoutRequested =
  defineSignal<[Caused & { readonly payoutId: string }]>('payoutRequested');
export const approve = defineUpdate<ApprovalOutcome, [Approval]>('approve');
export const prepare = defineUpdate<PreparationOutcome, [Preparation]>('prepare');
export const exclude = defineUpdate<ExclusionOutcome, [Exclusion]>('exclude');
export const batchState = defineQuery<BatchView>('state');

export type PayoutItemInput = {
  readonly payoutId: string;
  readonly batchId: string;
  readonly timing: PayoutTiming;
};
/** `not_sent`: nothing was there to be sent (no such payout, its run not approved); the payout is as it was. */
export type PayoutItemResult = {
  readonly state: 'paid' | 'refused' | 'review' | 'not_sent';
  readonly reason: string | null;
};
export type PayoutItemView = { readonly state: string; readonly waitsFor: string };
export const payoutState = defineQuery<PayoutItemView>('state');
/** A provider's callback is stored, never believed: the signal only brings the next status question forward. */
export const providerEvent = defineSignal<[{ readonly eventId: string }]>('providerEvent');
/** Two people have agreed on a way out of a review. Only the row of that id counts, the message is a wake-up. */
export const reviewDecided = defineSignal<[{ readonly reviewId: string }]>('reviewDecided');

// --- rebuild ----------------------------------------------------------------------------------------

/** Workflow type, workflow id and Schedule of the job that starts what Postgres says is open and nobody works on. */
export const REBUILD = 'rebuild';

export type RebuildCount = {
  /** Must have a workflow. */
  readonly open: number;
  /** Had none and was given one. */
  readonly started: number;
  readonly failed: number;
};
export type RebuildCounts = Readonly<Record<'conversion' | 'run' | 'payout', RebuildCount>>;

/** Fixed `type` strings of ApplicationFailure; activities/failures.ts is the only place that makes them. */
export const FAILURE = {
  notYet: 'NotYet',
  rateLimited: 'RateLimited',
  storeUnavailable: 'StoreUnavailable',
  ledgerConflict: 'LedgerConflict',
  overdraft: 'Overdraft',
  unbalanced: 'Unbalanced',
  amountTooLarge: 'AmountTooLarge',
  invalidInput: 'InvalidInput',
  retailerAuth: 'RetailerAuth',
  orderNotOurs: 'OrderNotOurs',
  providerAuth: 'ProviderAuth',
  badReference: 'BadReference',
  unreadable: 'Unreadable',
  /** A run is not what was approved: nobody but the database's owner can make it so. */
  approvalBroken: 'ApprovalBroken',
} as const;
