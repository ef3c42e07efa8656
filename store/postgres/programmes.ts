import type { Sql } from './pool';
import type { Sealer } from './sealing';

/** A programme keeps at most this many signing secrets alive: the new one and the one being rotated out. */
export const LIVE_SECRETS = 2;

export type ProgrammeForIntake = {
  readonly id: string;
  readonly statusMap: Readonly<Record<string, string>>;
  /** Some of its orders were stored under other spellings of their numbers (migration 0023). */
  readonly isRespelled: boolean;
  /** Newest first, opened: `whsec_…`. */
  readonly secrets: readonly { readonly rowId: bigint; readonly secret: string }[];
};

type Row = {
  id: string;
  status_map: Record<string, string>;
  is_respelled: boolean;
  secret_ids: bigint[];
  sealed: Buffer[];
};

/**
 * What intake must know of a programme; undefined when there is none of that id. Paused and ended
 * programmes are answered too: orders of clicks made before still count.
 */
export async function readProgrammeForIntake(
  sql: Sql,
  sealer: Sealer,
  programmeId: string,
): Promise<ProgrammeForIntake | undefined> {
  const { rows } = await sql.query<Row>(
    `select p.id, p.status_map, exists (select from order_spellings o where o.programme_id = p.id) as is_respelled,
            coalesce(array_agg(s.id order by s.id desc) filter (where s.id is not null), '{}') as secret_ids,
            coalesce(array_agg(s.sealed order by s.id desc) filter (where s.id is not null), '{}') as sealed
       from programmes p
       left join lateral (
         select id, sealed from programme_secrets
          where programme_id = p.id and retired_at is null order by id desc limit $2
       ) s on true
      where p.id = $1
      group by p.id`,
    [programmeId, LIVE_SECRETS],
  );
  const row = rows[0];
  if (!row) return undefined;
  return {
    id: row.id,
    statusMap: row.status_map,
    isRespelled: row.is_respelled,
    secrets: row.sealed.map((sealed, i) => ({
      rowId: BigInt(row.secret_ids[i] ?? 0),
      secret: sealer.open(sealed, row.id).toString(),
    })),
  };
}

/**
 * The seal is bound to the programme's id: a secret copied to another programme's row does not open.
 * Adds a signing secret (`whsec_…`) and retires all but the newest two: rotation without a gap.
 */
export async function addProgrammeSecret(
  sql: Sql,
  sealer: Sealer,
  programmeId: string,
  secret: string,
): Promise<void> {
  await sql.query('insert into programme_secrets (programme_id, sealed) values ($1, $2)', [
    programmeId,
    sealer.seal(Buffer.from(secret), programmeId),
  ]);
  await sql.query(
    `update programme_secrets set retired_at = now()
      where programme_id = $1 and retired_at is null
        and id not in (select id from programme_secrets where programme_id = $1 and retired_at is null
                        order by id desc limit $2)`,
    [programmeId, LIVE_SECRETS],
  );
}

/** So that a person can see when the old secret of a rotation is no longer in use. */
export async function markSecretUsed(sql: Sql, rowId: bigint): Promise<void> {
  await sql.query('update programme_secrets set last_used_at = now() where id = $1', [rowId]);
}
