import type { Pool } from 'pg';

import type { Sql } from './pool';

/** Messages for Temporal, written in the transaction of their cause and deleted once delivered. */
export type OutboxRow = {
  readonly id: bigint;
  readonly topic:
    | 'conversion.order'
    | 'conversion.paid'
    | 'conversion.payee'
    | 'payee.updated'
    | 'payout.requested'
    | 'payout.item';
  readonly subjectId: string;
  readonly payload: Readonly<Record<string, string>>;
  readonly attempts: number;
  readonly programmeId: string | null;
};

/** How long a claimed row stays with its claimer. A relay that dies in between only delays, never loses. */
const LEASE_SECONDS = 30;

/**
 * Claims due rows for this relay. A lease, not an open transaction: no database lock is held while Temporal
 * is called, and several API processes relay side by side (SKIP LOCKED).
 */
export async function claimOutbox(pool: Pool, limit: number): Promise<OutboxRow[]> {
  const { rows } = await pool.query<OutboxRow>({
    name: 'outbox_claim',
    text: `with due as (
             select id from outbox where next_at <= now() order by id limit $1 for update skip locked
           ), claimed as (
             update outbox o set attempts = o.attempts + 1, next_at = now() + make_interval(secs => $2)
               from due where o.id = due.id
             returning o.id, o.topic, o.subject_id, o.payload, o.attempts
           )
           select k.id, k.topic, k.subject_id as "subjectId", k.payload, k.attempts, c.programme_id as "programmeId"
             from claimed k left join conversions c on c.id = k.subject_id
            order by k.id`,
    values: [limit, LEASE_SECONDS],
  });
  return rows;
}

export async function deleteOutbox(pool: Pool, ids: readonly bigint[]): Promise<void> {
  await pool.query({
    name: 'outbox_delete',
    text: 'delete from outbox where id = any ($1::bigint[])',
    values: [ids],
  });
}

/** Not delivered: due again after a pause that doubles to half a minute. */
export async function postponeOutbox(pool: Pool, ids: readonly bigint[]): Promise<void> {
  await pool.query({
    name: 'outbox_postpone',
    text: `update outbox set next_at = now() + make_interval(secs => least(30, power(2, least(attempts, 6)) / 4))
            where id = any ($1::bigint[])`,
    values: [ids],
  });
}

/** An event of an order whose workflow has closed: kept in sight of people until adjustments exist. */
export async function noteLateEvent(
  pool: Pool,
  conversionId: string,
  receiptId: string,
): Promise<void> {
  await pool.query({
    name: 'late_event_note',
    text: `insert into conversion_history (conversion_id, from_state, to_state, reason_code, detail)
           select id, state, state, 'late_event', jsonb_build_object('receiptId', $2::text) from conversions where id = $1`,
    values: [conversionId, receiptId],
  });
}

export async function insertOutbox(
  sql: Sql,
  message: {
    topic: OutboxRow['topic'];
    subjectId: string;
    payload: Readonly<Record<string, string>>;
  },
): Promise<void> {
  await sql.query('insert into outbox (topic, subject_id, payload) values ($1, $2, $3)', [
    message.topic,
    message.subjectId,
    JSON.stringify(message.payload),
  ]);
}

/**
 * One message for each held order that waits for this person's details, in place of the one that says they
 * changed. Delivered again it only repeats messages whose effect is a look.
 */
export async function fanOutPayee(
  pool: Pool,
  influencerId: string,
  version: string,
  reasons: readonly string[],
): Promise<void> {
  await pool.query({
    name: 'outbox_fan_out',
    text: `insert into outbox (topic, subject_id, payload)
           select 'conversion.payee', id, jsonb_build_object('version', $2::text)
             from conversions
            where influencer_id = $1 and state = 'HELD' and reason_code = any ($3::text[])`,
    values: [influencerId, version, reasons],
  });
}
