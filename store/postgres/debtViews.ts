import type { Tiyn } from '../../domain/money';
import { fromMicros, toMicros } from './moments';
import type { Page } from './page';
import type { Sql } from './pool';

/** Debts as people read them. Callers have passed the wall of the influencer. */
export type DebtRow = {
  readonly id: string;
  readonly influencer_id: string;
  readonly influencer_name: string;
  readonly conversion_id: string;
  readonly transaction_id: string;
  readonly link_title: string | null;
  readonly target_url: string | null;
  readonly programme: string;
  readonly reason_code: string;
  readonly amount_tiyn: Tiyn;
  readonly netted_tiyn: Tiyn;
  readonly written_off_tiyn: Tiyn;
  readonly created_at: Date;
  readonly created_key: string;
  readonly proposed_by: string | null;
  readonly proposed_by_name: string | null;
  readonly proposed_reason: string | null;
  readonly proposed_amount_tiyn: Tiyn | null;
  readonly proposed_at: Date | null;
};

const SELECT = `
  select d.id, d.influencer_id, i.display_name as influencer_name, d.conversion_id, c.transaction_id,
         l.title as link_title, l.target_url, p.name as programme,
         k.reason_code, d.amount_tiyn, d.netted_tiyn, d.written_off_tiyn, d.created_at,
         ${toMicros('d.created_at')} as created_key, w.proposed_by, u.name as proposed_by_name, w.reason as proposed_reason,
         w.amount_tiyn as proposed_amount_tiyn, w.proposed_at
    from debts d
    join influencers i on i.id = d.influencer_id
    join conversions c on c.id = d.conversion_id
    join programmes p on p.id = c.programme_id
    left join links l on l.number = c.link_number
    join conversion_corrections k on k.conversion_id = d.conversion_id and k.revision = d.revision
    left join debt_write_offs w on w.debt_id = d.id and w.decision is null
    left join users u on u.id = w.proposed_by`;

export type DebtFilter = 'open' | 'proposed' | 'all';

/**
 * Newest first; keys of a page: created_key, id. `open` leaves out what is covered or given up; `proposed` has what
 * waits for a checker, also a debt that was covered since: its proposal is still to be closed.
 */
export async function listDebts(
  sql: Sql,
  filter: {
    readonly influencerId: string | null;
    readonly debtId: string | null;
    readonly state: DebtFilter;
  },
  page: Page,
): Promise<DebtRow[]> {
  const { rows } = await sql.query<DebtRow>(
    `${SELECT}
      where ($1::text is null or d.influencer_id = $1)
        and case $2::text when 'open' then d.netted_tiyn + d.written_off_tiyn < d.amount_tiyn
                          when 'proposed' then w.debt_id is not null else true end
        and ($3::bigint is null or (d.created_at, d.id) < (${fromMicros('$3')}, $4::text))
        and ($6::text is null or d.id = $6)
      order by d.created_at desc, d.id desc limit $5`,
    [
      filter.influencerId,
      filter.state,
      page.after?.[0] ?? null,
      page.after?.[1] ?? null,
      page.limit + 1,
      filter.debtId,
    ],
  );
  return rows;
}

export type CoverRow = {
  readonly debt_id: string;
  readonly conversion_id: string;
  readonly link_title: string | null;
  readonly target_url: string | null;
  readonly programme: string;
  readonly payable_tiyn: Tiyn;
  readonly at: Date;
};

/** Orders whose money covered these debts, latest first; at most `most` of each debt. */
export async function listCovers(
  sql: Sql,
  debtIds: readonly string[],
  most: number,
): Promise<CoverRow[]> {
  const { rows } = await sql.query<CoverRow>(
    `select n.debt_id, n.lot_conversion_id as conversion_id, l.title as link_title, l.target_url,
            p.name as programme, n.payable_tiyn, n.at
       from unnest($1::text[]) as d (id)
      cross join lateral (
        select * from debt_nettings where debt_id = d.id order by at desc, lot_conversion_id desc limit $2
      ) n
       join conversions c on c.id = n.lot_conversion_id
       join programmes p on p.id = c.programme_id
       left join links l on l.number = c.link_number
      order by n.at desc, n.lot_conversion_id desc`,
    [debtIds, most],
  );
  return rows;
}

/** Locked until the caller's transaction ends. */
export async function lockDebt(sql: Sql, debtId: string): Promise<DebtRow | undefined> {
  await sql.query('select from debts where id = $1 for update', [debtId]);
  const { rows } = await sql.query<DebtRow>(`${SELECT} where d.id = $1`, [debtId]);
  return rows[0];
}

export async function proposeWriteOff(
  sql: Sql,
  proposal: { debtId: string; amount: Tiyn; reason: string; by: string },
): Promise<void> {
  await sql.query(
    `insert into debt_write_offs (debt_id, amount_tiyn, reason, proposed_by) values ($1, $2, $3, $4)`,
    [proposal.debtId, proposal.amount, proposal.reason, proposal.by],
  );
}

/** Closes the open proposal; an approved one is given up as far as it still stands. */
export async function decideWriteOff(
  sql: Sql,
  decision: { debtId: string; by: string; decision: 'approved' | 'refused'; amount: Tiyn },
): Promise<void> {
  await sql.query(
    `with decided as (
       update debt_write_offs set decided_by = $2, decided_at = now(), decision = $3
        where debt_id = $1 and decision is null returning debt_id
     )
     update debts set written_off_tiyn = written_off_tiyn + case $3 when 'approved' then $4::bigint else 0 end
      where id = (select debt_id from decided)`,
    [decision.debtId, decision.by, decision.decision, decision.amount],
  );
}
