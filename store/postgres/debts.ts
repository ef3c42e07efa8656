import type { Tiyn } from '../../domain/money';
import type { Split } from '../../domain/ledger/plans';
import type { Taken } from '../../domain/payouts/lots';
import type { Sql } from './pool';

/** What payees owe for orders that came back after their money had gone, and how later orders cover it. */

export type OpenDebt = { readonly id: string; readonly open: Tiyn };

/** Oldest first. */
export async function openDebts(
  sql: Sql,
  influencerId: string,
  lock: boolean,
): Promise<OpenDebt[]> {
  const { rows } = await sql.query<OpenDebt>(
    `select id, amount_tiyn - netted_tiyn - written_off_tiyn as open
       from debts where influencer_id = $1 and netted_tiyn + written_off_tiyn < amount_tiyn
      order by created_at, id ${lock ? 'for update' : ''}`,
    [influencerId],
  );
  return rows;
}

export type Correction = {
  readonly conversionId: string;
  readonly revision: number;
  readonly kind: 'taken_back' | 'raised';
  readonly split: Split;
  readonly debt: Tiyn;
  readonly reason: string;
};

export async function insertCorrection(sql: Sql, correction: Correction): Promise<void> {
  await sql.query({
    name: 'correction_insert',
    text: `insert into conversion_corrections
             (conversion_id, revision, kind, gross_tiyn, fee_tiyn, payable_tiyn, debt_tiyn, reason_code)
           values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [
      correction.conversionId,
      correction.revision,
      correction.kind,
      correction.split.gross,
      correction.split.fee,
      correction.split.payable,
      correction.debt,
      correction.reason,
    ],
  });
}

export type NewDebt = {
  readonly id: string;
  readonly influencerId: string;
  readonly conversionId: string;
  readonly revision: number;
  readonly amount: Tiyn;
};

export async function insertDebt(sql: Sql, debt: NewDebt): Promise<void> {
  await sql.query({
    name: 'debt_insert',
    text: `insert into debts (id, influencer_id, conversion_id, revision, amount_tiyn) values ($1, $2, $3, $4, $5)`,
    values: [debt.id, debt.influencerId, debt.conversionId, debt.revision, debt.amount],
  });
}

export type Netting = {
  readonly id: string;
  readonly debtId: string;
  readonly part: Taken;
};

/** Books parts of lots against debts; the caller moves the lots and posts the ledger in the same transaction. */
export async function insertNettings(sql: Sql, nettings: readonly Netting[]): Promise<void> {
  await sql.query({
    name: 'nettings_insert',
    text: `with made as (
             insert into debt_nettings (id, debt_id, lot_conversion_id, payable_tiyn, gross_tiyn)
             select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
             returning debt_id, payable_tiyn
           )
           update debts d set netted_tiyn = d.netted_tiyn + m.sum
             from (select debt_id, sum(payable_tiyn) as sum from made group by debt_id) m where d.id = m.debt_id`,
    values: [
      nettings.map((each) => each.id),
      nettings.map((each) => each.debtId),
      nettings.map((each) => each.part.conversionId),
      nettings.map((each) => each.part.payable),
      nettings.map((each) => each.part.gross),
    ],
  });
}
