import { pastedAddress } from './pasted';

const PLAIN = 'https://a.kz/p/1';

test.each([
  ['https://a.kz/p', 'https://a.kz/p'],
  ['  https://a.kz/p?x=1#y \n', 'https://a.kz/p?x=1#y'],
  ['Смотри! https://a.kz/p.', 'https://a.kz/p'],
  ['Кроссовки (https://a.kz/p)', 'https://a.kz/p'],
  ['https://a.kz/p хороший товар', 'https://a.kz/p'],
  ['https://a.kz/p(1)', 'https://a.kz/p(1)'],
  ['https://a.kz/p_(1)_', 'https://a.kz/p_(1)_'],
  ['(https://a.kz/p_(1))', 'https://a.kz/p_(1)'],
  ['a.kz/p', 'https://a.kz/p'],
  ['a.kz', 'https://a.kz'],
  ['магазин.қаз/товар', 'https://магазин.қаз/товар'],
  ['//www.a.kz/p', 'https://www.a.kz/p'],
  ['http://a.kz/p', 'https://a.kz/p'],
  ['http://a.kz:80/p', 'https://a.kz/p'],
  ['http://a.kz:8080/p', 'https://a.kz:8080/p'],
  ['HTTPS://WWW.A.KZ/P', 'https://WWW.A.KZ/P'],
  ['https://a.kz/товар-чайник', 'https://a.kz/товар-чайник'],
  ['https://a.kz/?u=https://b.kz/1', 'https://a.kz/?u=https://b.kz/1'],
  ['https://a.kz/p?a=1&amp;b=2', 'https://a.kz/p?a=1&b=2'],
  ['me@a.kz', 'me@a.kz'],
  ['купить', 'купить'],
  ['', ''],
])('%j is the address %j', (text, address) => {
  expect(pastedAddress(text)).toEqual({ ok: true, value: address });
});

test.each([
  ...['*', '**', '_', '__', '~', '~~', '`', '```', '"', "'", '|', '||'].map((sign) => [sign, sign]),
  ...[
    ['“', '”'],
    ['«', '»'],
    ['„', '“'],
    ['‘', '’'],
    ['<', '>'],
    ['(', ')'],
    ['[', ']'],
    ['{', '}'],
    ['[кроссовки](', ')'],
    [`[${PLAIN}](`, ')'],
    ['<a href="', '">тут</a>'],
    ['Смотри: ', ' там'],
    ['www.a.kz: ', ''],
    [`${PLAIN} `, ''],
    ['\u200b', '\u200b'],
    ['\ufeff', '\u2069'],
    ['\u2068', '\u2069'],
    ['— ', ' —'],
  ],
  ...[
    '👍',
    '❤️',
    '🇰🇿',
    '👍🏽!',
    '👍 супер',
    '👍супер',
    '…',
    '...',
    '!!!',
    '?!',
    '),',
    '».',
    '%20',
  ].map((end) => ['', end]),
  ...['%E2%80%8B', '%C2%A0', '\u00a0', '\u3000', '。', '，', ';', ':', '—', '\n', '\u00ad'].map(
    (end) => ['', end],
  ),
])('12.16, %j and %j around an address do not belong to it', (before, after) => {
  for (const address of [PLAIN, 'https://www.a.kz/p/1/?x=1&y=(2)'])
    if (!before.includes(PLAIN))
      expect(pastedAddress(before + address + after)).toEqual({ ok: true, value: address });
  expect(pastedAddress(before + PLAIN + after)).toEqual({ ok: true, value: PLAIN });
});

test.each([
  ['Смотри www.a.kz/p/1 тут', 'https://www.a.kz/p/1'],
  ['Смотри a.kz/p/1, супер', 'https://a.kz/p/1'],
  ['*www.a.kz/p/1*', 'https://www.a.kz/p/1'],
  ['магазин www.a.kz!', 'https://www.a.kz'],
  ['WWW.A.KZ/p/1 👍', 'https://WWW.A.KZ/p/1'],
])('12.16, %j names its address without a scheme: %j', (text, address) => {
  expect(pastedAddress(text)).toEqual({ ok: true, value: address });
});

test.each([
  'https://a.kz/1 https://b.kz/2',
  'https://a.kz/?u=https://b.kz https://c.kz',
  'https://a.kz/1https://a.kz/2',
  'https://a.kz/1,https://a.kz/2',
  '[https://a.kz/1](https://a.kz/2)',
  'https://a.kz/1\nwww.a.kz/2',
  'https://a.kz/👍/2',
  'a.kz/1 b.kz/2',
])('%j is more than one address, or none that ends anywhere', (text) => {
  expect(pastedAddress(text)).toEqual({ ok: false, error: 'target_ambiguous' });
});
