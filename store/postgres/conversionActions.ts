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

export async function insertAction(sql: Sql, action: ConversionActionRow): Promise<void> {
  await sql.query(
    `insert into conversion_actions (conversion_id, action, reason, acted_by, update_id)
     values ($1, $2, $3, $4, $5)`,
    [action.conversionId, action.action, action.reason, action.actedBy, action.updateId],
  );
}

export type EarlierActions = {
  /** This very action was taken and stored before. */
  readonly isRepeat: boolean;
  /** Cancelled by a person: the workflow ends by it, nothing more can be decided. */
  readonly isCancelled: boolean;
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
            coalesce(bool_or(action = 'cancel'), false) as "isCancelled",
            (array_agg(acted_by order by id desc) filter (where action = 'review'))[1] as "reviewedBy"
       from conversion_actions where conversion_id = $1`,
    [conversionId, updateId],
  );
  return rows[0]!;
}
