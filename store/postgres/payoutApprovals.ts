import type { Tiyn } from '../../domain/money';
import type { Sql } from './pool';

/** The second person's yes. All of it runs under the run's row lock (loadBatch with lock). */

/** Why a frozen run cannot be approved as it stands: all that is not in the run's own row. */
export type RunStanding = {
  /** People who asked for a payout in it. */
  readonly requesters: readonly string[];
  /** Payouts taxed as of another day than `day`. */
  readonly otherDay: number;
  /** Payouts whose destination is no longer the person's, or stopped; older rows have none. */
  readonly moved: number;
  /** Orders of its payouts that their shop took back, wholly or in part, and whose step has not come yet. */
  readonly returned: number;
};

/** `day`: today in Almaty. */
export async function readStanding(sql: Sql, batchId: string, day: string): Promise<RunStanding> {
  const { rows } = await sql.query<RunStanding>(
    `select coalesce(array_agg(distinct p.requested_by), '{}') as requesters,
            (count(*) filter (where p.payment_date is distinct from $2::date))::int as "otherDay",
            (count(*) filter (where p.instrument_token is not null
                and (p.instrument_token is distinct from i.instrument_token or i.instrument_stopped_at is not null)))::int as moved,
            -- Gross as domain/ledger/plans.ts splits a sale, half up.
            (select count(*)::int
               from payout_lots t join payouts held on held.id = t.payout_id join conversions c on c.id = t.conversion_id
              where held.batch_id = $1 and held.state <> 'cancelled' and c.state in ('PAYABLE', 'PAID')
                and case when c.order_status in ('rejected', 'refunded') then 0
                         else div(c.sale_tiyn::numeric * (c.terms->>'commissionBps')::int + 5000, 10000) end
                    < c.gross_tiyn) as returned
       from payouts p join influencers i on i.id = p.influencer_id
      where p.batch_id = $1 and p.state <> 'cancelled'`,
    [batchId, day],
  );
  return rows[0]!;
}

export type NewApproval = {
  readonly id: string;
  readonly batchId: string;
  readonly approvedBy: string;
  readonly role: string;
  readonly via: 'session' | 'key';
  readonly factorAt: Date | null;
  readonly expectedTotal: Tiyn;
  readonly itemCount: number;
  readonly requestId: string;
};

/**
 * Writes the approval with the hash of what it is of, marks every payout with it and moves the run. The database's
 * trigger compares once more: another total, other payouts or the preparer's own name throw.
 */
export async function approveRun(sql: Sql, approval: NewApproval): Promise<void> {
  await sql.query(
    `insert into payout_approvals (id, batch_id, approved_by, role, via, factor_at, expected_total_tiyn, item_count, items_hash, request_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, payout_run_hash($2), $9)`,
    [
      approval.id,
      approval.batchId,
      approval.approvedBy,
      approval.role,
      approval.via,
      approval.factorAt,
      approval.expectedTotal,
      approval.itemCount,
      approval.requestId,
    ],
  );
  await sql.query(
    "update payouts set approval_id = $2 where batch_id = $1 and state <> 'cancelled'",
    [approval.batchId, approval.id],
  );
  await sql.query(
    `update payout_batches set state = 'approved', approved_by = $2, approved_at = now()
      where id = $1 and state = 'frozen'`,
    [approval.batchId, approval.approvedBy],
  );
}

export type ApprovalRow = {
  readonly id: string;
  readonly batchId: string;
  readonly approvedBy: string;
  readonly itemCount: number;
  readonly total: Tiyn;
  /** What is in the run now is what was approved. */
  readonly holds: boolean;
};

/** The approval a run stands under, compared with what is in it now; undefined when nobody approved it. */
export async function findApproval(sql: Sql, batchId: string): Promise<ApprovalRow | undefined> {
  const { rows } = await sql.query<ApprovalRow>(
    `select a.id, a.batch_id as "batchId", a.approved_by as "approvedBy", a.item_count as "itemCount",
            a.expected_total_tiyn as total,
            a.items_hash = payout_run_hash(a.batch_id) and a.approved_by = b.approved_by as holds
       from payout_approvals a join payout_batches b on b.id = a.batch_id
      where a.batch_id = $1 and b.approved_at is not null`,
    [batchId],
  );
  return rows[0];
}
