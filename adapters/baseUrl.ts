import { ConfigError, mode, text, type Env } from '../config/env';

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** A partner's base URL. In live mode credentials travel only over TLS, loopback aside. */
export function partnerBaseUrl(env: Env, key: string): string {
  const value = text(env, key);
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.search) {
    throw new ConfigError(`${key} must be an http(s) URL without user name and query.`);
  }
  if (url.protocol === 'http:' && mode(env) === 'live' && !LOOPBACK.has(url.hostname)) {
    throw new ConfigError(`${key} must be https in live mode.`);
  }
  return value.replace(/\/$/, '');
}
