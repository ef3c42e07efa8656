/** A table to begin with: the columns that exist and two rows that show how they are filled. */
const LINES = [
  ['url', 'title', 'slug', 'expires_at', 'sub1'],
  ['https://magnum.kz/products/20417', 'Чай для утра', 'my-tea', '31.12.2026', 'story-1'],
  ['https://www.technodom.kz/p/271145', '', '', '', ''],
];

/** With a byte order mark, so that spreadsheets read Cyrillic. */
export function templateFile(table: 'programs' | 'excel'): Blob {
  const separator = table === 'excel' ? ';' : ',';
  const text = LINES.map((cells) => cells.join(separator)).join('\r\n');
  return new Blob([`\uFEFF${text}\r\n`], { type: 'text/csv;charset=utf-8' });
}
