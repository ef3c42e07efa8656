import fc from 'fast-check';

import { holdEndMs } from './hold';

test('the hold never ends early, and late by at most 1 % and 15 minutes', () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 41),
      fc.nat(15_552_000),
      fc.string({ minLength: 1 }),
      (received, seconds, id) => {
        const extra = holdEndMs(received, seconds, id) - (received + seconds * 1000);
        expect(extra >= 0 && extra <= Math.min(900_000, seconds * 10)).toBe(true);
      },
    ),
  );
});

test('holds of many orders spread', () => {
  const ends = new Set(
    Array.from({ length: 1000 }, (_, i) => holdEndMs(0, 14 * 86_400, `cnv_${i}`)),
  );
  expect(ends.size).toBeGreaterThan(900);
});
