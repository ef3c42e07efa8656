import type { Sql } from './pool';
import { LIVE_SECRETS } from './programmes';
import type { Sealer } from './sealing';

/** Signing secrets as their owner sees them. Callers have passed the wall of the programme. */
export type ProgrammeSecret = {
  readonly id: bigint;
  /** The last four characters: enough to tell two apart. */
  readonly hint: string;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly retired_at: Date | null;
};

type Row = Omit<ProgrammeSecret, 'hint'> & { readonly sealed: Buffer };

const MAX_SHOWN = 50;
const COLUMNS = 'id, sealed, created_at, last_used_at, retired_at';

export const secretHint = (secret: string): string => secret.slice(-4);

function shown(sealer: Sealer, programmeId: string, { sealed, ...row }: Row): ProgrammeSecret {
  return { ...row, hint: secretHint(sealer.open(sealed, programmeId).toString()) };
}

/** Newest first; the live ones and the last retired ones. */
export async function listSecrets(
  sql: Sql,
  sealer: Sealer,
  programmeId: string,
): Promise<ProgrammeSecret[]> {
  const { rows } = await sql.query<Row>(
    `select ${COLUMNS} from programme_secrets where programme_id = $1 order by id desc limit $2`,
    [programmeId, MAX_SHOWN],
  );
  return rows.map((row) => shown(sealer, programmeId, row));
}

/** The newest live secret in clear: what a sample is signed with. */
export async function newestLiveSecret(
  sql: Sql,
  sealer: Sealer,
  programmeId: string,
): Promise<string | undefined> {
  const { rows } = await sql.query<{ sealed: Buffer }>(
    `select sealed from programme_secrets where programme_id = $1 and retired_at is null order by id desc limit 1`,
    [programmeId],
  );
  return rows[0] && sealer.open(rows[0].sealed, programmeId).toString();
}

/** Undefined when two are live already. The caller holds the programme's row, so that two rotations take turns. */
export async function insertNextSecret(
  sql: Sql,
  sealer: Sealer,
  programmeId: string,
  secret: string,
): Promise<ProgrammeSecret | undefined> {
  const { rows } = await sql.query<Row>(
    `insert into programme_secrets (programme_id, sealed)
     select $1, $2
      where (select count(*) from programme_secrets where programme_id = $1 and retired_at is null) < $3
     returning ${COLUMNS}`,
    [programmeId, sealer.seal(Buffer.from(secret), programmeId), LIVE_SECRETS],
  );
  return rows[0] && shown(sealer, programmeId, rows[0]);
}

export type RetireOutcome =
  | { readonly kind: 'retired'; readonly secret: ProgrammeSecret; readonly changed: boolean }
  | { readonly kind: 'missing' }
  | { readonly kind: 'last' };

/** The caller holds the programme's row: of two people who retire one secret each, the second is refused. */
export async function retireSecret(
  sql: Sql,
  sealer: Sealer,
  programmeId: string,
  secretId: string,
): Promise<RetireOutcome> {
  const { rows } = await sql.query<Row & { others: number }>(
    `select ${COLUMNS},
            (select count(*)::int from programme_secrets o
              where o.programme_id = s.programme_id and o.retired_at is null and o.id <> s.id) as others
       from programme_secrets s where s.programme_id = $1 and s.id = $2::bigint`,
    [programmeId, secretId],
  );
  const row = rows[0];
  if (!row) return { kind: 'missing' };
  const { others, ...found } = row;
  if (found.retired_at)
    return { kind: 'retired', secret: shown(sealer, programmeId, found), changed: false };
  if (others === 0) return { kind: 'last' };
  const { rows: retired } = await sql.query<Row>(
    `update programme_secrets set retired_at = now() where id = $1::bigint returning ${COLUMNS}`,
    [secretId],
  );
  return { kind: 'retired', secret: shown(sealer, programmeId, retired[0]!), changed: true };
}
