import type { Taken } from '../../domain/payouts/lots';
import type { Tiyn } from '../../domain/money';
import { isPayoutMove, statesBefore } from '../../domain/payouts/moves';
import type { InstrumentKind } from '../../domain/payouts/readiness';
import type { PayoutState } from '../../domain/payouts/reasons';
import type { Sql } from './pool';

/** Rows of single payouts: what is asked for, set aside, sent and settled. */

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
  readonly state: PayoutState;
  readonly reasonCode: string | null;
  readonly reasonText: string | null;
  readonly amount: Tiyn;
  readonly net: Tiyn | null;
  /** Of the attempt under way. */
  readonly reference: string;
  readonly attempt: number;
  /** Over all attempts. */
  readonly sends: number;
  readonly sentFirstAt: Date | null;
  readonly sentLastAt: Date | null;
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
            amount_tiyn as amount, net_tiyn as net, reference, attempt, sends,
            sent_first_at as "sentFirstAt", sent_last_at as "sentLastAt", instrument_token as "instrumentToken",
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
  readonly to: PayoutState;
  /** Only some of the states that the table of moves allows before `to`; all of them when left out. */
  readonly from?: readonly PayoutState[];
  readonly reasonCode?: string;
  readonly reasonText?: string;
  readonly provider?: string;
  readonly providerReference?: string;
  readonly providerAmount?: Tiyn;
  readonly settledAt?: Date;
  /** For people, beside the move in its history; no personal data. */
  readonly detail?: Readonly<Record<string, unknown>>;
};

/** Moves a payout and writes its history. False when it is in none of `from`: somebody was faster. */
export async function movePayout(sql: Sql, move: PayoutMove): Promise<boolean> {
  const stray = move.from?.find((state) => !isPayoutMove(state, move.to));
  if (stray !== undefined) throw new Error(`no payout goes from ${stray} to ${move.to}`);
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
                    settled_at = coalesce($9::timestamptz, p.settled_at)
               from before b where p.id = b.id
             returning p.id, b.state as from_state
           )
           insert into payout_history (payout_id, from_state, to_state, reason_code, detail)
           select id, from_state, $3, $4, $10::jsonb from moved`,
    values: [
      move.payoutId,
      move.from ?? statesBefore(move.to),
      move.to,
      move.reasonCode ?? null,
      move.reasonText ?? null,
      move.provider ?? null,
      move.providerReference ?? null,
      move.providerAmount ?? null,
      move.settledAt ?? null,
      JSON.stringify(move.detail ?? {}),
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

/** One payout at a time: the next one's cumulative tax depends on how this one ends. */
export async function hasOpenPayout(sql: Sql, influencerId: string): Promise<boolean> {
  const { rows } = await sql.query<{ open: boolean }>(
    `select exists (select from payouts
                     where influencer_id = $1 and state not in ('paid', 'refused', 'cancelled')) as open`,
    [influencerId],
  );
  return rows[0]?.open ?? false;
}
