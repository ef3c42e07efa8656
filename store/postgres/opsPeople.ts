import type { Tiyn } from '../../domain/money';
import { likeText } from './like';
import { timeKey } from './payoutRuns';
import type { Sql } from './pool';

/** Influencers as operators see them: no tenant wall stands in these queries. */

export type PersonRow = {
  readonly id: string;
  readonly ref: string;
  readonly display_name: string;
  readonly regime: string | null;
  readonly regime_expires_at: Date | null;
  readonly tax_claim_pending: boolean;
  readonly instrument_last4: string | null;
  readonly instrument_stopped: boolean;
  readonly held_tiyn: Tiyn;
  readonly available_tiyn: Tiyn;
  readonly open_payout_id: string | null;
  readonly open_payout_state: string | null;
  readonly flags: string[];
  readonly created_at: Date;
  readonly created_key: string;
};

/** The facts of each row are looked up for the rows of the page only. */
const withFacts = (page: string): string => `
  select i.id, i.ref, i.display_name, s.regime, s.expires_at as regime_expires_at,
         exists (select from payee_statuses q
                  where q.influencer_id = i.id and q.state = 'pending') as tax_claim_pending,
         i.instrument_last4, i.instrument_stopped_at is not null as instrument_stopped,
         coalesce(b.pending_in, 0)::bigint as held_tiyn,
         coalesce(b.posted - b.pending_out, 0)::bigint as available_tiyn,
         o.id as open_payout_id, o.state as open_payout_state,
         array(select f.code from review_flags f where f.influencer_id = i.id order by f.code) as flags,
         i.created_at, ${timeKey('i.created_at')} as created_key
    from (${page}) i
    left join lateral (
      select * from payee_statuses s
       where s.influencer_id = i.id and s.valid_from <= now() and s.state = 'confirmed'
       order by s.valid_from desc, s.id desc limit 1
    ) s on true
    left join ledger_accounts a on a.code = 'payee:' || i.id
    left join ledger_balances b on b.account_id = a.id
    left join payouts o on o.influencer_id = i.id and o.state not in ('paid', 'refused', 'cancelled')
   order by i.created_at desc, i.id desc`;

export type PersonFilter = {
  /** Part of the name; or the id, the handle, the last four of the card or IBAN. */
  readonly query: string | undefined;
  /** `any`: at least one of whatever kind. */
  readonly flag: string | undefined;
  readonly hasPendingClaim: boolean;
  readonly limit: number;
  readonly after: readonly string[] | undefined;
};

/** Newest first; one row more than asked for when there is a next page. */
export async function listPeople(sql: Sql, filter: PersonFilter): Promise<PersonRow[]> {
  const { rows } = await sql.query<PersonRow>(
    withFacts(`
      select * from influencers i
       where ($1::text is null or i.id = $1 or i.ref = lower($1) or i.instrument_last4 = upper($1)
              or i.display_name ilike '%' || $2 || '%')
         and ($3::text is null or exists (select from review_flags f 
                                          where f.influencer_id = i.id and $3 in (f.code, 'any')))
         and (not $4::boolean or exists (select from payee_statuses q
                                          where q.influencer_id = i.id and q.state = 'pending'))
         and ($5::timestamptz is null or (i.created_at, i.id) < ($5::timestamptz, $6::text))
       order by i.created_at desc, i.id desc limit $7`),
    [
      filter.query ?? null,
      likeText(filter.query ?? ''),
      filter.flag ?? null,
      filter.hasPendingClaim,
      filter.after?.[0] ?? null,
      filter.after?.[1] ?? null,
      filter.limit + 1,
    ],
  );
  return rows;
}

/** By the keyed index of a phone or an IIN: equality without the number. */
export async function findPeopleByIndex(
  sql: Sql,
  key: { readonly by: 'phone' | 'iin'; readonly index: Buffer },
): Promise<PersonRow[]> {
  const condition =
    key.by === 'iin'
      ? 'i.iin_index = $1'
      : "i.id in (select tenant_id from users where phone_index = $1 and role = 'influencer')";
  const { rows } = await sql.query<PersonRow>(
    withFacts(`select * from influencers i where ${condition}`),
    [key.index],
  );
  return rows;
}

export type PersonFacts = {
  readonly id: string;
  readonly ref: string;
  readonly display_name: string;
  readonly iin_sealed: Buffer | null;
  readonly user_id: string | null;
  readonly phone_sealed: Buffer | null;
  readonly locale: string | null;
  readonly sign_in_disabled: boolean;
  readonly has_instrument: boolean;
  readonly instrument_last4: string | null;
  readonly instrument_stopped_at: Date | null;
  readonly created_at: Date;
};

export async function findPerson(sql: Sql, id: string): Promise<PersonFacts | undefined> {
  const { rows } = await sql.query<PersonFacts>(
    `select i.id, i.ref, i.display_name, i.iin_sealed, u.id as user_id, u.phone_sealed, u.locale,
            u.disabled_at is not null as sign_in_disabled,
            i.instrument_token is not null or i.instrument_sealed is not null as has_instrument,
            i.instrument_last4, i.instrument_stopped_at, i.created_at
       from influencers i
       left join users u on u.tenant_id = i.id and u.role = 'influencer'
      where i.id = $1
      order by u.created_at limit 1`,
    [id],
  );
  return rows[0];
}

export type TaxStatusRow = {
  readonly id: bigint;
  readonly regime: string;
  readonly state: 'confirmed' | 'pending' | 'rejected';
  readonly deduction_applies: boolean;
  readonly evidence: string;
  readonly evidence_ref: string;
  readonly valid_from: Date;
  readonly expires_at: Date;
  readonly expired: boolean;
  readonly created_at: Date;
  readonly decided_by: string | null;
  readonly decided_by_name: string | null;
  readonly decided_at: Date | null;
  readonly decision_reason: string | null;
};

/** Pending first, then newest. */
export async function listTaxStatuses(
  sql: Sql,
  influencerId: string,
  limit: number,
): Promise<TaxStatusRow[]> {
  const { rows } = await sql.query<TaxStatusRow>(
    `select s.id, s.regime, s.state, s.deduction_applies, s.evidence, s.evidence_ref, s.valid_from, s.expires_at,
            s.expires_at <= now() as expired, s.created_at, s.decided_by, u.name as decided_by_name, s.decided_at,
            s.decision_reason
       from payee_statuses s left join users u on u.id = s.decided_by
      where s.influencer_id = $1
      order by s.state = 'pending' desc, s.valid_from desc, s.id desc limit $2`,
    [influencerId, limit],
  );
  return rows;
}

/** One status of one person; a stranger's is no row. `id` is text from outside: digits that fit a bigint. */
export async function findTaxStatus(
  sql: Sql,
  influencerId: string,
  id: string,
): Promise<TaxStatusRow | undefined> {
  const { rows } = await sql.query<TaxStatusRow>(
    `select s.id, s.regime, s.state, s.deduction_applies, s.evidence, s.evidence_ref, s.valid_from, s.expires_at,
            s.expires_at <= now() as expired, s.created_at, s.decided_by, u.name as decided_by_name, s.decided_at,
            s.decision_reason
       from payee_statuses s left join users u on u.id = s.decided_by
      where s.influencer_id = $1 and s.id::text = $2`,
    [influencerId, id],
  );
  return rows[0];
}

export async function setDecisionReason(sql: Sql, id: bigint, reason: string): Promise<void> {
  await sql.query('update payee_statuses set decision_reason = $2 where id = $1', [id, reason]);
}

export type PersonPayoutRow = {
  readonly id: string;
  readonly batch_id: string;
  readonly state: string;
  readonly reason_code: string | null;
  readonly amount_tiyn: Tiyn;
  readonly net_tiyn: Tiyn | null;
  readonly created_at: Date;
  readonly settled_at: Date | null;
  readonly has_workflow: boolean;
};

/** The open one first, then newest. */
export async function listPersonPayouts(
  sql: Sql,
  influencerId: string,
  limit: number,
): Promise<PersonPayoutRow[]> {
  const { rows } = await sql.query<PersonPayoutRow>(
    `select p.id, p.batch_id, p.state, p.reason_code, p.amount_tiyn, p.net_tiyn, p.created_at, p.settled_at,
            b.approved_at is not null and p.state <> 'cancelled' as has_workflow
       from payouts p join payout_batches b on b.id = p.batch_id
      where p.influencer_id = $1
      order by p.state in ('paid', 'refused', 'cancelled'), p.created_at desc limit $2`,
    [influencerId, limit],
  );
  return rows;
}

export type StoppedInstrument = {
  readonly last4: string | null;
  readonly stoppedAt: Date;
  readonly wasStopped: boolean;
};

/** Stops it once; the first time stays. undefined when there is nothing to stop. */
export async function stopInstrument(
  sql: Sql,
  influencerId: string,
): Promise<StoppedInstrument | undefined> {
  const { rows } = await sql.query<StoppedInstrument>(
    `with before as (
       select id, instrument_stopped_at as stopped from influencers
        where id = $1 and (instrument_token is not null or instrument_sealed is not null) for update
     )
     update influencers i set instrument_stopped_at = coalesce(i.instrument_stopped_at, now())
       from before b where i.id = b.id
     returning i.instrument_last4 as last4, i.instrument_stopped_at as "stoppedAt", b.stopped is not null as "wasStopped"`,
    [influencerId],
  );
  return rows[0];
}
