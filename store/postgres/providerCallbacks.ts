import type { Sql } from './pool';

/** A payout may be asked about sooner than its turn this often: each time costs its workflow some history. */
const PAUSE_SECONDS = 30;
const A_DAY = 20;

/**
 * Keeps a provider's callback and passes it on as a hint, when it is about a payout of ours that is under way and not
 * hinted at a moment ago. Anything else leaves no trace, and the caller is told the same.
 */
export async function noteCallback(sql: Sql, provider: string, reference: string): Promise<void> {
  await sql.query({
    name: 'provider_callback_note',
    text: `with about as (
             select p.id, p.batch_id from payouts p
              where p.id = coalesce((select id from payouts where reference = $2),
                                    (select payout_id from payout_attempts where reference = $2))
                and p.state in ('submitting', 'unknown', 'review')
                and (p.hinted_at is null or p.hinted_at < now() - make_interval(secs => ${PAUSE_SECONDS}))
                and (select count(*) from provider_callbacks c
                      where c.payout_id = p.id and c.received_at > now() - interval '1 day') < ${A_DAY}
                for update of p
           ), hinted as (
             update payouts p set hinted_at = now() from about a where p.id = a.id
           ), kept as (
             insert into provider_callbacks (provider, reference, payout_id) select $1, $2, id from about
             returning id, payout_id
           )
           insert into outbox (topic, subject_id, payload)
           select 'payout.item', k.payout_id, jsonb_build_object('batchId', a.batch_id, 'eventId', k.id::text)
             from kept k join about a on a.id = k.payout_id`,
    values: [provider, reference],
  });
}

/** An operator wants to know what the provider says now. False: it was asked a moment ago. */
export async function hintByHand(sql: Sql, payoutId: string, eventId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `with hinted as (
       update payouts set hinted_at = now()
        where id = $1 and state = 'review' and (hinted_at is null or hinted_at < now() - interval '10 seconds')
       returning id, batch_id
     )
     insert into outbox (topic, subject_id, payload)
     select 'payout.item', id, jsonb_build_object('batchId', batch_id, 'eventId', $2::text) from hinted`,
    [payoutId, eventId],
  );
  return rowCount === 1;
}
