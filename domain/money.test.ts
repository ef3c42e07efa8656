import fc from 'fast-check';

import {
  allocate,
  basisPoints,
  displayTenge,
  formatTenge,
  multiply,
  parseTenge,
  TIYN_MAX,
} from './money';
import { unwrap } from './result';

const amount = fc.bigInt({ min: -TIYN_MAX, max: TIYN_MAX });
const positive = fc.bigInt({ min: 0n, max: TIYN_MAX });

test('parse(format(x)) = x', () => {
  fc.assert(fc.property(amount, (x) => expect(unwrap(parseTenge(formatTenge(x)))).toBe(x)));
});

test.each([
  ['1000', 100_000n],
  ['12.3', 1_230n],
  ['0.01', 1n],
  ['-0.05', -5n],
  ['700.00', 70_000n],
  ['12345.6700', 1_234_567n],
])('%s is %s tiyn', (text, tiyn) => expect(parseTenge(text)).toEqual({ ok: true, value: tiyn }));

test.each([
  ['', 'amount_not_decimal'],
  ['1e3', 'amount_not_decimal'],
  ['NaN', 'amount_not_decimal'],
  ['1 000', 'amount_not_decimal'],
  ['1,5', 'amount_not_decimal'],
  ['.5', 'amount_not_decimal'],
  ['1.', 'amount_not_decimal'],
  ['+1', 'amount_not_decimal'],
  ['١٢', 'amount_not_decimal'],
  ['0x10', 'amount_not_decimal'],
  ['1.001', 'amount_too_precise'],
  ['90000000000000.01', 'amount_too_large'],
  ['999999999999999999', 'amount_too_large'],
])('"%s" is refused: %s', (text, code) =>
  expect(parseTenge(text)).toEqual({ ok: false, error: code }),
);

test.each([
  [1_234_567n, '12\u00a0345,67\u00a0₸'],
  [0n, '0,00\u00a0₸'],
  [-100_000_000n, '-1\u00a0000\u00a0000,00\u00a0₸'],
  [99n, '0,99\u00a0₸'],
])('%s reads %s', (tiyn, text) => expect(displayTenge(tiyn)).toBe(text));

test('rounding: half up and half even differ only on exact halves, and never by more than one unit', () => {
  fc.assert(
    fc.property(
      positive,
      fc.integer({ min: 0, max: 10_000 }),
      fc.constantFrom(1n, 100n),
      (x, bps, unit) => {
        const up = multiply(x, basisPoints(bps), unit, 'half_up');
        const even = multiply(x, basisPoints(bps), unit, 'half_even');
        const down = multiply(x, basisPoints(bps), unit, 'floor');
        expect(up % unit).toBe(0n);
        expect(up - down === 0n || up - down === unit).toBe(true);
        if (up !== even)
          expect(x * BigInt(bps) * 2n).toBe((2n * (down / unit) + 1n) * unit * 10_000n);
        // The exact product is within half a unit.
        const distance = 2n * (up * 10_000n - x * BigInt(bps));
        expect(distance <= unit * 10_000n && distance > -unit * 10_000n).toBe(true);
      },
    ),
  );
});

test('allocate: parts sum to the whole, are within one tiyn of their share, and zero weights get nothing', () => {
  const weights = fc.array(fc.bigInt({ min: 0n, max: 1_000_000n }), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(positive, weights, (x, w) => {
      const total = w.reduce((sum, one) => sum + one, 0n);
      if (total === 0n) return;
      const parts = allocate(x, w);
      expect(parts.reduce((sum, one) => sum + one, 0n)).toBe(x);
      parts.forEach((part, i) => {
        const floor = (x * w[i]!) / total;
        expect(part === floor || part === floor + 1n).toBe(true);
        if (w[i] === 0n) expect(part).toBe(0n);
      });
    }),
  );
});
