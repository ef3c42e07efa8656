import type { Sql } from './pool';

export type SwitchRow = {
  readonly name: 'payouts_stopped';
  readonly is_on: boolean;
  readonly reason: string | null;
  readonly changed_by: string;
  readonly changed_by_name: string | null;
  readonly changed_at: Date;
};

export async function listSwitches(sql: Sql): Promise<SwitchRow[]> {
  const { rows } = await sql.query<SwitchRow>(
    `select s.name, s.is_on, s.reason, s.changed_by, u.name as changed_by_name, s.changed_at
       from platform_switches s left join users u on u.id = s.changed_by order by s.name`,
  );
  return rows;
}

/** Turns a switch and answers what it was; the row lock puts two people at once one after the other. */
export async function turnSwitch(
  sql: Sql,
  turn: {
    readonly name: SwitchRow['name'];
    readonly on: boolean;
    readonly reason: string;
    readonly changedBy: string;
  },
): Promise<{ wasOn: boolean }> {
  const { rows } = await sql.query<{ was_on: boolean }>(
    `with before as (select name, is_on from platform_switches where name = $1 for update)
     update platform_switches s set is_on = $2, reason = $3, changed_by = $4, changed_at = now()
       from before b where s.name = b.name
     returning b.is_on as was_on`,
    [turn.name, turn.on, turn.reason, turn.changedBy],
  );
  const row = rows[0];
  // A missing row reads as "stopped" to every send (payouts.ts); it can only be gone by hand.
  if (!row) throw new Error(`platform_switches has no row ${turn.name}`);
  return { wasOn: row.was_on };
}
