import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import { ipPrefix, ipv6Groups } from '../../telemetry/address';

/**
 * The caller's address: the socket's, or with a proxy we run ourselves the last entry it added to
 * X-Forwarded-For. Entries further left were written by the caller and are worth nothing.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const socket = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  if (trustedProxies === 0) return socket;
  const header = request.headers['x-forwarded-for'];
  const chain = (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map((part) => part.trim());
  const claimed = (chain[chain.length - trustedProxies] ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  return isIP(claimed) ? claimed : socket;
}

/** 198.51.100.0/24 or 2001:db8:1::/48: what is kept of an address. */
export const addressPrefix = (address: string): string => ipPrefix(address) || 'unknown';

/** What limits are counted by: with IPv6 one household has 2^64 addresses, and a limit on each is none. */
export const addressBucket = (address: string): string =>
  isIP(address) === 6 ? `${ipv6Groups(address, 4)}::/64` : address;
