import { visitorAddress, type ProxyHeader } from '../../telemetry/forwarded';

const PROXY = '192.0.2.1';
type Headers = { readonly xff?: string; readonly forwarded?: string };
const seen = (
  { xff = '', forwarded = '' }: Headers,
  hops = 1,
  header: ProxyHeader = 'x-forwarded-for',
): string => visitorAddress(PROXY, { forwardedFor: xff, forwarded }, { hops, header });

const WRITTEN: readonly (readonly [text: string, address: string])[] = [
  ['203.0.113.5', '203.0.113.5'],
  ['203.0.113.5:4711', '203.0.113.5'],
  [' 203.0.113.5:0 ', '203.0.113.5'],
  ['203.0.113.5:_port', '203.0.113.5'],
  ['2001:db8::1', '2001:db8::1'],
  ['2001:DB8::1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:db8::1]:4711', '2001:db8::1'],
  ['::ffff:203.0.113.5', '203.0.113.5'],
  ['[::ffff:203.0.113.5]:80', '203.0.113.5'],
  ['::ffff:cb00:7105', '203.0.113.5'],
  ['fe80::1%eth0', 'fe80::1'],
  ['[fe80::1%25eth0]:80', 'fe80::1'],
];
const NO_ADDRESS = [
  ...[
    'unknown',
    '_hidden',
    '',
    ' ',
    ',',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.5:',
    '203.0.113.5:80:80',
    '[203.0.113.5',
  ],
  ...[
    '[2001:db8::1',
    '2001:db8::1]:80',
    '2001:db8:::1',
    '[]:80',
    '203.0.113.5 evil',
    'localhost',
    '1',
    '0x7f.1',
    '\0',
  ],
  ...['[203.0.113.5:80', '9'.repeat(100_000), '['.repeat(100_000), '203.0.113.5:'.repeat(9_000)],
];

test.each(WRITTEN)('12.19, %j in X-Forwarded-For is %s', (text, address) => {
  expect(seen({ xff: text })).toBe(address);
  expect(seen({ xff: `6.6.6.6, ${text}` })).toBe(address);
  expect(seen({ xff: `6.6.6.6,${text},10.0.0.1` }, 2)).toBe(address);
  expect(seen({ xff: `"${text.trim()}"` })).toBe(address);
});

test.each(WRITTEN)('12.19, %j in Forwarded is %s', (text, address) => {
  const quoted = `for="${text.trim()}"`;
  for (const element of [
    quoted,
    `For=${quoted.slice(4)};proto=https`,
    `proto=https; by=10.0.0.1 ;${quoted}`,
  ]) {
    expect(seen({ forwarded: element })).toBe(address);
    expect(seen({ forwarded: `for=6.6.6.6, ${element}` })).toBe(address);
    expect(seen({ forwarded: `for=6.6.6.6,${element},for=10.0.0.1` }, 2)).toBe(address);
  }
});

test.each(NO_ADDRESS)('12.19, what names no address leaves the proxy’s: case %#', (text) => {
  expect(seen({ xff: `6.6.6.6, ${text}` })).toBe(/^[\s,]*$/.test(text) ? '6.6.6.6' : PROXY);
  for (const element of [`for=${text}`, `for="${text}"`, 'proto=https;by=1.2.3.4', 'for'])
    expect(seen({ forwarded: `for=6.6.6.6,${element}` })).toBe(PROXY);
});

test('12.19, nothing a visitor writes in front hides or makes an entry of ours', () => {
  const ours = 'for="[2001:db8::1]:4711";proto=https';
  for (const forged of [
    'for="',
    'for="6.6.6.6',
    'for=\\',
    '"',
    '"""',
    'for="6.6.6.6, for=7.7.7.7',
    ',',
    ';for=6.6.6.6',
    'for="\\"',
    '"'.repeat(99_999),
  ])
    expect([forged.slice(0, 30), seen({ forwarded: `${forged}, ${ours}` })]).toEqual([
      forged.slice(0, 30),
      '2001:db8::1',
    ]);
  expect(seen({ forwarded: 'for=6.6.6.6;for=203.0.113.5' })).toBe(PROXY);
  expect(seen({ forwarded: 'xfor=6.6.6.6' })).toBe(PROXY);
});

test('12.19, each header where our proxies write it; the other only where it is missing', () => {
  const both = { xff: '203.0.113.5', forwarded: 'for=198.51.100.7' };
  expect(seen(both)).toBe('203.0.113.5');
  expect(seen(both, 1, 'forwarded')).toBe('198.51.100.7');
  expect(seen({ xff: '203.0.113.5' }, 1, 'forwarded')).toBe('203.0.113.5');
  expect(seen({ forwarded: both.forwarded })).toBe('198.51.100.7');
  expect(seen({ xff: 'unknown', forwarded: both.forwarded })).toBe(PROXY);
  expect(seen(both, 0)).toBe(PROXY);
  expect(seen({})).toBe(PROXY);
});

test('12.19, fewer entries than proxies: the request came in further inside', () => {
  expect(seen({ xff: '203.0.113.5' }, 3)).toBe('203.0.113.5');
  expect(seen({ forwarded: 'for=203.0.113.5' }, 3)).toBe('203.0.113.5');
});
