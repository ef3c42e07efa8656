import * as fc from 'fast-check';

import { pageOf, readPage } from '../../api/page';

const cursorOf = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

test('walking the pages shows every row once, in order', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 10 }),
      (count, limit) => {
        const rows = Array.from({ length: count }, (_, n) => ({
          at: String(1000 - n),
          id: `r${n}`,
        }));
        const seen: string[] = [];
        let cursor: string | null = null;
        do {
          const query = new Map([['limit', String(limit)]]);
          if (cursor !== null) query.set('cursor', cursor);
          const page = readPage(query, 2);
          if (!page.ok) throw new Error('our own cursor was refused');
          const after = page.value.after;
          const from = after ? rows.findIndex((row) => row.id === after[1]) + 1 : 0;
          const got = pageOf(
            rows.slice(from, from + limit + 1),
            page.value,
            (row) => [row.at, row.id],
            (row) => row.id,
          );
          seen.push(...got.items);
          cursor = got.next_cursor;
        } while (cursor !== null);
        expect(seen).toEqual(rows.map((row) => row.id));
      },
    ),
  );
});

test.each([
  ['another list', cursorOf(['a'])],
  ['numbers', cursorOf([1, 2])],
  ['no list', cursorOf({ a: 'b' })],
  ['a zero byte', cursorOf(['a', '\0'])],
  ['not JSON', 'AAAA'],
  ['far too long', cursorOf(['a', 'x'.repeat(300)])],
])('a cursor of %s is refused', (_, cursor) => {
  const page = readPage(new Map([['cursor', cursor]]), 2);
  expect(page).toEqual({ ok: false, error: { problem: 'cursor_invalid' } });
});
