import fc from 'fast-check';

import { guarded, restored } from '../../files/formula';
import { readTable, type Table } from '../../files/readTable';
import { cellText, tableText } from '../../files/writeTable';

const read = (file: string | Buffer): Table => {
  const table = readTable(Buffer.from(file as string));
  if (!table.ok) throw new Error(JSON.stringify(table.error));
  return table.value;
};
const ROWS = [
  ['https://a.kz/1', 'Чай, утро', 'tea'],
  ['https://a.kz/2', 'Монитор 27" белый', ''],
];
const HEADER = ['url', 'title', 'slug'];
const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
const lines = (by: string, end: string, all = true): string =>
  [HEADER, ...ROWS]
    .map((row) => row.map((cell) => (all || cell.includes(by) ? quoted(cell) : cell)).join(by))
    .join(end);
const cp1251 = (text: string): Buffer =>
  Buffer.from(
    [...text].map((char) => {
      const code = char.charCodeAt(0);
      return code < 128 ? code : code - 0x350;
    }),
  );

test.each<[string, string | Buffer]>([
  ['commas', lines(',', '\n')],
  ['semicolons', lines(';', '\r\n')],
  ['tabs and CR', lines('\t', '\r')],
  ['bars', lines('|', '\n')],
  ['nothing quoted that needs none', lines(';', '\r\n', false)],
  ['a byte order mark', `\ufeff${lines(',', '\r\n')}`],
  ['sep=;', `sep=;\r\n${lines(';', '\r\n')}`],
  ['sep= behind a mark, saved again', `\ufeff"sep=;";;\r\n${lines(';', '\r\n')}`],
  ['sep=,', `SEP=,\n${lines(',', '\n')}`],
  ['Unicode text', Buffer.from(`\ufeff${lines('\t', '\r\n')}`, 'utf16le')],
  ['UTF-16BE', Buffer.from(`\ufeff${lines(';', '\r\n')}`, 'utf16le').swap16()],
  ['UTF-16 without a mark', Buffer.from(lines(';', '\r\n'), 'utf16le')],
  ['windows-1251', cp1251(lines(';', '\r\n'))],
  ['empty columns at the end', lines(';', '\r\n').replace(/\r\n/g, ';;;\r\n')],
  ['empty lines', `\n\n${lines(',', '\n\n')}\n;;\n`.replace('\n;;\n', '\n')],
  [
    'each line in one cell, saved again',
    [HEADER, ...ROWS].map((row) => `${quoted(row.map(quoted).join(','))};;`).join('\r\n'),
  ],
])('12.17, a table with %s', (_, file) =>
  expect(read(file)).toEqual({ header: HEADER, rows: ROWS }),
);

test('12.17, the template saved again by an Excel that separates by semicolons, with a row typed beside it', () => {
  const file = [
    'url,title,slug;;',
    '"https://a.kz/1,""Чай, утро"",tea";;',
    'https://a.kz/2;Монитор 27" белый;',
  ].join('\r\n');
  expect(read(file)).toEqual({ header: HEADER, rows: ROWS });
});

test('12.11, an inch sign in a cell is data; a quote that never ends is told by its line', () => {
  expect(read('url,title\nu,Монитор 27" белый\nv,"Монитор 27" белый"').rows).toEqual([
    ['u', 'Монитор 27" белый'],
    ['v', 'Монитор 27" белый'],
  ]);
  expect(readTable(Buffer.from('url\n"x'))).toEqual({
    ok: false,
    error: { code: 'unreadable', line: expect.any(Number) },
  });
});

test('12.11, whatever bytes come, a table is read or refused, and nothing is thrown', () => {
  const part = fc.constantFrom(
    '"',
    '""',
    ',',
    ';',
    '\t',
    '\n',
    '\r\n',
    'url',
    '27"',
    "'=",
    'я',
    ' ',
    '\ufeff',
    'sep=;',
    '\0',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array().map((all) => Buffer.from(all)),
        fc.array(part).map((all) => Buffer.from(all.join(''))),
      ),
      (bytes) => {
        expect(typeof readTable(bytes).ok).toBe('boolean');
      },
    ),
    { numRuns: 3_000 },
  );
});

test('12.17, a workbook is no broken table; a cell of no column is refused, not moved', () => {
  expect(readTable(Buffer.from('PK\u0003\u0004rest'))).toEqual({
    ok: false,
    error: { code: 'workbook' },
  });
  expect(readTable(Buffer.from('url,title\nu,Чай, утро'))).toEqual({
    ok: false,
    error: { code: 'unreadable', line: 2 },
  });
});

test.each([
  '=1+2',
  '+7',
  '-5',
  '@x',
  ' =1',
  '"=1"',
  '\tx',
  '\r=1',
  "'=1",
  '＝1',
  'A;=1+2;B',
  'A,-1',
  'A\t@x',
  'a;"=1"',
  'a\n=1',
  'a|+1',
  "a;'=1",
])('12.9, no Excel runs %j, whichever sign separates its cells', (text) => {
  for (const by of [',', ';', '\t', '|', '\n', '\r'])
    for (const cell of guarded(text).split(by)) expect(cell).not.toMatch(/^[\s"]*[=+\-@＝＋－＠]/);
  expect(restored(guarded(text))).toBe(text);
});

test('12.9, what is neutralised is restored, whatever it is; figures stay figures', () => {
  const part = fc.constantFrom(
    '=',
    '+',
    '-',
    '@',
    "'",
    '"',
    ';',
    ',',
    '\t',
    '\r',
    '\n',
    ' ',
    'a',
    '1',
    '|',
    '＝',
  );
  const text = fc.array(part, { maxLength: 12 }).map((all) => all.join(''));
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), (any) => expect(restored(guarded(any))).toBe(any)),
    { numRuns: 20_000 },
  );
  fc.assert(
    fc.property(text, fc.constantFrom(',', ';', '\t', '|', '\n'), (any, by) => {
      for (const cell of guarded(any).split(by)) expect(cell).not.toMatch(/^[\s"]*[=+\-@＝]/);
    }),
    { numRuns: 20_000 },
  );
  expect(cellText({ number: '-12.50' }, 'excel')).toBe('-12,50');
  expect(cellText({ number: '-12.50' }, 'programs')).toBe('-12.50');
});

test('12.17, what one style writes is read again as it was', () => {
  const cells = fc.array(
    fc.array(
      fc.string({ unit: fc.constantFrom(...'aя;,"=\'+ \t1@') }).map((text) => text.trim()),
      { minLength: 3, maxLength: 3 },
    ),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(cells, fc.constantFrom('excel', 'programs'), (rows, style) => {
      const filled = rows.map((row, i) => [`r${i}`, ...row]);
      expect(read(tableText(style as 'excel', ['n', 'a', 'b', 'c'], filled)).rows).toEqual(filled);
    }),
  );
});
