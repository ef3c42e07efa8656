import { KEPT_WHEN_PAID } from '../../domain/conversions/standing';
import type { CutLot, Lot, Taken } from '../../domain/payouts/lots';
import type { Tiyn } from '../../domain/money';
import type { Sql } from './pool';

/** What released orders made payable, and how much of it payouts and debts took. */

type LotRow = {
  readonly conversion_id: string;
  readonly gross_tiyn: Tiyn;
  readonly payable_tiyn: Tiyn;
  readonly consumed_tiyn: Tiyn;
  readonly consumed_gross_tiyn: Tiyn;
};

const COLUMNS = 'conversion_id, gross_tiyn, payable_tiyn, consumed_tiyn, consumed_gross_tiyn';

const lotOf = (row: LotRow): Lot => ({
  conversionId: row.conversion_id,
  gross: row.gross_tiyn,
  payable: row.payable_tiyn,
  consumed: row.consumed_tiyn,
  consumedGross: row.consumed_gross_tiyn,
});

/** A person's lots that are not used up, first in, first out. */
export async function openLots(sql: Sql, influencerId: string, lock: boolean): Promise<Lot[]> {
  const { rows } = await sql.query<LotRow>(
    `select ${COLUMNS} from payable_lots
      where influencer_id = $1 and consumed_tiyn < payable_tiyn
      order by released_at, conversion_id ${lock ? 'for update' : ''}`,
    [influencerId],
  );
  return rows.map(lotOf);
}

export async function loadLot(
  sql: Sql,
  conversionId: string,
  lock: boolean,
): Promise<Lot | undefined> {
  const { rows } = await sql.query<LotRow>(
    `select ${COLUMNS} from payable_lots where conversion_id = $1 ${lock ? 'for update' : ''}`,
    [conversionId],
  );
  return rows[0] && lotOf(rows[0]);
}

/** Takes parts of lots for a payout or a debt, or gives them back with `sign` -1. */
export async function moveLots(sql: Sql, taken: readonly Taken[], sign: 1 | -1): Promise<void> {
  await sql.query({
    name: 'lots_move',
    text: `update payable_lots l
              set consumed_tiyn = l.consumed_tiyn + $4::int * t.payable,
                  consumed_gross_tiyn = l.consumed_gross_tiyn + $4::int * t.gross
             from unnest($1::text[], $2::bigint[], $3::bigint[]) as t (conversion_id, payable, gross)
            where l.conversion_id = t.conversion_id`,
    values: [
      taken.map((part) => part.conversionId),
      taken.map((part) => part.payable),
      taken.map((part) => part.gross),
      sign,
    ],
  });
}

/** The order came back: the lot keeps what it is still worth, and what was taken of it. */
export async function resizeLot(sql: Sql, conversionId: string, cut: CutLot): Promise<void> {
  await sql.query({
    name: 'lot_resize',
    text: `update payable_lots set gross_tiyn = $2, payable_tiyn = $3, fee_tiyn = $2::bigint - $3::bigint
            where conversion_id = $1`,
    values: [conversionId, cut.gross, cut.payable],
  });
}

export type HoldingPayout = {
  readonly payoutId: string;
  readonly batchId: string;
  readonly state: string;
  /** Of a run nobody approved: it can still be taken out, and the money comes back whole. */
  readonly isReturnable: boolean;
};

/** Payouts not settled yet that hold part of a lot. */
export async function payoutsHolding(sql: Sql, conversionId: string): Promise<HoldingPayout[]> {
  const { rows } = await sql.query<HoldingPayout>(
    `select p.id as "payoutId", p.batch_id as "batchId", p.state,
            p.state in ('requested', 'reserved') and b.state in ('collecting', 'freezing', 'frozen') as "isReturnable"
       from payout_lots t join payouts p on p.id = t.payout_id join payout_batches b on b.id = p.batch_id
      where t.conversion_id = $1 and p.state not in ('paid', 'refused', 'cancelled')
      order by p.id`,
    [conversionId],
  );
  return rows;
}

/**
 * Orders whose money is used up, by payouts that landed and by debts they covered, become PAID; each tells its
 * workflow through the outbox in the same transaction. `by` is the payout or the netting that took the last of it.
 */
export async function markConversionsPaid(
  sql: Sql,
  by: { readonly payoutId: string } | { readonly nettingId: string },
  conversionIds: readonly string[],
): Promise<void> {
  await sql.query({
    name: 'conversions_paid',
    text: `with done as (
             update conversions c set state = 'PAID', updated_at = now(),
                    reason_code = case when c.reason_code = any ($3::text[]) then c.reason_code end
              where c.state = 'PAYABLE' and c.id = any ($1::text[]) and c.more_revision is null
                and exists (select from payable_lots l where l.conversion_id = c.id
                               and l.payable_tiyn > 0 and l.consumed_tiyn = l.payable_tiyn)
                and not exists (select from payout_lots t join payouts p on p.id = t.payout_id
                                 where t.conversion_id = c.id and p.state not in ('paid', 'refused', 'cancelled'))
             returning c.id
           ), noted as (
             insert into conversion_history (conversion_id, from_state, to_state, detail)
             select id, 'PAYABLE', 'PAID', $2::jsonb from done
           )
           insert into outbox (topic, subject_id, payload)
           select 'conversion.paid', id, $2::jsonb || jsonb_build_object('conversionId', id) from done`,
    values: [conversionIds, JSON.stringify(by), KEPT_WHEN_PAID],
  });
}
