import fc from 'fast-check';

import {
  planAccrue,
  planPayoutPosted,
  planPayoutVoided,
  planRelease,
  planReserve,
  planVoid,
  splitSale,
} from './plans';
import { faultOf } from './transaction';

const parties = { conversionId: 'cnv_x', brandId: 'brd_x', influencerId: 'inf_x' };
const bps = fc.integer({ min: 1, max: 10_000 });

test('every plan balances and gross = fee + payable, for any sale and rates', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 1n, max: 10n ** 13n }),
      bps,
      fc.integer({ min: 0, max: 9_999 }),
      (sale, commission, fee) => {
        const split = splitSale(sale, commission, fee);
        expect(split.fee + split.payable).toBe(split.gross);
        expect(split.payable >= 0n && split.fee >= 0n).toBe(true);
        if (split.gross === 0n) return;
        expect(faultOf(planAccrue(parties, split, 1))).toBeUndefined();
        expect(faultOf(planRelease(parties, split, 1))).toBeUndefined();
      },
    ),
  );
});

test('a payout posts exactly its amount, whatever is withheld', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 2n, max: 10n ** 12n }),
      fc.array(fc.bigInt({ min: 0n, max: 10n ** 6n }), { maxLength: 6 }),
      (amount, taxes) => {
        const total = taxes.reduce((sum, tax) => sum + tax, 0n);
        if (total >= amount) return;
        const withheld = taxes.map((tax, i) => ({ component: `t${i}`, amount: tax }));
        const payout = {
          payoutId: 'pay_x',
          influencerId: 'inf_x',
          amount,
          net: amount - total,
          provider: 'p',
        };
        expect(faultOf(planPayoutPosted(payout, withheld))).toBeUndefined();
      },
    ),
  );
});

test('voids and reserves are well formed', () => {
  expect(faultOf(planVoid('cnv_x', 1))).toBeUndefined();
  expect(faultOf(planReserve('pay_x', 'inf_x', 5n))).toBeUndefined();
  expect(faultOf(planPayoutVoided('pay_x'))).toBeUndefined();
});

test('a payout whose parts do not sum to its amount is a fault', () => {
  const payout = {
    payoutId: 'pay_x',
    influencerId: 'inf_x',
    amount: 100n,
    net: 90n,
    provider: 'p',
  };
  expect(faultOf(planPayoutPosted(payout, [{ component: 't', amount: 9n }]))).toEqual({
    code: 'ledger_unbalanced',
    text: 'entries sum to -1',
  });
});
