import type { Sql } from './pool';

export type FlagRow = {
  readonly code: string;
  readonly note: string | null;
  readonly raised_by: string;
  readonly raised_by_name: string | null;
  readonly raised_at: Date;
};

export async function listFlags(sql: Sql, influencerId: string): Promise<FlagRow[]> {
  const { rows } = await sql.query<FlagRow>(
    `select f.code, f.note, f.raised_by, u.name as raised_by_name, f.raised_at
       from review_flags f left join users u on u.id = f.raised_by
      where f.influencer_id = $1 order by f.raised_at desc, f.code`,
    [influencerId],
  );
  return rows;
}

/** One flag of a kind a person; a further call changes its note. False when there is no such influencer. */
export async function raiseFlag(
  sql: Sql,
  flag: {
    readonly influencerId: string;
    readonly code: string;
    readonly note: string | null;
    readonly raisedBy: string;
  },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `insert into review_flags (influencer_id, code, note, raised_by)
     select id, $2, $3, $4 from influencers where id = $1
     on conflict (influencer_id, code)
       do update set note = excluded.note, raised_by = excluded.raised_by, raised_at = now()`,
    [flag.influencerId, flag.code, flag.note, flag.raisedBy],
  );
  return rowCount === 1;
}

/** False when it was not there. */
export async function removeFlag(sql: Sql, influencerId: string, code: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    'delete from review_flags where influencer_id = $1 and code = $2',
    [influencerId, code],
  );
  return rowCount === 1;
}
