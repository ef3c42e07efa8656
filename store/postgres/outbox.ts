import type { Pool } from 'pg';

import type { Sql } from './pool';

/** Messages for Temporal, written in the transaction of their cause and deleted once delivered. */
export type OutboxRow = {
  readonly id: bigint;
  readonly topic:
    | 'conversion.order'
    /** Came after the release or the end of the order. */
    | 'conversion.late'
    /** A person's word. */
    | 'conversion.acted'
    | 'conversion.paid'
    | 'conversion.payee'
    | 'payee.updated'
    | 'payout.requested'
    | 'payout.item';
  readonly subjectId: string;
  readonly payload: Readonly<Record<string, string>>;
  readonly attempts: number;
  readonly programmeId: string | null;
  /** The workflow that follows the order when it is not its own. */
  readonly driver: string | null;
};

/** How long a claimed row stays with its claimer. A relay that dies in between only delays, never loses. */
export const LEASE_SECONDS = 30;

/** Fresh messages go by age. Those that failed before go by their due time, in a claim of their own. */
export type Lane = 'fresh' | 'failed';

const DUE: Readonly<Record<Lane, string>> = {
  fresh: 'attempts = 0 and next_at <= now() order by id',
  failed: 'attempts > 0 and next_at <= now() order by next_at, id',
};

/**
 * Claims due rows for this relay. A lease, not an open transaction: no database lock is held while Temporal
 * is called, and several API processes relay side by side (SKIP LOCKED).
 */
export async function claimOutbox(pool: Pool, lane: Lane, limit: number): Promise<OutboxRow[]> {
  const { rows } = await pool.query<OutboxRow>({
    name: `outbox_claim_${lane}`,
    text: `with due as (
             select id from outbox where ${DUE[lane]} limit $1 for update skip locked
           ), claimed as (
             update outbox o set next_at = now() + make_interval(secs => $2)
               from due where o.id = due.id
             returning o.id, o.topic, o.subject_id, o.payload, o.attempts
           )
           select k.id, k.topic, k.subject_id as "subjectId", k.payload, k.attempts, c.programme_id as "programmeId",
                  c.driver
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

/** Given back as they were: Temporal is away, which is no message's fault. */
export async function releaseOutbox(pool: Pool, ids: readonly bigint[]): Promise<void> {
  await pool.query({
    name: 'outbox_release',
    text: 'update outbox set next_at = now() where id = any ($1::bigint[])',
    values: [ids],
  });
}

export type Failed = {
  readonly id: bigint;
  /** Why, as a code; never a text that may hold what a user sent. */
  readonly code: string;
  /** A definite no. Slowness is not: it is tried for ever, ever less often. */
  readonly refused: boolean;
};

export type DeadLetter = {
  readonly id: bigint;
  readonly topic: OutboxRow['topic'];
  readonly subjectId: string;
  readonly lastError: string;
};

/**
 * Due again after a pause that doubles from one second to `retryMaxSeconds`, give or take a quarter so that a heap of
 * them does not come due in one moment; with `deadAfter` refusals put aside for a person. Returns the ones put aside.
 */
export async function failOutbox(
  pool: Pool,
  failed: readonly Failed[],
  deadAfter: number,
  retryMaxSeconds: number,
): Promise<DeadLetter[]> {
  const { rows } = await pool.query<DeadLetter>({
    name: 'outbox_fail',
    text: `with failed as (
             select * from unnest($1::bigint[], $2::text[], $3::int[]) as f (id, code, refused)
           ), dead as (
             delete from outbox o using failed f
              where o.id = f.id and f.refused = 1 and o.refusals + 1 >= $4
             returning o.id, o.topic, o.subject_id, o.payload, o.attempts + 1 as attempts, f.code, o.created_at
           ), kept as (
             update outbox o
                set attempts = o.attempts + 1, refusals = o.refusals + f.refused, last_error = f.code,
                    next_at = now() + make_interval(secs =>
                      least($5, power(2, least(o.attempts, 16))) * (0.75 + random() / 2))
               from failed f
              where o.id = f.id and (f.refused = 0 or o.refusals + 1 < $4)
           )
           insert into outbox_dead_letters (id, topic, subject_id, payload, attempts, last_error, created_at)
           select id, topic, subject_id, payload, attempts, code, created_at from dead
           returning id, topic, subject_id as "subjectId", last_error as "lastError"`,
    values: [
      failed.map(({ id }) => id),
      failed.map(({ code }) => code),
      failed.map(({ refused }) => (refused ? 1 : 0)),
      deadAfter,
      retryMaxSeconds,
    ],
  });
  return rows;
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
            where influencer_id = $1
              and (state = 'HELD' and reason_code = any ($3::text[]) or more_revision is not null)`,
    values: [influencerId, version, reasons],
  });
}
