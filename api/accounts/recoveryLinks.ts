import { hash, timingSafeEqual } from 'node:crypto';

import type { Limit } from '../access/limits';
import type { Sealer } from '../../store/postgres/sealing';

/** Links mailed to one address for one network, and for all: nobody's mailbox is flooded. */
export const RECOVERY_MAILS: Limit = { name: 'recovery_mails', points: 3, seconds: 3_600 };
export const RECOVERY_FLOOD: Limit = { name: 'recovery_flood', points: 10, seconds: 3_600 };
/** Wrong six digits of one recovery. */
export const RECOVERY_CHECKS: Limit = { name: 'recovery_checks', points: 5, seconds: 86_400 };

/** Of the link, from the moment it is mailed. */
export const RECOVERY_LINK_MS = 3_600_000;
/** A working day in which somebody reads the mail. */
export const RECOVERY_DELAY_MS = 86_400_000;
/** How long a second person may take. */
export const RECOVERY_APPROVAL_MS = 7 * 86_400_000;

export const recoveryTokenHash = (token: string): Buffer => hash('sha256', token, 'buffer');

/** In every mail to the person: stops one recovery, and can do nothing else. Made anew for each mail, so kept nowhere. */
export const stopToken = (sealer: Sealer, id: string): string =>
  `${id}.${sealer.blindIndex(id, 'recoveries.stop').toString('base64url')}`;

export function recoveryOfStopToken(sealer: Sealer, token: string): string | undefined {
  const [id = ''] = token.split('.');
  const wanted = Buffer.from(stopToken(sealer, id));
  const given = Buffer.from(token);
  return wanted.length === given.length && timingSafeEqual(wanted, given) ? id : undefined;
}

/**
 * Six digits that only whoever went through the link has seen: the second person asks for them by voice, so that nobody
 * approves what somebody else began in that mailbox.
 */
export const checkCode = (sealer: Sealer, id: string): string =>
  String(sealer.blindIndex(id, 'recoveries.check').readUInt32BE(0) % 1_000_000).padStart(6, '0');
