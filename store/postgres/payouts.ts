import type { Pool } from 'pg';

import type { Lot, Taken } from '../../domain/payouts/lots';
import type { Tiyn } from '../../domain/money';
import type { InstrumentKind } from '../../domain/payouts/readiness';
import type { Sql } from './pool';

/** Rows of single payouts: what is asked for, set aside, sent and settled. */

export async function openLots(sql: Sql, influencerId: string, lock: boolean): Promise<Lot[]> {
  const { rows } = await sql.query<{
    conversion_id: string;
    gross_tiyn: bigint;
    payable_tiyn: bigint;
    consumed_tiyn: bigint;
  }>(
    `select conversion_id, gross_tiyn, payable_tiyn, consumed_tiyn
       from payable_lots
      where influencer_id = $1 and consumed_tiyn < payable_tiyn
      order by released_at, conversion_id ${lock ? 'for update' : ''}`,
    [influencerId],
  );
  return rows.map((row) => ({
    conversionId: row.conversion_id,
    gross: row.gross_tiyn,
    payable: row.payable_tiyn,
    consumed: row.consumed_tiyn,
  }));
}

/** Takes parts of lots for a payout, or gives them back with `sign` -1. */
export async function moveLots(sql: Sql, taken: readonly Taken[], sign: 1 | -1): Promise<void> {
  await sql.query({
    name: 'lots_move',
    text: `update payable_lots l set consumed_tiyn = l.consumed_tiyn + $3::int * t.payable
             from unnest($1::text[], $2::bigint[]) as t (conversion_id, payable)
            where l.conversion_id = t.conversion_id`,
    values: [taken.map((part) => part.conversionId), taken.map((part) => part.payable), sign],
  });
}

export type NewPayout = {
  readonly id: string;
  readonly influencerId: string;
  readonly batchId: string;
  readonly amount: Tiyn;
  readonly gross: Tiyn;
  readonly requestedBy: string;
  /** Where it goes, as of the request. */
  readonly instrument: Omit<SendInstrument, 'stopped'>;
  readonly taken: readonly Taken[];
};

/** The reference is the payout's own id: stored before anything is sent, never changed. */
export async function insertPayout(sql: Sql, payout: NewPayout): Promise<void> {
  await sql.query({
    name: 'payout_insert',
    text: `with made as (
             insert into payouts (id, influencer_id, batch_id, amount_tiyn, gross_tiyn, fee_tiyn, reference, requested_by,
                                  instrument_token, instrument_kind, instrument_last4)
             values ($1, $2, $3, $4, $5, $5::bigint - $4::bigint, $1, $6, $10, $11, $12)
             returning id
           ), lots as (
             insert into payout_lots (payout_id, conversion_id, payable_tiyn, gross_tiyn)
             select $1, t.conversion_id, t.payable, t.gross
               from unnest($7::text[], $8::bigint[], $9::bigint[]) as t (conversion_id, payable, gross)
           )
           insert into payout_history (payout_id, to_state) select id, 'requested' from made`,
    values: [
      payout.id,
      payout.influencerId,
      payout.batchId,
      payout.amount,
      payout.gross,
      payout.requestedBy,
      payout.taken.map((part) => part.conversionId),
      payout.taken.map((part) => part.payable),
      payout.taken.map((part) => part.gross),
      payout.instrument.token,
      payout.instrument.kind,
      payout.instrument.last4,
    ],
  });
}

/** What the steps of a payout decide on; people read payoutViews.ts. */
export type PayoutRow = {
  readonly id: string;
  readonly batchId: string;
  readonly influencerId: string;
  readonly state: string;
  readonly reasonCode: string | null;
  readonly reasonText: string | null;
  readonly amount: Tiyn;
  readonly net: Tiyn | null;
  readonly reference: string;
  /** Where it goes, fixed by the request; null in rows of before. */
  readonly instrumentToken: string | null;
  readonly instrumentKind: InstrumentKind | null;
  readonly instrumentLast4: string | null;
  readonly providerReference: string | null;
  readonly providerAmount: Tiyn | null;
};

export async function loadPayout(sql: Sql, payoutId: string): Promise<PayoutRow | undefined> {
  const { rows } = await sql.query<PayoutRow>(
    `select id, batch_id as "batchId", influencer_id as "influencerId", state, reason_code as "reasonCode", reason_text as "reasonText",
            amount_tiyn as amount, net_tiyn as net, reference, instrument_token as "instrumentToken",
            instrument_kind as "instrumentKind", instrument_last4 as "instrumentLast4",
            provider_reference as "providerReference", provider_tiyn as "providerAmount"
       from payouts where id = $1`,
    [payoutId],
  );
  return rows[0];
}

export type WithholdingRow = {
  readonly component: string;
  readonly base: Tiyn;
  readonly amount: Tiyn;
};

export async function loadWithholdings(sql: Sql, payoutId: string): Promise<WithholdingRow[]> {
  const { rows } = await sql.query<WithholdingRow>(
    `select component, base_tiyn as base, amount_tiyn as amount
       from payout_withholdings where payout_id = $1 order by component`,
    [payoutId],
  );
  return rows;
}

export type SendInstrument = {
  readonly token: string;
  readonly kind: InstrumentKind;
  readonly last4: string;
  readonly stopped: boolean;
};

/** What a send needs: the token of the card or IBAN, never the number itself. With `lock` it stays so until the commit. */
export async function loadInstrument(
  sql: Sql,
  influencerId: string,
  lock = false,
): Promise<SendInstrument | undefined> {
  const { rows } = await sql.query<{
    token: string | null;
    kind: InstrumentKind;
    last4: string | null;
    stopped: boolean;
  }>(
    `select instrument_token as token, instrument_kind as kind, instrument_last4 as last4,
            instrument_stopped_at is not null as stopped
       from influencers where id = $1 ${lock ? 'for share' : ''}`,
    [influencerId],
  );
  const row = rows[0];
  return row?.token ? { ...row, token: row.token, last4: row.last4 ?? '' } : undefined;
}

export type PayoutMove = {
  readonly payoutId: string;
  readonly from: readonly string[];
  readonly to: string;
  readonly reasonCode?: string;
  readonly reasonText?: string;
  readonly provider?: string;
  readonly providerReference?: string;
  readonly providerAmount?: Tiyn;
  readonly settledAt?: Date;
  readonly submittedAt?: Date;
  /** Where it is being sent. */
  readonly instrument?: { readonly kind: InstrumentKind; readonly last4: string };
};

/** Moves a payout and writes its history. False when it is in none of `from`: somebody was faster. */
export async function movePayout(sql: Sql, move: PayoutMove): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'payout_move',
    text: `with before as (
             select id, state from payouts where id = $1 and state = any ($2::text[]) for update
           ), moved as (
             update payouts p
                set state = $3, updated_at = now(),
                    reason_code = $4, reason_text = $5,
                    provider = coalesce($6, p.provider),
                    provider_reference = coalesce($7, p.provider_reference),
                    provider_tiyn = coalesce($8::bigint, p.provider_tiyn),
                    settled_at = coalesce($9::timestamptz, p.settled_at),
                    submitted_at = coalesce(p.submitted_at, $10::timestamptz),
                    instrument_kind = coalesce($11, p.instrument_kind),
                    instrument_last4 = coalesce($12, p.instrument_last4)
               from before b where p.id = b.id
             returning p.id, b.state as from_state
           )
           insert into payout_history (payout_id, from_state, to_state, reason_code)
           select id, from_state, $3, $4 from moved`,
    values: [
      move.payoutId,
      move.from,
      move.to,
      move.reasonCode ?? null,
      move.reasonText ?? null,
      move.provider ?? null,
      move.providerReference ?? null,
      move.providerAmount ?? null,
      move.settledAt ?? null,
      move.submittedAt ?? null,
      move.instrument?.kind ?? null,
      move.instrument?.last4 ?? null,
    ],
  });
  return rowCount === 1;
}

export async function takenBy(sql: Sql, payoutId: string): Promise<Taken[]> {
  const { rows } = await sql.query<{
    conversion_id: string;
    payable_tiyn: bigint;
    gross_tiyn: bigint;
  }>('select conversion_id, payable_tiyn, gross_tiyn from payout_lots where payout_id = $1', [
    payoutId,
  ]);
  return rows.map((row) => ({
    conversionId: row.conversion_id,
    payable: row.payable_tiyn,
    gross: row.gross_tiyn,
  }));
}

/**
 * Conversions wholly paid by settled payouts become PAID, and each tells its workflow through the outbox in
 * the same transaction.
 */
export async function markConversionsPaid(sql: Sql, payoutId: string): Promise<void> {
  await sql.query({
    name: 'conversions_paid',
    text: `with done as (
             update conversions c set state = 'PAID', reason_code = null, updated_at = now()
              where c.state = 'PAYABLE'
                and c.id in (select conversion_id from payout_lots where payout_id = $1)
                and (select l.payable_tiyn from payable_lots l where l.conversion_id = c.id)
                  = (select sum(t.payable_tiyn) from payout_lots t join payouts p on p.id = t.payout_id
                      where t.conversion_id = c.id and p.state = 'paid')
             returning c.id
           ), noted as (
             insert into conversion_history (conversion_id, from_state, to_state, detail)
             select id, 'PAYABLE', 'PAID', jsonb_build_object('payoutId', $1::text) from done
           )
           insert into outbox (topic, subject_id, payload)
           select 'conversion.paid', id, jsonb_build_object('conversionId', id, 'payoutId', $1::text) from done`,
    values: [payoutId],
  });
}

export async function payoutsStopped(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ is_on: boolean }>(
    "select is_on from platform_switches where name = 'payouts_stopped'",
  );
  return rows[0]?.is_on ?? true;
}

/** One payout at a time: the next one's cumulative tax depends on how this one ends. */
export async function hasOpenPayout(sql: Sql, influencerId: string): Promise<boolean> {
  const { rows } = await sql.query<{ open: boolean }>(
    `select exists (select from payouts
                     where influencer_id = $1 and state not in ('paid', 'refused', 'cancelled')) as open`,
    [influencerId],
  );
  return rows[0]?.open ?? false;
}
