import fc from 'fast-check';

import { plain, plainWord } from './plain';

test.each([
  ['\u202a8 (701)\u00a0123\u201345\u201367\u202c', '8 (701) 123-45-67'],
  ['９９０５０６４９０００７', '990506490007'],
  ['٩٩٠٥٠٦', '990506'],
  ['۱۲۳۴۵۶', '123456'],
  ['१२३', '123'],
  ['\u{1d7d8}\u{1d7e2}\u{1d7ff}', '009'],
  ['KZ\u200b86\u00ad125\ufeff', 'KZ86125'],
  ['ＰＲＯＭＯ－１０', 'PROMO-10'],
  ['A\u20111\u22122', 'A-1-2'],
  [' \t a \u3000 b\n', 'a b'],
  ['Заказ № 15', 'Заказ № 15'],
  ['и\u0306', 'й'],
])('12.20, %j is read as %j', (written, read) => expect(plain(written)).toBe(read));

test('12.20, plain is idempotent and never changes what is plain', () => {
  const marks = fc.constantFrom(
    ...[...'\u200b\u200e\u202a\ufeff\u00ad\u00a0\u3000\u2011\uff10\u0660\u034f\u0338=\u212a\t\n -'],
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.oneof(marks, fc.string()) }),
  );
  fc.assert(
    fc.property(text, (any) => expect(plain(plain(any))).toBe(plain(any))),
    { numRuns: 3_000 },
  );
  const clean = fc.stringMatching(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/);
  fc.assert(fc.property(clean, (code) => expect(plain(code)).toBe(code)));
  fc.assert(
    fc.property(fc.string(), (any) =>
      expect(plain(any)).not.toMatch(/[\u200b-\u200f\ufeff]|^\s|\s$/),
    ),
  );
});

test('12.20, a code in groups is one word', () => {
  expect(plainWord('123 456')).toBe('123456');
  expect(plainWord('\u200e１２３\u2013４５６ ')).toBe('123456');
});
