import type { Tiyn } from '../../domain/money';
import type { FrozenTax } from './payoutBatches';
import type { Sql } from './pool';

/** The tax of a payout that is already frozen, when it has to be looked at again. */
export type TaxedPayout = {
  readonly influencerId: string;
  readonly regime: string;
  /** `YYYY-MM-DD`, Almaty. */
  readonly paymentDate: string;
  readonly amount: Tiyn;
  readonly gross: Tiyn;
  readonly fee: Tiyn;
  readonly net: Tiyn;
  readonly tax: Tiyn;
  /** As it was when the payout was taxed. */
  readonly deductionApplies: boolean;
};

export async function loadTaxed(sql: Sql, payoutId: string): Promise<TaxedPayout | undefined> {
  const { rows } = await sql.query<TaxedPayout>(
    `select influencer_id as "influencerId", regime, to_char(payment_date, 'YYYY-MM-DD') as "paymentDate",
            amount_tiyn as amount, gross_tiyn as gross, fee_tiyn as fee, net_tiyn as net, tax_tiyn as tax,
            coalesce((tax_trace #>> '{facts,deductionApplies}')::boolean, false) as "deductionApplies"
       from payouts where id = $1 and net_tiyn is not null and regime is not null and payment_date is not null`,
    [payoutId],
  );
  return rows[0];
}

/** The tax position that this person's payouts of the year under one regime left behind, without this one. */
export async function cumulativeWithout(
  sql: Sql,
  payoutId: string,
  of: { readonly influencerId: string; readonly regime: string; readonly year: string },
): Promise<unknown> {
  const { rows } = await sql.query<{ tax_cumulative: unknown }>(
    `select tax_cumulative from payouts
      where influencer_id = $1 and id <> $4 and state not in ('requested', 'refused', 'cancelled')
        and regime = $2 and payment_date >= ($3 || '-01-01')::date and tax_cumulative is not null
      order by payment_date desc, created_at desc limit 1`,
    [of.influencerId, of.regime, of.year, payoutId],
  );
  return rows[0]?.tax_cumulative;
}

/** The same net and lines on another day: only when it is paid and the cumulative record change. False: it has left. */
export async function moveTaxDay(
  sql: Sql,
  payoutId: string,
  taxed: Pick<FrozenTax, 'paymentDate' | 'trace' | 'cumulative'>,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `with moved as (
       update payouts set payment_date = $2::date, tax_trace = $3::jsonb, tax_cumulative = $4::jsonb, updated_at = now()
        where id = $1 and state = 'reserved' returning id
     )
     insert into payout_history (payout_id, from_state, to_state, reason_code, detail)
     select id, 'reserved', 'reserved', 'tax_day_moved', jsonb_build_object('paymentDate', $2::text) from moved`,
    [payoutId, taxed.paymentDate, JSON.stringify(taxed.trace), JSON.stringify(taxed.cumulative)],
  );
  return rowCount === 1;
}

/** Amount, gross, fee and tax of a payout of which a part came back; the lines are replaced whole. */
export async function retaxPayout(
  sql: Sql,
  part: FrozenTax & { readonly amount: Tiyn; readonly gross: Tiyn },
): Promise<void> {
  await sql.query('delete from payout_withholdings where payout_id = $1', [part.payoutId]);
  await sql.query(
    `with fixed as (
       update payouts set amount_tiyn = $2, gross_tiyn = $3, fee_tiyn = $3::bigint - $2::bigint, net_tiyn = $4, tax_tiyn = $5,
              tax_trace = $6::jsonb, tax_cumulative = $7::jsonb
        where id = $1 returning id
     )
     insert into payout_withholdings (payout_id, component, base_tiyn, amount_tiyn)
     select f.id, t.component, t.base, t.amount
       from fixed f, unnest($8::text[], $9::bigint[], $10::bigint[]) as t (component, base, amount)`,
    [
      part.payoutId,
      part.amount,
      part.gross,
      part.net,
      part.tax,
      JSON.stringify(part.trace),
      JSON.stringify(part.cumulative),
      part.lines.map((line) => line.component),
      part.lines.map((line) => line.base),
      part.lines.map((line) => line.amount),
    ],
  );
}

/** Takes parts off what a payout took; a lot that gives back all of it is no longer one of its lots. */
export async function shrinkTaken(
  sql: Sql,
  payoutId: string,
  back: readonly { readonly conversionId: string; readonly payable: Tiyn; readonly gross: Tiyn }[],
): Promise<void> {
  const ids = back.map((part) => part.conversionId);
  const payable = back.map((part) => part.payable);
  await sql.query(
    `delete from payout_lots l using unnest($2::text[], $3::bigint[]) as t (conversion_id, payable)
      where l.payout_id = $1 and l.conversion_id = t.conversion_id and l.payable_tiyn = t.payable`,
    [payoutId, ids, payable],
  );
  await sql.query(
    `update payout_lots l set payable_tiyn = l.payable_tiyn - t.payable, gross_tiyn = l.gross_tiyn - t.gross
       from unnest($2::text[], $3::bigint[], $4::bigint[]) as t (conversion_id, payable, gross)
      where l.payout_id = $1 and l.conversion_id = t.conversion_id`,
    [payoutId, ids, payable, back.map((part) => part.gross)],
  );
}
