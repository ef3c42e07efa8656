import type { Scope } from '../../domain/access';
import type { SessionLimits } from '../../store/redis/sessions';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Desks handle other people's money and are left alone at lunch; a phone is in its owner's pocket. */
export const SESSION_LIMITS: Readonly<Record<Scope, SessionLimits>> = {
  influencer: { idleMs: 30 * DAY_MS, absoluteMs: 90 * DAY_MS },
  brand: { idleMs: 2 * HOUR_MS, absoluteMs: 12 * HOUR_MS },
  ops: { idleMs: 30 * MINUTE_MS, absoluteMs: 12 * HOUR_MS },
};

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** The 256 random bits in the cookie of this name, if it is there once and has their form. */
export function readToken(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1));
  // Two cookies of one name mean that somebody planted one: neither is believed.
  return values.length === 1 && TOKEN.test(values[0]!) ? values[0] : undefined;
}

/**
 * The session cookie. With an https origin it has the __Host- prefix, so that no sibling host can plant one
 * (RFC 6265bis §4.1.3.2); browsers refuse that prefix on http://127.0.0.1, where Secure alone is accepted.
 */
export function createCookies(publicOrigin: string): {
  read(header: string | undefined): string | undefined;
  set(token: string, maxAgeMs: number): string;
  clear(): string;
} {
  const name = publicOrigin.startsWith('https://') ? '__Host-gamma_session' : 'gamma_session';
  const fixed = 'Path=/; HttpOnly; Secure; SameSite=Lax';
  return {
    read: (header) => readToken(header, name),
    set: (token, maxAgeMs) => `${name}=${token}; Max-Age=${Math.floor(maxAgeMs / 1000)}; ${fixed}`,
    clear: () => `${name}=; Max-Age=0; ${fixed}`,
  };
}

export type Cookies = ReturnType<typeof createCookies>;
