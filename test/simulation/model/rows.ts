import type { ConversionFacts, Terms } from '../../../store/postgres/conversionMoney';
import type { ConversionState } from '../../../domain/conversions/state';
import type { OrderStatus } from '../../../domain/intake/fold';
import type { AccountClass } from '../../../domain/ledger/transaction';
import type { RunState } from '../../../domain/payouts/runMoves';

/** Rows as the migrations have them, as far as money and the life of an order read them. Times are ms of the virtual clock. */
export type Conversion = {
  id: string;
  programme_id: string;
  transaction_id: string;
  state: ConversionState;
  reason_code: string | null;
  influencer_id: string | null;
  clicked_at: number | null;
  order_status: OrderStatus;
  sale_tiyn: bigint;
  ordered_at: number;
  received_at: number;
  terms: Terms | null;
  revision: number;
  gross_tiyn: bigint | null;
  fee_tiyn: bigint | null;
  payable_tiyn: bigint | null;
  held_until: number | null;
  accrued_at: number | null;
  more_revision: number | null;
  more_gross_tiyn: bigint | null;
  more_fee_tiyn: bigint | null;
  more_payable_tiyn: bigint | null;
  more_held_until: number | null;
  driver: string | null;
  released_by_action: bigint | null;
  released_sale_tiyn: bigint | null;
  cancelled_by_action: bigint | null;
  cancelled_status: string | null;
  cancelled_sale_tiyn: bigint | null;
  waits_since: number | null;
};

export type Programme = {
  id: string;
  brand_id: string;
  confirmation: ConversionFacts['confirmation'];
  order_source: string | null;
  order_limit_tiyn: bigint | null;
  day_limit_tiyn: bigint | null;
  terms: Terms;
};
export type Brand = { id: string; credit_limit_tiyn: bigint | null };

export type Influencer = {
  id: string;
  has_iin: boolean;
  instrument_token: string | null;
  instrument_kind: 'card' | 'iban';
  instrument_last4: string;
  instrument_stopped_at: number | null;
  /** Of the table of stopped instruments. */
  stopped_tokens: readonly string[];
  instrument_since: number;
  regime: string | null;
  regime_pending: boolean;
  regime_expires_at: number | null;
};

export type Receipt = {
  id: string;
  conversion_id: string;
  webhook_id: string;
  order_status: OrderStatus;
  sale_tiyn: bigint | null;
  event_version: number;
  occurred_at: number;
};

export type Lot = {
  conversion_id: string;
  influencer_id: string;
  gross_tiyn: bigint;
  fee_tiyn: bigint;
  payable_tiyn: bigint;
  consumed_tiyn: bigint;
  consumed_gross_tiyn: bigint;
  released_at: number;
};

export type Correction = {
  conversion_id: string;
  revision: number;
  kind: string;
  gross_tiyn: bigint;
  fee_tiyn: bigint;
  payable_tiyn: bigint;
  debt_tiyn: bigint;
  reason_code: string;
};

export type Debt = {
  id: string;
  influencer_id: string;
  conversion_id: string;
  revision: number;
  amount_tiyn: bigint;
  netted_tiyn: bigint;
  written_off_tiyn: bigint;
  created_at: number;
};

export type NettingRow = {
  id: string;
  debt_id: string;
  lot_conversion_id: string;
  payable_tiyn: bigint;
  gross_tiyn: bigint;
};

export type Outbox = {
  id: bigint;
  topic: string;
  subject_id: string;
  payload: Record<string, string>;
};

/** Columns that only one of the steps reads are carried as they are written. */
export type Payout = {
  id: string;
  influencer_id: string;
  batch_id: string;
  state: string;
  reason_code: string | null;
  reason_text: string | null;
  amount_tiyn: bigint;
  gross_tiyn: bigint;
  fee_tiyn: bigint;
  regime: string | null;
  payment_date: string | null;
  net_tiyn: bigint | null;
  tax_tiyn: bigint | null;
  tax_cumulative: unknown;
  reference: string;
  provider: string | null;
  provider_reference: string | null;
  provider_tiyn: bigint | null;
  requested_by: string;
  /** Of the attempt under way: a reference of its own, and when it was sent. */
  attempt: number;
  sends: number;
  sent_first_at: number | null;
  sent_last_at: number | null;
  instrument_token: string | null;
  approval_id: string | null;
  approved_amount_tiyn: bigint | null;
  approved_net_tiyn: bigint | null;
  started_at: number | null;
  told_state: string | null;
  settled_at: number | null;
  created_at: number;
};
export type PayoutLot = {
  payout_id: string;
  conversion_id: string;
  payable_tiyn: bigint;
  gross_tiyn: bigint;
};
export type Review = {
  id: string;
  payout_id: string;
  way_out: string;
  provider_reference: string | null;
  paid_tiyn: bigint | null;
  state: string;
  proposed_by: string;
  decided_by: string | null;
  factor_at: number | null;
  absent_at: number | null;
};
export type Withholding = {
  payout_id: string;
  component: string;
  base_tiyn: bigint;
  amount_tiyn: bigint;
};
export type Batch = {
  id: string;
  period: string;
  currency: string;
  state: RunState;
  collect_ms: number;
  approve_within_ms: number;
  created_at: number;
  reopened_at: number | null;
  frozen_at: number | null;
  done_at: number | null;
  payment_date: string | null;
  item_count: number | null;
  total_tiyn: bigint | null;
  funds_missing_tiyn: bigint | null;
  prepared_by: string | null;
  note: string | null;
  approved_by: string | null;
  approved_at: number | null;
};
export type Approval = {
  id: string;
  batch_id: string;
  approved_by: string;
  expected_total_tiyn: bigint;
  item_count: number;
  items_hash: string;
};

export type LedgerTx = {
  id: string;
  kind: string;
  reason: string;
  subject: string;
  hash: string;
  pending_id: string | null;
  entries: { code: string; amount: bigint }[];
};
export type Account = {
  code: string;
  class: AccountClass;
  posted: bigint;
  pending_in: bigint;
  pending_out: bigint;
};
export type Word = { id: bigint; conversion_id: string; action: string; acted_by: string };
