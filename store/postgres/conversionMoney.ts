import type { ReasonCode } from '../../domain/conversions/reasons';
import { mayMove } from '../../domain/conversions/next';
import type { Promised } from '../../domain/conversions/standing';
import type { ConversionState } from '../../domain/conversions/state';
import type { OrderStatus } from '../../domain/intake/fold';
import type { Split } from '../../domain/ledger/plans';
import { formatTenge, type Tiyn } from '../../domain/money';
import type { PayeeFacts } from '../../domain/payouts/readiness';
import type { Sql } from './pool';

/** Reads and state moves of a conversion's money; each move runs inside the transaction that posts it. */

/** What prices a conversion: the snapshot it was accrued with, before that the row in force at its receipt. */
export type Terms = {
  readonly validFrom: string | null;
  readonly commissionBps: number;
  readonly platformFeeBps: number;
  readonly holdSeconds: number;
  readonly clickWindowSeconds: number;
  /** Snapshots made before 2026-11-30 have none: from the order. */
  readonly holdFrom?: 'order' | 'delivery';
};

export type ConversionFacts = {
  readonly id: string;
  readonly state: ConversionState;
  readonly reasonCode: string | null;
  readonly orderStatus: OrderStatus;
  readonly sale: Tiyn;
  /** Of the newest promise or correction; 0 until the first accrual. */
  readonly revision: number;
  /** Promised while held, then released. */
  readonly split: Split | null;
  readonly heldUntil: Date | null;
  /** When the promise that is pending was made; null when none is. */
  readonly accruedAt: Date | null;
  readonly more: (Promised & { readonly revision: number }) | null;
  readonly driver: string | null;
  readonly releasedByAction: bigint | null;
  /** The sale a person saw when releasing: up to it no ceiling asks again. */
  readonly releasedSale: Tiyn | null;
  readonly cancelledByAction: bigint | null;
  readonly cancelledAs: { readonly status: string; readonly sale: Tiyn } | null;
  readonly waitsSince: Date | null;
  readonly paused: boolean;
  readonly hasDebt: boolean;
  readonly orderLimit: Tiyn | null;
  readonly dayLimit: Tiyn | null;
  readonly creditLimit: Tiyn | null;
  readonly receivedAt: Date;
  readonly orderedAt: Date;
  readonly clickedAt: Date | null;
  readonly transactionId: string;
  readonly influencerId: string | null;
  readonly brandId: string;
  readonly programmeId: string;
  readonly confirmation: 'postback' | 'poll' | 'auto';
  readonly orderSource: string | null;
  readonly terms: Terms | null;
};

type Row = {
  id: string;
  state: ConversionState;
  reason_code: string | null;
  order_status: OrderStatus;
  sale_tiyn: bigint;
  revision: number;
  gross_tiyn: bigint | null;
  fee_tiyn: bigint | null;
  payable_tiyn: bigint | null;
  held_until: Date | null;
  accrued_at: Date | null;
  more_revision: number | null;
  more_gross_tiyn: bigint | null;
  more_fee_tiyn: bigint | null;
  more_payable_tiyn: bigint | null;
  more_held_until: Date | null;
  driver: string | null;
  released_by_action: bigint | null;
  released_sale_tiyn: bigint | null;
  cancelled_by_action: bigint | null;
  cancelled_status: string | null;
  cancelled_sale_tiyn: bigint | null;
  waits_since: Date | null;
  paused: boolean;
  has_debt: boolean;
  order_limit_tiyn: bigint | null;
  day_limit_tiyn: bigint | null;
  credit_limit_tiyn: bigint | null;
  received_at: Date;
  ordered_at: Date;
  clicked_at: Date | null;
  transaction_id: string;
  influencer_id: string | null;
  brand_id: string;
  programme_id: string;
  confirmation: ConversionFacts['confirmation'];
  order_source: string | null;
  terms: Terms;
};

/** The conversion with the terms that price it. */
export async function loadConversionFacts(
  sql: Sql,
  conversionId: string,
): Promise<ConversionFacts | undefined> {
  const { rows } = await sql.query<Row>({
    name: 'conversion_facts',
    text: `select c.id, c.state, c.reason_code, c.order_status, c.sale_tiyn, c.revision, c.gross_tiyn, c.fee_tiyn,
                  c.payable_tiyn, c.held_until, c.accrued_at, c.more_revision, c.more_gross_tiyn, c.more_fee_tiyn,
                  c.more_payable_tiyn, c.more_held_until, c.driver, c.released_by_action, c.released_sale_tiyn,
                  c.cancelled_by_action, c.cancelled_status, c.cancelled_sale_tiyn, c.waits_since, c.received_at, c.ordered_at, c.clicked_at,
                  c.transaction_id, c.influencer_id, p.brand_id, c.programme_id, p.confirmation, p.order_source,
                  p.order_limit_tiyn, p.day_limit_tiyn, b.credit_limit_tiyn,
                  coalesce((select a.action = 'hold' from conversion_actions a
                             where a.conversion_id = c.id and a.action in ('hold', 'resume')
                             order by a.id desc limit 1), false) as paused,
                  exists (select from debts d where d.influencer_id = c.influencer_id
                             and d.netted_tiyn + d.written_off_tiyn < d.amount_tiyn) as has_debt,
                  coalesce(c.terms, jsonb_build_object(
                    'validFrom', t.valid_from, 'commissionBps', t.commission_bps, 'platformFeeBps', t.platform_fee_bps,
                    'holdSeconds', t.hold_seconds, 'clickWindowSeconds', t.click_window_seconds,
                    'holdFrom', t.hold_from)) as terms
             from conversions c
             join programmes p on p.id = c.programme_id
             join brands b on b.id = p.brand_id
             left join lateral (
               select * from programme_terms t
                where t.programme_id = c.programme_id and t.valid_from <= c.received_at
                order by t.valid_from desc limit 1
             ) t on true
            where c.id = $1`,
    values: [conversionId],
  });
  const row = rows[0];
  return row && factsOf(row);
}

function factsOf(row: Row): ConversionFacts {
  const { gross_tiyn: gross, fee_tiyn: fee, payable_tiyn: payable } = row;
  return {
    id: row.id,
    state: row.state,
    reasonCode: row.reason_code,
    orderStatus: row.order_status,
    sale: row.sale_tiyn,
    revision: row.revision,
    split: gross === null || fee === null || payable === null ? null : { gross, fee, payable },
    heldUntil: row.held_until,
    accruedAt: row.accrued_at,
    more: moreOf(row),
    driver: row.driver,
    releasedByAction: row.released_by_action,
    releasedSale: row.released_sale_tiyn,
    cancelledByAction: row.cancelled_by_action,
    cancelledAs:
      row.cancelled_status === null || row.cancelled_sale_tiyn === null
        ? null
        : { status: row.cancelled_status, sale: row.cancelled_sale_tiyn },
    waitsSince: row.waits_since,
    paused: row.paused,
    hasDebt: row.has_debt,
    orderLimit: row.order_limit_tiyn,
    dayLimit: row.day_limit_tiyn,
    creditLimit: row.credit_limit_tiyn,
    receivedAt: row.received_at,
    orderedAt: row.ordered_at,
    clickedAt: row.clicked_at,
    transactionId: row.transaction_id,
    influencerId: row.influencer_id,
    brandId: row.brand_id,
    programmeId: row.programme_id,
    confirmation: row.confirmation,
    orderSource: row.order_source,
    terms: row.terms.validFrom === null ? null : row.terms,
  };
}

function moreOf(row: Row): ConversionFacts['more'] {
  const { more_gross_tiyn: gross, more_fee_tiyn: fee, more_payable_tiyn: payable } = row;
  if (row.more_revision === null || gross === null || fee === null || payable === null) return null;
  return {
    revision: row.more_revision,
    split: { gross, fee, payable },
    heldUntil: row.more_held_until,
  };
}

/** Another step moved the conversion since it was read: read again and decide anew. Always worth a retry. */
export class StaleRead extends Error {
  override readonly name = 'StaleRead';
}

export type Move = {
  readonly conversionId: string;
  readonly from: readonly ConversionState[];
  readonly to: ConversionState;
  readonly reason?: string | null;
  readonly detail?: Readonly<Record<string, unknown>>;
  /** What the decision was based on; when the row no longer says so, nothing is posted. */
  readonly expect: {
    readonly orderStatus?: string;
    readonly sale?: Tiyn;
    readonly revision?: number;
  };
  readonly set?: {
    readonly revision?: number;
    readonly split?: Split;
    /** null: the return period has not begun. */
    readonly heldUntil?: Date | null;
    readonly terms?: unknown;
    /** null: no promise is pending any more. */
    readonly accruedAt?: Date | null;
    readonly more?: ConversionFacts['more'];
    readonly driver?: string;
    /** The order as a person saw it when cancelling. */
    readonly cancelledAs?: { readonly status: string; readonly sale: Tiyn };
    readonly releasedBy?: { readonly action: bigint; readonly sale: Tiyn };
    readonly cancelledBy?: bigint;
    /** A new life: what people said about the last one no longer counts. */
    readonly forgetPeople?: true;
  };
};

/** jsonb_populate_record leaves what is not named as it is, so one statement serves every move. */
function columnsOf(set: Move['set'] = {}): Record<string, unknown> {
  const columns: Record<string, unknown> = {};
  const put = (values: Record<string, unknown>): void => void Object.assign(columns, values);
  if (set.revision !== undefined) put({ revision: set.revision });
  if (set.split)
    put({
      gross_tiyn: String(set.split.gross),
      fee_tiyn: String(set.split.fee),
      payable_tiyn: String(set.split.payable),
    });
  if (set.heldUntil !== undefined) put({ held_until: set.heldUntil });
  if (set.terms !== undefined) put({ terms: set.terms });
  if (set.accruedAt !== undefined) put({ accrued_at: set.accruedAt });
  if (set.more !== undefined)
    put({
      more_revision: set.more?.revision ?? null,
      more_gross_tiyn: set.more ? String(set.more.split.gross) : null,
      more_fee_tiyn: set.more ? String(set.more.split.fee) : null,
      more_payable_tiyn: set.more ? String(set.more.split.payable) : null,
      more_held_until: set.more?.heldUntil ?? null,
    });
  if (set.driver !== undefined) put({ driver: set.driver });
  if (set.cancelledAs)
    put({
      cancelled_status: set.cancelledAs.status,
      cancelled_sale_tiyn: String(set.cancelledAs.sale),
    });
  if (set.releasedBy)
    put({
      released_by_action: String(set.releasedBy.action),
      released_sale_tiyn: String(set.releasedBy.sale),
    });
  if (set.cancelledBy !== undefined) put({ cancelled_by_action: String(set.cancelledBy) });
  if (set.forgetPeople)
    put({ released_by_action: null, released_sale_tiyn: null, cancelled_by_action: null });
  return columns;
}

/** Moves a conversion and writes its history, or throws StaleRead. */
export async function moveConversion(sql: Sql, move: Move): Promise<void> {
  const illegal = move.from.find((from) => !mayMove(from, move.to));
  if (illegal) throw new Error(`a conversion may not go from ${illegal} to ${move.to}`);
  const { rowCount } = await sql.query({
    name: 'conversion_move',
    text: `with before as (
             select id, state from conversions
              where id = $1 and state = any ($2::text[])
                and ($6::text is null or order_status = $6)
                and ($7::bigint is null or sale_tiyn = $7)
                and ($8::int is null or revision = $8)
              for update
           ), moved as (
             update conversions c
                set state = $3, reason_code = $4, updated_at = now(),
                    waits_since = case when (c.state, c.reason_code) is distinct from ($3, $4) then now()
                                       else coalesce(c.waits_since, now()) end,
                    (revision, gross_tiyn, fee_tiyn, payable_tiyn, held_until, terms, accrued_at, more_revision,
                     more_gross_tiyn, more_fee_tiyn, more_payable_tiyn, more_held_until, driver, released_by_action,
                     released_sale_tiyn, cancelled_by_action, cancelled_status, cancelled_sale_tiyn)
                    = (select s.revision, s.gross_tiyn, s.fee_tiyn, s.payable_tiyn, s.held_until, s.terms, s.accrued_at,
                              s.more_revision, s.more_gross_tiyn, s.more_fee_tiyn, s.more_payable_tiyn,
                              s.more_held_until, s.driver, s.released_by_action, s.released_sale_tiyn,
                              s.cancelled_by_action, s.cancelled_status, s.cancelled_sale_tiyn
                         from jsonb_populate_record(c, $9::jsonb) s)
               from before b where c.id = b.id
             returning c.id, b.state as from_state
           )
           insert into conversion_history (conversion_id, from_state, to_state, reason_code, detail)
           select id, from_state, $3, $4, $5::jsonb from moved`,
    values: [
      move.conversionId,
      move.from,
      move.to,
      move.reason ?? null,
      JSON.stringify(move.detail ?? {}),
      move.expect.orderStatus ?? null,
      move.expect.sale ?? null,
      move.expect.revision ?? null,
      JSON.stringify(columnsOf(move.set)),
    ],
  });
  if (rowCount !== 1)
    throw new StaleRead(`conversion ${move.conversionId} is no longer as it was read`);
}

/**
 * Released money becomes a lot that payouts consume, first in, first out, and its owner is told. One statement:
 * releases share their transaction with many others, where each round trip is paid by all. An order that rose, or
 * came back after it was taken back, adds to its lot.
 */
export async function insertPayableLot(
  sql: Sql,
  lot: { conversionId: string; influencerId: string; split: Split },
): Promise<void> {
  await sql.query({
    name: 'payable_lot_insert',
    text: `with lot as (
             insert into payable_lots as l (conversion_id, influencer_id, gross_tiyn, fee_tiyn, payable_tiyn)
             values ($1, $2, $3, $4, $5)
             on conflict (conversion_id) do update
               set gross_tiyn = l.gross_tiyn + excluded.gross_tiyn, fee_tiyn = l.fee_tiyn + excluded.fee_tiyn,
                   payable_tiyn = l.payable_tiyn + excluded.payable_tiyn
           )
           insert into notices (influencer_id, code, params, subject_id)
           values ($2, 'money_payable', jsonb_build_object('amount', $6::text), $1)`,
    values: [
      lot.conversionId,
      lot.influencerId,
      lot.split.gross,
      lot.split.fee,
      lot.split.payable,
      formatTenge(lot.split.payable),
    ],
  });
}

/** What may be paid to whom: the newest status that was not rejected, and whether its evidence still holds at `at`. */
export async function loadPayee(
  sql: Sql,
  influencerId: string,
  at: Date,
): Promise<PayeeFacts | undefined> {
  const { rows } = await sql.query<{
    has_iin: boolean;
    instrument: PayeeFacts['instrument'];
    stopped: boolean;
    regime: string | null;
    pending: boolean | null;
    expires_at: Date | null;
    deduction: boolean | null;
  }>({
    name: 'payee_facts',
    text: `select i.iin_index is not null as has_iin, i.instrument_stopped_at is not null as stopped,
                  case when i.instrument_token is not null or i.instrument_sealed is not null
                       then i.instrument_kind end as instrument,
                  s.regime, s.state = 'pending' as pending, s.expires_at, s.deduction_applies as deduction
             from influencers i
             left join lateral (
               select * from payee_statuses s
                where s.influencer_id = i.id and s.valid_from <= $2 and s.state <> 'rejected'
                order by s.valid_from desc, s.id desc limit 1
             ) s on true
            where i.id = $1`,
    values: [influencerId, at],
  });
  const row = rows[0];
  if (!row) return undefined;
  return {
    hasIin: row.has_iin,
    regime: row.regime,
    regimePending: row.pending ?? false,
    regimeExpired: row.expires_at !== null && row.expires_at <= at,
    deductionApplies: row.deduction ?? false,
    instrument: row.instrument,
    instrumentStopped: row.stopped,
  };
}

/** What a conversion waits for now, for those who ask the API; since when is kept while it stays the same. */
export async function noteWaiting(
  sql: Sql,
  conversionId: string,
  reason: ReasonCode,
): Promise<void> {
  await sql.query({
    name: 'conversion_waiting',
    text: `update conversions set reason_code = $2, waits_since = now(), updated_at = now()
            where id = $1 and state = 'HELD' and reason_code is distinct from $2`,
    values: [conversionId, reason],
  });
}
