import type { Pool } from 'pg';

import type { ReasonCode } from '../../domain/conversions/reasons';
import { mayMove, type ConversionState } from '../../domain/conversions/state';
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
};

export type ConversionFacts = {
  readonly id: string;
  readonly state: ConversionState;
  readonly reasonCode: string | null;
  readonly orderStatus: 'pending' | 'approved' | 'rejected' | 'partially_refunded' | 'refunded';
  readonly sale: Tiyn;
  readonly revision: number;
  readonly split: Split | null;
  readonly heldUntil: Date | null;
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
  order_status: ConversionFacts['orderStatus'];
  sale_tiyn: bigint;
  revision: number;
  gross_tiyn: bigint | null;
  fee_tiyn: bigint | null;
  payable_tiyn: bigint | null;
  held_until: Date | null;
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
                  c.payable_tiyn, c.held_until, c.received_at, c.ordered_at, c.clicked_at, c.transaction_id,
                  c.influencer_id, p.brand_id, c.programme_id, p.confirmation, p.order_source,
                  coalesce(c.terms, jsonb_build_object(
                    'validFrom', t.valid_from, 'commissionBps', t.commission_bps, 'platformFeeBps', t.platform_fee_bps,
                    'holdSeconds', t.hold_seconds, 'clickWindowSeconds', t.click_window_seconds)) as terms
             from conversions c
             join programmes p on p.id = c.programme_id
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

/** Another step moved the conversion since it was read: read again and decide anew. Always worth a retry. */
export class StaleRead extends Error {
  override readonly name = 'StaleRead';
}

export type Move = {
  readonly conversionId: string;
  readonly from: readonly ConversionState[];
  readonly to: ConversionState;
  readonly reason?: ReasonCode | null;
  readonly detail?: Readonly<Record<string, unknown>>;
  /** What the decision was based on; when the row no longer says so, nothing is posted. */
  readonly expect: {
    readonly orderStatus?: string;
    readonly sale?: Tiyn;
    readonly revision?: number;
  };
  readonly set?: {
    readonly revision: number;
    readonly split: Split;
    readonly heldUntil: Date;
    readonly terms: unknown;
  };
};

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
                    revision = coalesce($9::int, c.revision),
                    gross_tiyn = coalesce($10::bigint, c.gross_tiyn),
                    fee_tiyn = coalesce($11::bigint, c.fee_tiyn),
                    payable_tiyn = coalesce($12::bigint, c.payable_tiyn),
                    held_until = coalesce($13::timestamptz, c.held_until),
                    terms = coalesce($14::jsonb, c.terms)
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
      move.set?.revision ?? null,
      move.set?.split.gross ?? null,
      move.set?.split.fee ?? null,
      move.set?.split.payable ?? null,
      move.set?.heldUntil ?? null,
      move.set ? JSON.stringify(move.set.terms) : null,
    ],
  });
  if (rowCount !== 1)
    throw new StaleRead(`conversion ${move.conversionId} is no longer as it was read`);
}

/**
 * Released money becomes a lot that payouts consume, first in, first out, and its owner is told. One statement:
 * releases share their transaction with many others, where each round trip is paid by all.
 */
export async function insertPayableLot(
  sql: Sql,
  lot: { conversionId: string; influencerId: string; split: Split },
): Promise<void> {
  await sql.query({
    name: 'payable_lot_insert',
    text: `with lot as (
             insert into payable_lots (conversion_id, influencer_id, gross_tiyn, fee_tiyn, payable_tiyn)
             values ($1, $2, $3, $4, $5)
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

/** Marks a conversion for a person without touching its money. */
export async function flagForReview(
  pool: Pool,
  conversionId: string,
  reason: ReasonCode,
): Promise<void> {
  await pool.query({
    name: 'conversion_flag',
    text: `with flagged as (
             update conversions set state = 'REVIEW', reason_code = $2, updated_at = now()
              where id = $1 and state in ('HELD', 'REVIEW') and (state <> 'REVIEW' or reason_code is distinct from $2)
             returning id
           )
           insert into conversion_history (conversion_id, to_state, reason_code) select id, 'REVIEW', $2 from flagged`,
    values: [conversionId, reason],
  });
}

/** What a held conversion waits for now, for those who ask the API. */
export async function noteWaiting(
  sql: Sql,
  conversionId: string,
  reason: ReasonCode,
): Promise<void> {
  await sql.query({
    name: 'conversion_waiting',
    text: `update conversions set reason_code = $2, updated_at = now()
            where id = $1 and state = 'HELD' and reason_code is distinct from $2`,
    values: [conversionId, reason],
  });
}
