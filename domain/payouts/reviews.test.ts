import fc from 'fast-check';

import { isPayoutMove, PAYOUT_MOVES, statesBefore } from './moves';
import { PAYOUT_STATES } from './reasons';
import {
  amountForNet,
  keepPart,
  REVIEW_FAILURES,
  verdictOn,
  WAY_OUT_VERDICTS,
  WAYS_OUT,
  type ProviderWord,
} from './reviews';

test('every state of a payout has its exits or is an end, and money in flight is never simply cancelled', () => {
  expect(Object.keys(PAYOUT_MOVES).sort()).toEqual(Object.keys(PAYOUT_STATES).sort());
  const ends = Object.entries(PAYOUT_MOVES).filter(([, to]) => Object.keys(to).length === 0);
  expect(ends.map(([state]) => state).sort()).toEqual(['cancelled', 'paid', 'refused']);
  expect(statesBefore('cancelled').sort()).toEqual(['requested', 'reserved', 'review']);
  expect(statesBefore('paid').sort()).toEqual(['review', 'submitting', 'unknown']);
  expect(isPayoutMove('paid', 'reserved')).toBe(false);
  expect(isPayoutMove('constructor', 'paid')).toBe(false);
});

const WORDS: readonly ProviderWord[] = [
  { kind: 'paid', providerReference: '7', amount: 69_900n },
  { kind: 'refused' },
  { kind: 'not_found' },
  { kind: 'processing' },
  { kind: 'unknown' },
];

test.each(WAYS_OUT.flatMap((wayOut) => WORDS.map((word) => [wayOut, word.kind, word] as const)))(
  '%s while the provider says %s',
  (wayOut, kind, word) => {
    const proposal =
      wayOut === 'paid'
        ? { wayOut, providerReference: '7', paid: 69_900n }
        : { wayOut, providerReference: null, paid: null };
    const stated = WAY_OUT_VERDICTS[wayOut][kind];
    const verdict = verdictOn(proposal, word);
    if (stated === 'if_same') expect(verdict).toEqual({ ok: true, value: 'do' });
    else if (Object.hasOwn(REVIEW_FAILURES, stated))
      expect(verdict).toEqual({ ok: false, error: stated });
    else expect(verdict).toEqual({ ok: true, value: stated });
  },
);

test.each([
  ['another id', '8', 69_900n],
  ['another amount', '7', 70_000n],
])('settled as paid with %s than the provider names is not done', (_what, reference, paid) => {
  const verdict = verdictOn({ wayOut: 'paid', providerReference: reference, paid }, WORDS[0]!);
  expect(verdict).toEqual({ ok: false, error: 'provider_says_otherwise' });
});

test('a payout cut to any part: what is kept and what goes back are the whole, lot by lot', () => {
  const lot = fc
    .record({ payable: fc.bigInt(1n, 10_000_000n), fee: fc.bigInt(0n, 1_000_000n) })
    .map(({ payable, fee }) => ({ payable, gross: payable + fee }));
  fc.assert(
    fc.property(
      fc.array(lot, { minLength: 1, maxLength: 5 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (lots, share) => {
        const taken = lots.map((one, i) => ({ ...one, conversionId: `c${i}` }));
        const whole = taken.reduce((sum, part) => sum + part.payable, 0n);
        const amount = BigInt(Math.floor(Number(whole) * share));
        const { gross, back } = keepPart(taken, amount);
        expect(back.reduce((sum, part) => sum + part.payable, amount)).toBe(whole);
        expect(back.reduce((sum, part) => sum + part.gross, gross)).toBe(
          taken.reduce((sum, part) => sum + part.gross, 0n),
        );
        for (const part of back) {
          const of = taken.find((one) => one.conversionId === part.conversionId)!;
          expect(part.payable > 0n && part.payable <= of.payable && part.gross <= of.gross).toBe(
            true,
          );
        }
      },
    ),
  );
});

test('whatever part of a net arrived, there is an amount whose net it is, to the tiyn', () => {
  fc.assert(
    fc.property(
      fc.bigInt(1_000n, 10_000_000n),
      fc.integer({ min: 0, max: 4_000 }),
      fc.constantFrom(1n, 100n),
      fc.double({ min: 0.001, max: 1, noNaN: true }),
      (most, bps, unit, share) => {
        // A tax rounded up to whole tiyn or whole tenge: net then falls by up to a tenge at once.
        const netOf = (amount: bigint): bigint => {
          const tax = (amount * BigInt(bps)) / 10_000n;
          return amount - ((tax + unit - 1n) / unit) * unit;
        };
        const paid = BigInt(Math.max(1, Math.floor(Number(netOf(most)) * share)));
        if (netOf(most) < paid) return;
        const amount = amountForNet(paid, most, netOf);
        expect(amount).not.toBeNull();
        expect(netOf(amount!)).toBe(paid);
      },
    ),
  );
});
