import { isCode, readShortAddress, withoutMarks } from './code';

const read = (address: string): [string, string] => {
  const { code, query } = readShortAddress(address);
  return [isCode(code) ? withoutMarks(code) : '', query];
};

test.each([
  ...[
    '/',
    '//',
    '.',
    ',',
    ')',
    '!',
    '»',
    '>',
    ';',
    '*',
    '…',
    '"',
    "'",
    ':',
    '=',
    '+',
    '👍',
    '\u200b',
    ').',
    '/)',
    '/…',
  ],
  ...[
    '%20',
    '%2F',
    '%E2%80%8B',
    '%C2%A0',
    '%29',
    '%BB',
    '%C2%BB',
    '%',
    '%0A',
    '%09',
    '%F0%9F%91%8D',
    '%00',
    '/%20',
  ],
  ...[
    '#top',
    '%23top',
    '_',
    '__',
    '-',
    '.&',
    '.Смотри',
    '/Смотри',
    '%D0%A1',
    ' https:',
    'https://g.kz/other',
    '@',
    '~~',
  ],
])('12.16, a code with %j behind it is that code', (tail) => {
  expect(read(`/Sale-7k${tail}`)[0]).toBe('sale-7k');
  expect(read(`/Sale-7k${tail}?sub1=a&x`)).toEqual([
    'sale-7k',
    tail === '.&' ? '?sub1=a&x' : 'sub1=a&x',
  ]);
});

test.each([
  '//',
  '///',
  '/ ',
  '/%20',
  '/*',
  '/(',
  '/«',
  '/%E2%80%8B',
  '/_',
  '/<',
  'https://g.kz/',
  'HTTP://g.kz//',
])('12.16, a code with %j before it is that code', (front) =>
  expect(read(`${front}sale-7k`)).toEqual(['sale-7k', '']),
);

test.each([
  ['/sale&utm_source=x', 'utm_source=x'],
  ['/sale/&utm_source=x&sub1=b', 'utm_source=x&sub1=b'],
  ['/sale%3Fsub1%3Db%26c=1', 'sub1=b&c=1'],
  ['/sale%26sub1=b', 'sub1=b'],
  ['/sale/?sub1=%26', 'sub1=%26'],
  ['/sale.?a?b', 'a?b'],
])('12.16, the query of %s is %s', (address, query) => {
  expect(read(address)).toEqual(['sale', query]);
});

test.each([
  ...[
    '/',
    '',
    '//',
    '/abc',
    '/.env',
    '/.git/config',
    '/sale/admin',
    '/sale.php',
    '/sale.html',
    '/%2e%2e/etc',
    '/../sale',
  ],
  ...[
    '/sale%2Fadmin',
    '/wp-login.php',
    '/sale/../other',
    `/${'x'.repeat(33)}`,
    '/продажа',
    '/%',
    '/%FF',
  ],
])('%s names no code', (address) => expect(read(address)[0]).toBe(''));
