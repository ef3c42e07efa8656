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
  /** From when the link works; null: at once. */
  readonly opensAt: Date | null;
  readonly expiresAt: Date;
  readonly acceptedAt: Date | null;
  readonly revokedAt: Date | null;
  /** Microseconds since 1970, for the cursor. */
  readonly position: string;
};

const INVITATION = `id, role, tenant_id as "tenantId", email_sealed as "emailSealed", email_index as "emailIndex",
  invited_by as "invitedBy", created_at as "createdAt", opens_at as "opensAt", expires_at as "expiresAt",
  accepted_at as "acceptedAt", revoked_at as "revokedAt", (extract(epoch from created_at) * 1000000)::bigint::text as position`;

export type NewInvitation = Pick<
  Invitation,
  'id' | 'role' | 'tenantId' | 'emailSealed' | 'emailIndex' | 'invitedBy' | 'opensAt' | 'expiresAt'
> & { readonly tokenHash: Buffer };

export async function insertInvitation(sql: Sql, invitation: NewInvitation): Promise<void> {
  await sql.query(
    `insert into invitations (id, token_hash, role, tenant_id, email_sealed, email_index, invited_by, opens_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      invitation.id,
      invitation.tokenHash,
      invitation.role,
      invitation.tenantId,
      invitation.emailSealed,
      invitation.emailIndex,
      invitation.invitedBy,
      invitation.opensAt,
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

/**
 * Whoever invited can still invite so: an owner into their own brand, a maker an owner, the program on the server
 * anybody. One who was shut out or lost the role meanwhile offers nothing.
 */
const STILL_OFFERED = `(i.invited_by = 'system' or exists (
  select 1 from users u where u.id = i.invited_by and u.disabled_at is null
    and ((u.role = 'brand_owner' and u.tenant_id = i.tenant_id) or (u.role = 'ops_maker' and i.role = 'brand_owner'))))`;

/** Of a token, while it can still be used or will be. */
export async function findOpenInvitation(
  sql: Sql,
  tokenHash: Buffer,
  now: Date,
): Promise<Invitation | undefined> {
  const { rows } = await sql.query<Invitation>(
    `select ${INVITATION} from invitations i
      where token_hash = $1 and accepted_at is null and revoked_at is null and expires_at > $2 and ${STILL_OFFERED}`,
    [tokenHash, now],
  );
  return rows[0];
}

/** The same by its id, with the hash of its token. */
export async function findOpenInvitationById(
  sql: Sql,
  id: string,
  now: Date,
): Promise<(Invitation & { readonly tokenHash: Buffer }) | undefined> {
  const { rows } = await sql.query<Invitation & { tokenHash: Buffer }>(
    `select ${INVITATION}, token_hash as "tokenHash" from invitations i
      where id = $1 and accepted_at is null and revoked_at is null and expires_at > $2 and ${STILL_OFFERED}`,
    [id, now],
  );
  return rows[0];
}

/** A live offer to come back: only then is the lost sign-in of somebody shut out worth anything. */
export async function hasOpenInvitation(
  sql: Sql,
  tenantId: string,
  emailIndex: Buffer,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `select 1 from invitations i
      where tenant_id = $1 and email_index = $2 and accepted_at is null and revoked_at is null and expires_at > $3
        and ${STILL_OFFERED} limit 1`,
    [tenantId, emailIndex, now],
  );
  return (rowCount ?? 0) > 0;
}

/** Uses an invitation up. Undefined when it was used, revoked or expired meanwhile: exactly one caller gets it. */
export async function takeInvitation(
  sql: Sql,
  id: string,
  now: Date,
): Promise<Invitation | undefined> {
  const { rows } = await sql.query<Invitation>(
    `update invitations i set accepted_at = now()
      where id = $1 and accepted_at is null and revoked_at is null and expires_at > $2
        and (opens_at is null or opens_at <= $2) and ${STILL_OFFERED}
      returning ${INVITATION}`,
    [id, now],
  );
  return rows[0];
}

// That nothing is to be sent would tell who has an account: it counts as sent.
const MAIL_OF = `(select case when m.state in ('sent', 'unneeded') then 'sent' when m.state = 'waiting' then 'waiting'
      else 'not_sent' end from mails m where m.subject_id = i.id and m.kind = 'invitation') as mail`;
const BY_OPS = `not exists (select 1 from users u where u.id = i.invited_by and u.tenant_id = i.tenant_id) as "byOps"`;

/** With what became of the mail that brings the link. */
export type ListedInvitation = Invitation & {
  readonly mail: 'waiting' | 'sent' | 'not_sent' | null;
  /** Somebody of the platform did, not of the team. */
  readonly byOps: boolean;
};

export async function listInvitationsOf(
  sql: Sql,
  tenantId: string,
  limit: number,
  after: readonly string[] | undefined,
): Promise<ListedInvitation[]> {
  const { rows } = await sql.query<ListedInvitation>(
    `select ${INVITATION}, ${MAIL_OF}, ${BY_OPS} from invitations i
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
): Promise<ListedInvitation | undefined> {
  const { rows } = await sql.query<ListedInvitation>(
    `update invitations i
        set revoked_at = case when accepted_at is null then coalesce(revoked_at, now()) end
      where tenant_id = $1 and id = $2 returning ${INVITATION}, ${MAIL_OF}, ${BY_OPS}`,
    [tenantId, id],
  );
  return rows[0];
}
