import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import { ipPrefix, ipv6Groups } from '../../telemetry/address';
import { visitorAddress, type ProxyHeader, type TrustedProxies } from '../../telemetry/forwarded';

/** The caller's address, as far as proxies of our own vouch for it. */
export function clientAddress(request: IncomingMessage, proxies: TrustedProxies): string {
  const { socket, headers } = request;
  const joined = (name: ProxyHeader): string => [headers[name] ?? ''].flat().join(',');
  return visitorAddress(
    socket.remoteAddress ?? '',
    { forwardedFor: joined('x-forwarded-for'), forwarded: joined('forwarded') },
    proxies,
  );
}

/** 198.51.100.0/24 or 2001:db8:1::/48: what is kept of an address. */
export const addressPrefix = (address: string): string => ipPrefix(address) || 'unknown';

/** What limits are counted by: with IPv6 one household has 2^64 addresses, and a limit on each is none. */
export const addressBucket = (address: string): string =>
  isIP(address) === 6 ? `${ipv6Groups(address, 4)}::/64` : address;
