import type { IncomingMessage } from 'node:http';

import type { TrustedProxies } from '../../telemetry/forwarded';
import { addressBucket, addressPrefix, clientAddress } from '../../api/access/clientAddress';

const request = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as never;

const behind = (hops: number): TrustedProxies => ({ hops, header: 'x-forwarded-for' });

test('only what our own proxies added is believed', () => {
  const written = '203.0.113.9, 198.51.100.7';
  expect(clientAddress(request('::ffff:192.0.2.1', written), behind(0))).toBe('192.0.2.1');
  expect(clientAddress(request('192.0.2.1', written), behind(1))).toBe('198.51.100.7');
  expect(clientAddress(request('192.0.2.1', `${written}, ::ffff:192.0.2.8`), behind(1))).toBe(
    '192.0.2.8',
  );
  expect(clientAddress(request('192.0.2.1', 'nonsense'), behind(1))).toBe('192.0.2.1');
  expect(clientAddress(request('192.0.2.1'), behind(2))).toBe('192.0.2.1');
});

test.each([
  ['198.51.100.7', '198.51.100.0/24', '198.51.100.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0::/48', '2001:db8:0:0::/64'],
  ['::1', '0:0:0::/48', '0:0:0:0::/64'],
  ['', 'unknown', ''],
])('%s is kept as %s and counted as %s', (address, prefix, bucket) => {
  expect([addressPrefix(address), addressBucket(address)]).toEqual([prefix, bucket]);
});
