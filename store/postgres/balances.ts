import { accounts } from '../../domain/ledger/accounts';
import type { Tiyn } from '../../domain/money';
import type { Sql } from './pool';

export type PayeeBalance = {
  /** Accrued, waiting for the end of the return period. */
  readonly held: Tiyn;
  /** May be asked for now. */
  readonly available: Tiyn;
  /** In a payout that is under way. */
  readonly reserved: Tiyn;
  /** Owed for orders that came back after their money had gone; the next orders cover it. */
  readonly debt: Tiyn;
  /** Sent, after taxes, in all payouts so far. */
  readonly paid: Tiyn;
  /** Taxes withheld in those payouts. */
  readonly withheld: Tiyn;
};

/** undefined when there is no such influencer. One statement, so the figures belong together. */
export async function readPayeeBalance(
  sql: Sql,
  influencerId: string,
): Promise<PayeeBalance | undefined> {
  const { rows } = await sql.query<PayeeBalance>(
    `select coalesce(b.pending_in, 0) as held, coalesce(b.posted - b.pending_out, 0) as available,
            coalesce(b.pending_out, 0) as reserved, coalesce(-o.posted, 0) as debt, p.paid, p.withheld
       from influencers i
       left join ledger_accounts a on a.code = $2
       left join ledger_balances b on b.account_id = a.id
       left join ledger_accounts da on da.code = $3
       left join ledger_balances o on o.account_id = da.id
       cross join lateral (
         select coalesce(sum(net_tiyn), 0)::bigint as paid, coalesce(sum(tax_tiyn), 0)::bigint as withheld
           from payouts where influencer_id = i.id and state = 'paid'
       ) p
      where i.id = $1`,
    [influencerId, accounts.payee(influencerId).code, accounts.debt(influencerId).code],
  );
  return rows[0];
}
