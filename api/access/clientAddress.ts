import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

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

/** The first groups of an IPv6 address, written out. */
function groups(address: string, count: number): string {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? [] : new Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...gap, ...right].slice(0, count).join(':');
}

/** 198.51.100.0/24 or 2001:db8:1::/48: what is kept of an address. */
export function addressPrefix(address: string): string {
  if (isIP(address) === 4) return `${address.split('.').slice(0, 3).join('.')}.0/24`;
  return isIP(address) === 6 ? `${groups(address, 3)}::/48` : 'unknown';
}

/** What limits are counted by: with IPv6 one household has 2^64 addresses, and a limit on each is none. */
export const addressBucket = (address: string): string =>
  isIP(address) === 6 ? `${groups(address, 4)}::/64` : address;
