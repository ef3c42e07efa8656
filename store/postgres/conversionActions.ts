import type { ConversionState } from '../../domain/conversions/state';
import type { Tiyn } from '../../domain/money';
import type { Sql } from './pool';

/** Until the transaction ends nobody else acts on this conversion; its own steps are not held up. */
export async function lockActions(sql: Sql, conversionId: string): Promise<void> {
  await sql.query(
    `select pg_advisory_xact_lock(hashtextextended('conversion action ' || $1::text, 0))`,
    [conversionId],
  );
}

export type ConversionActionRow = {
  readonly conversionId: string;
  readonly action: string;
  readonly reason: string;
  readonly actedBy: string;
  readonly updateId: string;
};

/** Answers the row's number: what a step names when it acts on the word. */
export async function insertAction(sql: Sql, action: ConversionActionRow): Promise<bigint> {
  const { rows } = await sql.query<{ id: bigint }>(
    `insert into conversion_actions (conversion_id, action, reason, acted_by, update_id)
     values ($1, $2, $3, $4, $5) returning id`,
    [action.conversionId, action.action, action.reason, action.actedBy, action.updateId],
  );
  return rows[0]!.id;
}

/** An order as a person's word about it needs it. */
export type OrderForWord = {
  readonly id: string;
  readonly state: ConversionState;
  readonly reasonCode: string | null;
  readonly orderStatus: string;
  readonly sale: Tiyn;
  readonly heldUntil: Date | null;
  readonly accruedAt: Date | null;
  readonly cancelledByAction: bigint | null;
  readonly driver: string | null;
  readonly paused: boolean;
};

/** Locked until the caller's transaction ends: its own steps wait, or find the word. */
export async function wordAbout(sql: Sql, conversionId: string): Promise<OrderForWord | undefined> {
  await sql.query('select from conversions where id = $1 for update', [conversionId]);
  const { rows } = await sql.query<OrderForWord>(
    `select c.id, c.state, c.reason_code as "reasonCode", c.order_status as "orderStatus", c.sale_tiyn as sale, c.held_until as "heldUntil",
            c.accrued_at as "accruedAt", c.cancelled_by_action as "cancelledByAction", c.driver,
            coalesce((select a.action = 'hold' from conversion_actions a
                       where a.conversion_id = c.id and a.action in ('hold', 'resume')
                       order by a.id desc limit 1), false) as paused
       from conversions c where c.id = $1`,
    [conversionId],
  );
  return rows[0];
}

export type EarlierActions = {
  /** This very action was taken and stored before. */
  readonly isRepeat: boolean;
  /** Who sent the conversion to review last, if a person did. */
  readonly reviewedBy: string | null;
};

export async function readEarlierActions(
  sql: Sql,
  conversionId: string,
  updateId: string,
): Promise<EarlierActions> {
  const { rows } = await sql.query<EarlierActions>(
    `select coalesce(bool_or(update_id = $2), false) as "isRepeat",
            (array_agg(acted_by order by id desc) filter (where action = 'review'))[1] as "reviewedBy"
       from conversion_actions where conversion_id = $1`,
    [conversionId, updateId],
  );
  return rows[0]!;
}
