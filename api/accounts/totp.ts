import { Secret, TOTP } from 'otpauth';

import { takeTotpStep, type Credentials } from '../../store/postgres/users';
import type { ApiDeps } from '../handler';

/** RFC 6238 as every authenticator app does it: SHA-1, six digits, 30 s; 160 random bits (RFC 4226 §4). */
const PERIOD_S = 30;
const ISSUER = 'Gamma';
/** One step either way for clocks that differ (RFC 6238 §5.2). */
const WINDOW = 1;

export const newTotpSecret = (): string => new Secret({ size: 20 }).base32;

const totpOf = (secret: string, label = ''): TOTP =>
  new TOTP({
    issuer: ISSUER,
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_S,
    secret: Secret.fromBase32(secret),
  });

export const otpauthUrl = (secret: string, email: string): string =>
  totpOf(secret, email).toString();

/** The time step a code belongs to, if it is one of those valid now. */
export function stepOf(secret: string, code: string, nowMs: number): number | undefined {
  const delta = totpOf(secret).validate({ token: code, timestamp: nowMs, window: WINDOW });
  return delta === null ? undefined : Math.floor(nowMs / 1000 / PERIOD_S) + delta;
}

/** True once for each time step: a code seen over a shoulder, or sent twice, is worth nothing. */
export async function proveTotp(
  { pool, sealer, now }: ApiDeps,
  user: Pick<Credentials, 'id' | 'totpSealed'>,
  code: string,
): Promise<boolean> {
  if (!user.totpSealed) return false;
  const secret = sealer.open(user.totpSealed, user.id).toString();
  const step = stepOf(secret, code, now());
  return step !== undefined && takeTotpStep(pool, user.id, step);
}
