import { hash, randomBytes } from 'node:crypto';

import { readToken } from './cookies';

/** Longer than any session: it tells one's own browser from a stranger's when a session is over. */
const LIFE_SECONDS = 180 * 86_400;

/** A browser, by a cookie that opens nothing: it only keeps its counters apart from those of strangers. */
export type Device = {
  readonly token: string;
  /** What it is called in Redis. */
  readonly id: string;
};

const deviceOf = (token: string): Device => ({
  token,
  id: hash('sha256', `device ${token}`, 'base64url').slice(0, 22),
});

/**
 * The device cookie (OWASP Authentication cheat sheet, "login throttling"; "Slow down online guessing attacks with
 * device cookies"): 256 random bits. Which accounts were entered from it is kept in Redis (store/redis/familiar.ts),
 * so nobody makes a device familiar by writing a cookie. Strict: only our own pages send it.
 */
export function createDevices(publicOrigin: string): {
  read(header: string | undefined): Device | undefined;
  fresh(): Device;
  set(device: Device): string;
} {
  const name = publicOrigin.startsWith('https://') ? '__Host-gamma_device' : 'gamma_device';
  return {
    read(header) {
      const token = readToken(header, name);
      return token === undefined ? undefined : deviceOf(token);
    },
    fresh: () => deviceOf(randomBytes(32).toString('base64url')),
    set: ({ token }) =>
      `${name}=${token}; Max-Age=${LIFE_SECONDS}; Path=/; HttpOnly; Secure; SameSite=Strict`,
  };
}

export type Devices = ReturnType<typeof createDevices>;
