import type { Role } from '../../domain/access';
import type { RecoveryState } from '../../domain/identity/recovery';
import type { Sql } from './pool';

export type Recovery = {
  readonly id: string;
  readonly userId: string;
  readonly tenantId: string;
  readonly role: Role;
  readonly state: RecoveryState;
  readonly askedAt: Date;
  /** Of the link, then of the wait for a second person. */
  readonly expiresAt: Date;
  readonly provedAt: Date | null;
  readonly approvedBy: string | null;
  readonly effectiveAt: Date | null;
};

const RECOVERY = `r.id, r.user_id as "userId", r.tenant_id as "tenantId", r.role, r.state, r.asked_at as "askedAt",
  r.expires_at as "expiresAt", r.proved_at as "provedAt", r.approved_by as "approvedBy", r.effective_at as "effectiveAt"`;

export type NewRecovery = Pick<
  Recovery,
  'id' | 'userId' | 'tenantId' | 'role' | 'askedAt' | 'expiresAt'
> & { readonly tokenHash: Buffer };

/** The same id again, for a mail that is tried again, makes the link's time begin anew. */
export async function putAskedRecovery(sql: Sql, recovery: NewRecovery): Promise<void> {
  await sql.query(
    `insert into recoveries (id, user_id, tenant_id, role, token_hash, asked_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (id) do update set expires_at = excluded.expires_at where recoveries.state = 'asked'`,
    [
      recovery.id,
      recovery.userId,
      recovery.tenantId,
      recovery.role,
      recovery.tokenHash,
      recovery.askedAt,
      recovery.expiresAt,
    ],
  );
}

/** What a link leads to while it is good. */
export async function findAskedRecovery(
  sql: Sql,
  tokenHash: Buffer,
  now: Date,
): Promise<Recovery | undefined> {
  const { rows } = await sql.query<Recovery>(
    `select ${RECOVERY} from recoveries r where token_hash = $1 and state = 'asked' and expires_at > $2`,
    [tokenHash, now],
  );
  return rows[0];
}

export type Proof = {
  readonly passwordHash: string;
  readonly totpSealed: Buffer;
  readonly totpStep: number;
  readonly codeHashes: readonly Buffer[];
  readonly at: Date;
  readonly expiresAt: Date;
};

/** False when the link was used or too old: of many at once one gets true. */
export async function proveRecovery(sql: Sql, id: string, proof: Proof): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update recoveries set state = 'proved', password_hash = $2, totp_sealed = $3, totp_step = $4, code_hashes = $5,
        proved_at = $6, expires_at = $7
      where id = $1 and state = 'asked' and expires_at > $6`,
    [
      id,
      proof.passwordHash,
      proof.totpSealed,
      proof.totpStep,
      proof.codeHashes,
      proof.at,
      proof.expiresAt,
    ],
  );
  return rowCount === 1;
}

export async function lockRecovery(sql: Sql, id: string): Promise<Recovery | undefined> {
  const { rows } = await sql.query<Recovery>(
    `select ${RECOVERY} from recoveries r where r.id = $1 for update`,
    [id],
  );
  return rows[0];
}

export async function findRecovery(sql: Sql, id: string): Promise<Recovery | undefined> {
  const { rows } = await sql.query<Recovery>(
    `select ${RECOVERY} from recoveries r where r.id = $1`,
    [id],
  );
  return rows[0];
}

/** Under way: the one that waits for a second person, or for its time. */
export async function findRecoveryOf(sql: Sql, userId: string): Promise<Recovery | undefined> {
  const { rows } = await sql.query<Recovery>(
    `select ${RECOVERY} from recoveries r where r.user_id = $1 and r.state in ('proved', 'approved')`,
    [userId],
  );
  return rows[0];
}

export async function approveRecovery(
  sql: Sql,
  id: string,
  by: string,
  at: Date,
  effectiveAt: Date,
): Promise<void> {
  await sql.query(
    `update recoveries set state = 'approved', approved_by = $2, approved_at = $3, effective_at = $4
      where id = $1 and state = 'proved'`,
    [id, by, at, effectiveAt],
  );
}

export type RecoveryEnd = {
  readonly state: Extract<RecoveryState, 'done' | 'stopped' | 'expired'>;
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
};

/** The new credentials leave the row with its end, whatever that is. */
export async function endRecovery(sql: Sql, id: string, end: RecoveryEnd): Promise<void> {
  await sql.query(
    `update recoveries set state = $2, ended_by = $3, end_reason = $4, ended_at = $5,
        password_hash = null, totp_sealed = null, code_hashes = null
      where id = $1`,
    [id, end.state, end.by, end.reason, end.at],
  );
}

/** All of a person, the links that were not used too; answers those that others knew of. */
export async function stopRecoveriesOf(
  sql: Sql,
  userId: string,
  end: Omit<RecoveryEnd, 'state'>,
): Promise<string[]> {
  const { rows } = await sql.query<{ id: string; known: boolean }>(
    `update recoveries set state = 'stopped', ended_by = $2, end_reason = $3, ended_at = $4,
        password_hash = null, totp_sealed = null, code_hashes = null
      where user_id = $1 and state in ('asked', 'proved', 'approved')
      returning id, proved_at is not null as known`,
    [userId, end.by, end.reason, end.at],
  );
  return rows.filter(({ known }) => known).map(({ id }) => id);
}

export type Proved = Pick<Proof, 'passwordHash' | 'totpSealed' | 'totpStep' | 'codeHashes'>;

export async function readProof(sql: Sql, id: string): Promise<Proved | undefined> {
  const { rows } = await sql.query<Proved>(
    `select password_hash as "passwordHash", totp_sealed as "totpSealed", totp_step::int as "totpStep",
            code_hashes as "codeHashes"
       from recoveries where id = $1 and state = 'approved'`,
    [id],
  );
  return rows[0];
}

export async function dueRecoveries(sql: Sql, now: Date, limit: number): Promise<Recovery[]> {
  const { rows } = await sql.query<Recovery>(
    `select ${RECOVERY} from recoveries r where r.state = 'approved' and r.effective_at <= $1
      order by r.effective_at limit $2`,
    [now, limit],
  );
  return rows;
}

/**
 * Requests nobody approved, and links nobody used: those keep their row longer than any mail waits, for a link's hour
 * begins anew with each try to send it. Answers those that others knew of.
 */
export async function expireRecoveries(sql: Sql, now: Date): Promise<Recovery[]> {
  const { rows } = await sql.query<Recovery>(
    `update recoveries r set state = 'expired', ended_at = $1::timestamptz, ended_by = 'system', end_reason = 'expired',
        password_hash = null, totp_sealed = null, code_hashes = null
      where (r.state = 'proved' and r.expires_at <= $1::timestamptz)
         or (r.state = 'asked' and r.expires_at <= $1::timestamptz - interval '2 days') returning ${RECOVERY}`,
    [now],
  );
  return rows.filter(({ provedAt }) => provedAt !== null);
}

export type RecoveryView = Recovery & {
  readonly name: string;
  readonly emailSealed: Buffer;
  readonly tenantName: string | null;
  /** Active owners of the person's brand beside them. */
  readonly otherOwners: number;
};

/** Under way, of one person, of a tenant, or (ops) of everybody. */
export async function listRecoveries(
  sql: Sql,
  seen: { readonly userId: string; readonly tenantId: string | null; readonly all: boolean },
  limit: number,
): Promise<RecoveryView[]> {
  const { rows } = await sql.query<RecoveryView>(
    `select ${RECOVERY}, u.name, u.email_sealed as "emailSealed", b.name as "tenantName",
            (select count(*)::int from users o where o.tenant_id = r.tenant_id and o.role = 'brand_owner'
                and o.disabled_at is null and o.id <> r.user_id) as "otherOwners"
       from recoveries r join users u on u.id = r.user_id left join brands b on b.id = r.tenant_id
      where r.state in ('proved', 'approved') and ($3 or r.user_id = $1 or r.tenant_id = $2)
      order by r.proved_at desc, r.id desc limit $4`,
    [seen.userId, seen.tenantId, seen.all, limit],
  );
  return rows;
}
