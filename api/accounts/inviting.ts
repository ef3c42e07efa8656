import { hash, randomBytes } from 'node:crypto';

import type { Role } from '../../domain/access';
import { canonicalEmail } from '../../domain/identity/email';
import { idFromBytes } from '../../domain/ids';
import {
  insertInvitation,
  revokeInvitationsOf,
  type Invitation,
} from '../../store/postgres/invitations';
import type { Sql } from '../../store/postgres/pool';
import type { Sealer } from '../../store/postgres/sealing';
import { findByEmail } from '../../store/postgres/users';

/** Long enough to be read after a holiday, short enough to be forgotten in a mailbox without harm. */
const INVITATION_MS = 7 * 86_400_000;

export const invitationTokenHash = (token: string): Buffer => hash('sha256', token, 'buffer');

export type Invite = {
  readonly email: string;
  readonly role: Role;
  readonly tenantId: string;
  readonly invitedBy: string;
  readonly publicOrigin: string;
  readonly nowMs: number;
};

export type Invited = { readonly id: string; readonly url: string; readonly expires_at: string };

/**
 * A new invitation; earlier ones to the same person end. For somebody who has an account in the tenant it is
 * the way to new credentials: forgotten password, lost phone, shut out before. The token is in the fragment
 * of the URL, which browsers send to no server, so that it stands in no log.
 */
export async function invite(
  sql: Sql,
  sealer: Sealer,
  given: Invite,
): Promise<Invited | 'email_taken' | 'role_differs'> {
  const { role, tenantId, invitedBy, publicOrigin, nowMs } = given;
  const email = canonicalEmail(given.email);
  const emailIndex = sealer.blindIndex(email, 'users.email');
  const account = await findByEmail(sql, emailIndex);
  if (account && account.tenantId !== tenantId) return 'email_taken';
  if (account && !account.disabled && account.role !== role) return 'role_differs';
  await revokeInvitationsOf(sql, tenantId, emailIndex);
  const id = idFromBytes('invitation', randomBytes(16));
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(nowMs + INVITATION_MS);
  await insertInvitation(sql, {
    id,
    role,
    tenantId,
    emailSealed: sealer.seal(Buffer.from(email), id),
    emailIndex,
    invitedBy,
    expiresAt,
    tokenHash: invitationTokenHash(token),
  });
  const url = `${publicOrigin}/desk/invitation#token=${token}`;
  return { id, url, expires_at: expiresAt.toISOString() };
}

export function invitationState(
  { acceptedAt, revokedAt, expiresAt }: Invitation,
  nowMs: number,
): 'pending' | 'accepted' | 'revoked' | 'expired' {
  if (acceptedAt) return 'accepted';
  if (revokedAt) return 'revoked';
  return expiresAt.getTime() <= nowMs ? 'expired' : 'pending';
}
