import { accounts } from '../../domain/ledger/accounts';
import type { Layers, PayeeMoney } from '../../domain/ledger/movements';
import type { Sql } from './pool';
import type { Tenant } from './tenant';

export type WalletMovement = Layers & {
  readonly seq: bigint;
  readonly id: string;
  readonly reason: string;
  readonly subject_id: string;
  readonly programme: string | null;
  readonly at: Date;
};

/** The wallet now, and the newest movements before a transaction number (all when undefined). */
export type WalletRead = {
  readonly now: PayeeMoney;
  readonly movements: readonly WalletMovement[];
};

/**
 * One statement, so that balance and movements are of one moment: an older balance would not fit its newest
 * movement. A transaction has at most two entries on one account (a promise taken back and what became of it),
 * so twice the rows hold enough whole transactions. undefined behind the wall or without an influencer.
 */
export async function readWallet(
  sql: Sql,
  viewer: Tenant,
  influencerId: string,
  before: string | undefined,
  limit: number,
): Promise<WalletRead | undefined> {
  const { rows } = await sql.query<PayeeMoney & { movements: JsonMovement[] }>(
    `select coalesce(b.pending_in, 0) as held, coalesce(b.posted - b.pending_out, 0) as available,
            coalesce(b.pending_out, 0) as reserved, m.movements
       from influencers i
       left join ledger_accounts a on a.code = $4
       left join ledger_balances b on b.account_id = a.id
       cross join lateral (
         select coalesce(jsonb_agg(jsonb_build_object(
                  'seq', x.tx_seq::text, 'id', t.id, 'reason', t.reason, 'subject_id', t.subject_id, 'at', t.created_at,
                  'programme', p.name, 'posted', x.posted::text, 'incoming', x.incoming::text,
                  'outgoing', x.outgoing::text) order by x.tx_seq desc), '[]') as movements
           from (
             select tx_seq,
                    coalesce(sum(amount) filter (where layer = 'posted'), 0) as posted,
                    coalesce(sum(amount) filter (where (layer = 'pending') = (amount > 0) and layer <> 'posted'), 0) as incoming,
                    coalesce(-sum(amount) filter (where (layer = 'pending') = (amount < 0) and layer <> 'posted'), 0) as outgoing
               from (
                 select tx_seq, layer, amount from ledger_entries
                  where account_id = a.id and ($5::bigint is null or tx_seq < $5)
                  order by tx_seq desc limit $6::int * 2
               ) newest
              group by tx_seq order by tx_seq desc limit $6
           ) x
           join ledger_transactions t on t.seq = x.tx_seq
           left join conversions c on t.subject_id like 'cnv%' and c.id = t.subject_id
           left join programmes p on p.id = c.programme_id
       ) m
      where i.id = $1 and ($2::text = 'ops' or ($2::text = 'influencer' and $3::text = $1))`,
    [
      influencerId,
      viewer.scope,
      viewer.subjectId,
      accounts.payee(influencerId).code,
      before ?? null,
      limit,
    ],
  );
  const row = rows[0];
  if (!row) return undefined;
  const { held, available, reserved } = row;
  return { now: { held, available, reserved }, movements: row.movements.map(movementOf) };
}

/** Numbers travel as text: jsonb would hand them on as floats. */
type JsonMovement = {
  readonly [Field in keyof WalletMovement]: Field extends 'programme' ? string | null : string;
};

const movementOf = (json: JsonMovement): WalletMovement => ({
  seq: BigInt(json.seq),
  id: json.id,
  reason: json.reason,
  subject_id: json.subject_id,
  programme: json.programme,
  at: new Date(json.at),
  posted: BigInt(json.posted),
  incoming: BigInt(json.incoming),
  outgoing: BigInt(json.outgoing),
});
