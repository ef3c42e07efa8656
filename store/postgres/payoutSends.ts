import { SENDING_RUN_STATES } from '../../domain/payouts/moves';
import type { InstrumentKind } from '../../domain/payouts/readiness';
import type { PayoutState } from '../../domain/payouts/reasons';
import type { Sql } from './pool';

/** What the sending of one payout reads and writes. */

export type StandingRow = {
  readonly state: PayoutState;
  readonly reasonCode: string | null;
  readonly isTaxed: boolean;
  readonly attempt: number;
  readonly sends: number;
  readonly sentFirstAt: Date | null;
  readonly sentLastAt: Date | null;
  /** Its run was approved: only then may anything leave. */
  readonly mayLeave: boolean;
  readonly isStopped: boolean;
  /** A way out that two people agreed on and that is not done yet. */
  readonly confirmedReviewId: string | null;
};

/** All that decides the next step, as Postgres knows it. The switch counts as on when it cannot be found. */
export async function loadStanding(sql: Sql, payoutId: string): Promise<StandingRow | undefined> {
  const { rows } = await sql.query<StandingRow>({
    name: 'payout_standing',
    text: `select p.state, p.reason_code as "reasonCode", p.net_tiyn is not null as "isTaxed", p.attempt, p.sends,
                  p.sent_first_at as "sentFirstAt", p.sent_last_at as "sentLastAt",
                  b.approved_at is not null and b.state = any ($2::text[]) as "mayLeave",
                  coalesce((select is_on from platform_switches where name = 'payouts_stopped'), true) as "isStopped",
                  (select r.id from payout_reviews r where r.payout_id = p.id and r.state = 'confirmed') as "confirmedReviewId"
             from payouts p join payout_batches b on b.id = p.batch_id
            where p.id = $1`,
    values: [payoutId, SENDING_RUN_STATES],
  });
  return rows[0];
}

export type Destination = {
  readonly token: string;
  readonly kind: InstrumentKind;
  readonly last4: string;
  /**
   * Stopped since, by the bank's word or ours, and not put in anew by its owner. Another card of the person changes
   * nothing of what was approved, and does not lift the stop of the old one either.
   */
  readonly isGone: boolean;
};

/**
 * Where a payout goes: to what was fixed on it when it was asked for or first sent; on rows older than that, to what
 * the person has now. The token of the card or IBAN, never the number itself.
 */
export async function loadDestination(
  sql: Sql,
  payoutId: string,
): Promise<Destination | undefined> {
  const { rows } = await sql.query<{
    token: string | null;
    kind: InstrumentKind;
    last4: string | null;
    isGone: boolean;
  }>(
    `select coalesce(p.instrument_token, i.instrument_token) as token,
            case when p.instrument_token is null then i.instrument_kind else coalesce(p.instrument_kind, i.instrument_kind) end as kind,
            case when p.instrument_token is null then i.instrument_last4 else coalesce(p.instrument_last4, i.instrument_last4) end as last4,
            (i.instrument_stopped_at is not null or i.instrument_token <> coalesce(p.instrument_token, i.instrument_token))
              and exists (select from stopped_instruments s
                           where s.instrument_token = coalesce(p.instrument_token, i.instrument_token)) as "isGone"
       from payouts p join influencers i on i.id = p.influencer_id
      where p.id = $1`,
    [payoutId],
  );
  const row = rows[0];
  return row?.token ? { ...row, token: row.token, last4: row.last4 ?? '' } : undefined;
}

export type SendStart = {
  readonly payoutId: string;
  /** Number of this send over all attempts: one more than were made. */
  readonly send: number;
  readonly provider: string;
  readonly at: Date;
  readonly destination: Destination;
};

/**
 * The one door through which money leaves. In one statement: the send has its turn (an activity that runs twice, or
 * wakes after its successor, finds the number taken), the run is approved, payouts are not stopped. False: send
 * nothing.
 */
export async function beginSend(sql: Sql, start: SendStart): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'payout_begin_send',
    text: `with before as (
             select p.id, p.state from payouts p join payout_batches b on b.id = p.batch_id
              where p.id = $1 and p.sends = $2::int - 1 and p.net_tiyn is not null
                and p.state in ('reserved', 'submitting', 'unknown')
                and (p.state <> 'reserved' or p.sent_first_at is null)
                and b.approved_at is not null and b.state = any ($3::text[])
                and not coalesce((select is_on from platform_switches where name = 'payouts_stopped'), true)
                for update of p
           ), moved as (
             update payouts p
                set state = 'submitting', updated_at = now(), reason_code = null, reason_text = null, provider = $4,
                    sends = $2, sent_first_at = coalesce(p.sent_first_at, $5), sent_last_at = $5,
                    submitted_at = coalesce(p.submitted_at, $5),
                    instrument_token = $6, instrument_kind = $7, instrument_last4 = $8
               from before b where p.id = b.id
             returning p.id, b.state as from_state, p.attempt, p.sends
           )
           insert into payout_history (payout_id, from_state, to_state, detail)
           select id, from_state, 'submitting', jsonb_build_object('send', sends, 'attempt', attempt) from moved`,
    values: [
      start.payoutId,
      start.send,
      SENDING_RUN_STATES,
      start.provider,
      start.at,
      start.destination.token,
      start.destination.kind,
      start.destination.last4,
    ],
  });
  return rowCount === 1;
}

export type Told = {
  readonly state: 'paid' | 'refused' | 'processing' | 'not_found' | 'unknown';
  readonly providerReference: string | null;
  readonly amount: bigint | null;
};

/** What the provider says of a payout that people look at. It moves nothing. */
export async function noteTold(sql: Sql, payoutId: string, told: Told, at: Date): Promise<void> {
  await sql.query(
    `update payouts set told_state = $2, told_at = $3,
            provider_reference = coalesce($4, provider_reference), provider_tiyn = coalesce($5::bigint, provider_tiyn)
      where id = $1 and state = 'review'`,
    [payoutId, told.state, at, told.providerReference, told.amount],
  );
}

/** The next attempt under a reference of its own; what the ended one was is kept. The caller has moved the payout. */
export async function beginAttempt(sql: Sql, payoutId: string): Promise<void> {
  await sql.query(
    `with ended as (
       insert into payout_attempts (payout_id, attempt, reference, sends, sent_first_at, sent_last_at)
       select id, attempt, reference, sends, sent_first_at, sent_last_at from payouts where id = $1
       returning payout_id, attempt
     )
     update payouts p set attempt = e.attempt + 1, reference = p.id || '.' || (e.attempt + 1), sent_first_at = null,
            sent_last_at = null, provider_reference = null, provider_tiyn = null, told_state = null, told_at = null
       from ended e where p.id = e.payout_id`,
    [payoutId],
  );
}
