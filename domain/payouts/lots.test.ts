import fc from 'fast-check';

import { availableIn, consumeLots, type Lot } from './lots';

const lot = fc
  .record({
    gross: fc.bigInt({ min: 1n, max: 10_000_000n }),
    feeBps: fc.integer({ min: 0, max: 9999 }),
  })
  .map(({ gross, feeBps }) => ({ gross, payable: gross - (gross * BigInt(feeBps)) / 10_000n }))
  .filter(({ payable }) => payable > 0n);

test('however money is taken in parts, the parts of every lot sum to its payable and its gross', () => {
  fc.assert(
    fc.property(
      fc.array(lot, { minLength: 1, maxLength: 6 }),
      fc.array(fc.bigInt({ min: 1n, max: 5_000_000n }), { maxLength: 8 }),
      (made, asks) => {
        let lots: Lot[] = made.map((one, i) => ({
          ...one,
          conversionId: `c${i}`,
          consumed: 0n,
          consumedGross: 0n,
        }));
        const sums = new Map<string, { payable: bigint; gross: bigint }>();
        for (const ask of [...asks, undefined]) {
          const before = availableIn(lots);
          const outcome = consumeLots(lots, ask);
          if (!outcome.ok) {
            expect(outcome.error).toBe(before === 0n ? 'nothing_to_pay' : 'amount_above_available');
            continue;
          }
          expect(outcome.value.amount).toBe(ask ?? before);
          expect(
            outcome.value.gross >= outcome.value.amount - BigInt(outcome.value.taken.length),
          ).toBe(true);
          for (const part of outcome.value.taken) {
            const sum = sums.get(part.conversionId) ?? { payable: 0n, gross: 0n };
            sums.set(part.conversionId, {
              payable: sum.payable + part.payable,
              gross: sum.gross + part.gross,
            });
          }
          lots = lots.map((one) => {
            const part = outcome.value.taken.find(
              (taken) => taken.conversionId === one.conversionId,
            );
            return part
              ? {
                  ...one,
                  consumed: one.consumed + part.payable,
                  consumedGross: one.consumedGross + part.gross,
                }
              : one;
          });
        }
        expect(availableIn(lots)).toBe(0n);
        made.forEach((one, i) => expect(sums.get(`c${i}`)).toEqual(one));
      },
    ),
  );
});

test.each([
  [[], undefined, 'nothing_to_pay'],
  [
    [{ conversionId: 'c', gross: 10n, payable: 8n, consumed: 0n, consumedGross: 0n }],
    9n,
    'amount_above_available',
  ],
  [
    [{ conversionId: 'c', gross: 10n, payable: 8n, consumed: 0n, consumedGross: 0n }],
    0n,
    'amount_not_positive',
  ],
  [
    [{ conversionId: 'c', gross: 10n, payable: 8n, consumed: 8n, consumedGross: 10n }],
    undefined,
    'nothing_to_pay',
  ],
] as [Lot[], bigint | undefined, string][])('refused: %j, %s → %s', (lots, amount, code) => {
  expect(consumeLots(lots, amount)).toEqual({ ok: false, error: code });
});
