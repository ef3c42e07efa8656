import fc from 'fast-check';
import type { Tiyn } from '../money';
import { unwrap } from '../result';
import { emptyCumulative } from './cumulative';
import { TAX_PARAMETERS } from './parameters';
import { NO_FACTS, type Regime } from './regime';
import { withhold, type Withholding, type WithholdInput } from './withhold';

const WITH_DEDUCTION = { ...NO_FACTS, deductionApplies: true };

function input(regime: Regime, base: Tiyn, more: Partial<WithholdInput> = {}): WithholdInput {
  return {
    rows: TAX_PARAMETERS,
    mode: 'test',
    paymentDate: '2026-11-23',
    regime,
    base,
    payable: base,
    cumulative: emptyCumulative(regime, '2026-11-23'),
    facts: NO_FACTS,
    ...more,
  };
}

describe('properties', () => {
  const regime = fc.constantFrom<Regime>(
    'individual_gph',
    'self_employed',
    'individual_entrepreneur',
    'demo_flat_10',
  );
  const facts = fc.constantFrom(NO_FACTS, WITH_DEDUCTION);
  // From 100 tenge on, so no payout is smaller than a step of its own rounding.
  const payout = fc.bigInt({ min: 10_000n, max: 20_000_000n });
  const run = (
    of: Regime,
    payouts: readonly Tiyn[],
    more: Partial<WithholdInput>,
  ): Withholding[] => {
    let cumulative = more.cumulative ?? emptyCumulative(of, '2026-11-23');
    return payouts.map((base) => {
      const result = unwrap(withhold(input(of, base, { ...more, cumulative })));
      cumulative = result.cumulativeAfter;
      return result;
    });
  };

  it('split payouts, in any order, equal one payout', () => {
    fc.assert(
      fc.property(
        regime,
        facts,
        fc.array(payout, { minLength: 1, maxLength: 6 }),
        fc.bigInt({ min: 3_676_000_000n, max: 3_677_000_000n }),
        (of, given, parts, yearTaxable) => {
          const cumulative = { ...emptyCumulative(of, '2026-11-23'), yearTaxable };
          const more = { facts: given, cumulative };
          const total = parts.reduce((sum, part) => sum + part, 0n);
          const [whole] = run(of, [total], more);
          for (const order of [parts, [...parts].reverse()]) {
            const results = run(of, order, more);
            const net = results.reduce((sum, result) => sum + result.net, 0n);
            expect(net).toBe(whole?.net);
            expect(results.at(-1)?.cumulativeAfter).toEqual(whole?.cumulativeAfter);
          }
        },
      ),
    );
  });

  it('base = net + withheld, nothing is negative, the trace is JSON', () => {
    fc.assert(
      fc.property(regime, facts, fc.bigInt({ min: 0n, max: 129_750_000n }), (of, given, base) => {
        const result = withhold(input(of, base, { facts: given }));
        if (!result.ok) return expect(result.error.code).toBe('net_negative');
        const { net, withheld, lines, trace } = result.value;
        expect(net + withheld.reduce((sum, part) => sum + part.amount, 0n)).toBe(base);
        expect(net >= 0n && lines.every((line) => line.amount >= 0n)).toBe(true);
        expect(JSON.parse(JSON.stringify(trace))).toEqual(trace);
      }),
    );
  });

  it('more income never means less net, up to one step of rounding', () => {
    fc.assert(
      fc.property(regime, facts, payout, payout, (of, given, base, more) => {
        const [less] = run(of, [base], { facts: given });
        const [greater] = run(of, [base + more], { facts: given });
        expect((greater?.net ?? 0n) >= (less?.net ?? 0n)).toBe(true);
        less?.lines.forEach((line, i) => {
          expect((greater?.lines[i]?.amount ?? 0n) >= line.amount).toBe(true);
        });
      }),
    );
  });
});
