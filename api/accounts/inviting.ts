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
import type { Locale } from '../../store/postgres/users';
import { putMail } from '../mail/mails';

/** Long enough to be read after a holiday, short enough to be forgotten in a mailbox without harm. */
const INVITATION_MS = 7 * 86_400_000;

export const invitationTokenHash = (token: string): Buffer => hash('sha256', token, 'buffer');

export type Invite = {
  readonly email: string;
  readonly role: Role;
  readonly tenantId: string;
  /** As the mail names it. */
  readonly organisation: string;
  readonly invitedBy: string;
  /** Of whoever invites; somebody with an account is written to in their own. */
  readonly locale: Locale;
  readonly opensAt: Date | null;
  readonly nowMs: number;
};

export type Invited = {
  readonly id: string;
  readonly expires_at: string;
  readonly opens_at: string | null;
};

/**
 * A new invitation; earlier ones to the same person end. The link goes to the mailbox and nowhere else, so that whoever
 * accepts it reads that mailbox. Whether the address has an account, here or elsewhere, is not even looked up here: the
 * mail says it to its reader (api/mail/compose.ts), and neither answer nor time says it to whoever invites.
 */
export async function invite(sql: Sql, sealer: Sealer, given: Invite): Promise<Invited> {
  const { role, tenantId, organisation, invitedBy, locale, opensAt, nowMs } = given;
  const email = canonicalEmail(given.email);
  const emailIndex = sealer.blindIndex(email, 'users.email');
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
    opensAt,
    expiresAt,
    tokenHash: invitationTokenHash(token),
  });
  await putMail(sql, sealer, {
    kind: 'invitation',
    subjectId: id,
    locale,
    to: { email },
    values: { token, organisation },
  });
  return {
    id,
    expires_at: expiresAt.toISOString(),
    opens_at: opensAt === null ? null : opensAt.toISOString(),
  };
}

export function invitationState(
  { acceptedAt, revokedAt, expiresAt }: Invitation,
  nowMs: number,
): 'pending' | 'accepted' | 'revoked' | 'expired' {
  if (acceptedAt) return 'accepted';
  if (revokedAt) return 'revoked';
  return expiresAt.getTime() <= nowMs ? 'expired' : 'pending';
}
