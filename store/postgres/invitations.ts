import type { Role } from '../../domain/access';
import type { Sql } from './pool';

export type Invitation = {
  readonly id: string;
  readonly role: Role;
  readonly tenantId: string;
  readonly emailSealed: Buffer;
  readonly emailIndex: Buffer;
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly acceptedAt: Date | null;
  readonly revokedAt: Date | null;
  /** Microseconds since 1970, for the cursor. */
  readonly position: string;
};

const INVITATION = `id, role, tenant_id as "tenantId", email_sealed as "emailSealed", email_index as "emailIndex",
  invited_by as "invitedBy", created_at as "createdAt", expires_at as "expiresAt",
  accepted_at as "acceptedAt", revoked_at as "revokedAt", (extract(epoch from created_at) * 1000000)::bigint::text as position`;

export type NewInvitation = Pick<
  Invitation,
  'id' | 'role' | 'tenantId' | 'emailSealed' | 'emailIndex' | 'invitedBy' | 'expiresAt'
> & { readonly tokenHash: Buffer };

export async function insertInvitation(sql: Sql, invitation: NewInvitation): Promise<void> {
  await sql.query(
    `insert into invitations (id, token_hash, role, tenant_id, email_sealed, email_index, invited_by, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      invitation.id,
      invitation.tokenHash,
      invitation.role,
      invitation.tenantId,
      invitation.emailSealed,
      invitation.emailIndex,
      invitation.invitedBy,
      invitation.expiresAt,
    ],
  );
}

/** A newer invitation of the same person, or shutting them out, makes earlier ones worthless. */
export async function revokeInvitationsOf(
  sql: Sql,
  tenantId: string,
  emailIndex: Buffer,
): Promise<void> {
  await sql.query(
    `update invitations set revoked_at = now()
      where tenant_id = $1 and email_index = $2 and accepted_at is null and revoked_at is null`,
    [tenantId, emailIndex],
  );
}

/** The invitation of a token while it can still be used. */
export async function findOpenInvitation(
  sql: Sql,
  tokenHash: Buffer,
  now: Date,
): Promise<Invitation | undefined> {
  const { rows } = await sql.query<Invitation>(
    `select ${INVITATION} from invitations
      where token_hash = $1 and accepted_at is null and revoked_at is null and expires_at > $2`,
    [tokenHash, now],
  );
  return rows[0];
}

/** Uses an invitation up. Undefined when it was used, revoked or expired meanwhile: exactly one caller gets it. */
export async function takeInvitation(
  sql: Sql,
  id: string,
  now: Date,
): Promise<Invitation | undefined> {
  const { rows } = await sql.query<Invitation>(
    `update invitations set accepted_at = now()
      where id = $1 and accepted_at is null and revoked_at is null and expires_at > $2
      returning ${INVITATION}`,
    [id, now],
  );
  return rows[0];
}

export async function listInvitationsOf(
  sql: Sql,
  tenantId: string,
  limit: number,
  after: readonly string[] | undefined,
): Promise<Invitation[]> {
  const { rows } = await sql.query<Invitation>(
    `select ${INVITATION} from invitations
      where tenant_id = $1
        and ($3::bigint is null
          or (created_at, id) < ('epoch'::timestamptz + $3::bigint * interval '1 microsecond', $4::text))
      order by created_at desc, id desc limit $2`,
    [tenantId, limit + 1, after?.[0] ?? null, after?.[1] ?? null],
  );
  return rows;
}

/** Revokes unless accepted; undefined when the tenant has no such invitation. */
export async function revokeInvitationById(
  sql: Sql,
  tenantId: string,
  id: string,
): Promise<Invitation | undefined> {
  const { rows } = await sql.query<Invitation>(
    `update invitations
        set revoked_at = case when accepted_at is null then coalesce(revoked_at, now()) end
      where tenant_id = $1 and id = $2 returning ${INVITATION}`,
    [tenantId, id],
  );
  return rows[0];
}
