import * as fc from 'fast-check';

import { splitSale } from '../ledger/plans';
import { TAX_PARAMETERS } from '../tax/parameters';
import { workExample } from './example';

const at = (fields: Partial<Parameters<typeof workExample>[0]>) =>
  workExample({
    sale: 100_000n,
    commissionBps: 1_000,
    platformFeeBps: 2_000,
    rows: TAX_PARAMETERS,
    mode: 'live',
    paymentDate: '2026-11-23',
    ...fields,
  });

test('1,000 ₸ at 100 % with a fee of 20 %: the plan’s 1000 → 200 → 100 → 700', () => {
  const { commission, platformFee, influencerGross, regimes } = at({
    commissionBps: 10_000,
    mode: 'test',
  });
  expect([commission, platformFee, influencerGross]).toEqual([100_000n, 20_000n, 80_000n]);
  const demo = regimes.find((one) => one.regime === 'demo_flat_10');
  expect(demo).toMatchObject({ refused: null, withheld: [{ component: 'demo_flat' }] });
});

test('the demo regime is not shown outside test mode', () => {
  expect(at({}).regimes.map((one) => one.regime)).toEqual([
    'self_employed',
    'individual_entrepreneur',
    'individual_gph',
  ]);
});

test('every line adds up: sale ≥ commission = fee + gross, gross = withheld + net', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10_000_000_000n }),
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 0, max: 10_000 }),
      (sale, commissionBps, platformFeeBps) => {
        const example = at({ sale, commissionBps, platformFeeBps });
        const { commission, platformFee, influencerGross } = example;
        expect(splitSale(sale, commissionBps, platformFeeBps)).toEqual({
          gross: commission,
          fee: platformFee,
          payable: influencerGross,
        });
        expect(commission).toBeLessThanOrEqual(sale);
        for (const { net, withheld, refused } of example.regimes) {
          if (net === null) expect(refused).not.toBeNull();
          else expect(withheld.reduce((sum, line) => sum + line.amount, net)).toBe(influencerGross);
        }
      },
    ),
  );
});

test('what the payout would refuse is refused here: no tax rows for the year, no money left, too much in a month', () => {
  const codes = (fields: Partial<Parameters<typeof workExample>[0]>) =>
    Object.fromEntries(at(fields).regimes.map((one) => [one.regime, one.refused]));
  expect(codes({ paymentDate: '2031-01-01' })).toMatchObject({
    self_employed: 'tax_parameter_missing',
    individual_gph: 'tax_parameter_missing',
  });
  expect(codes({ sale: 1n })).toMatchObject({ individual_entrepreneur: 'net_zero' });
  expect(codes({ sale: 900_000_000_00n, commissionBps: 10_000 })).toMatchObject({
    self_employed: 'self_employed_month_limit',
    individual_gph: 'gph_year_stop',
  });
});
