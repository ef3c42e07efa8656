import { accounts } from '../../domain/ledger/accounts';
import type { Tiyn } from '../../domain/money';
import type { Sql } from './pool';

/** What a brand owes with all that is promised of it; tiyn, 0 when it owes nothing. */
export async function brandOwes(sql: Sql, brandId: string): Promise<Tiyn> {
  const { rows } = await sql.query<{ owed: Tiyn }>({
    name: 'brand_owes',
    text: `select greatest(b.pending_out - b.posted, 0) as owed
             from ledger_accounts a join ledger_balances b on b.account_id = a.id where a.code = $1`,
    values: [accounts.advertiser(brandId).code],
  });
  return rows[0]?.owed ?? 0n;
}

/**
 * Adds a sale to what a programme has promised on an Almaty day, unless it would pass `limit`: then false, and
 * nothing is added. In the transaction of the promise, so that any number of orders at once cannot pass it.
 */
export async function takeFromDay(
  sql: Sql,
  programmeId: string,
  day: string,
  sale: Tiyn,
  limit: Tiyn,
): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'programme_day_take',
    text: `insert into programme_days as d (programme_id, day, sale_tiyn)
           select $1, $2::date, $3::bigint where $3::bigint <= $4::bigint
           on conflict (programme_id, day) do update set sale_tiyn = d.sale_tiyn + excluded.sale_tiyn
            where d.sale_tiyn + excluded.sale_tiyn <= $4::bigint`,
    values: [programmeId, day, sale, limit],
  });
  return rowCount === 1;
}
