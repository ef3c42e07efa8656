import { formatTenge, parseTenge, type Tiyn } from '../money';
import { unwrap } from '../result';
import { cumulativeFor, emptyCumulative, type Cumulative } from './cumulative';
import { TAX_PARAMETERS, type ParameterRow } from './parameters';
import { NO_FACTS, taxBase, type Regime } from './regime';
import { withhold, type TaxError, type Withholding, type WithholdInput } from './withhold';

const kzt = (text: string): Tiyn => unwrap(parseTenge(text));
const WITH_DEDUCTION = { ...NO_FACTS, deductionApplies: true };

function input(regime: Regime, base: string, more: Partial<WithholdInput> = {}): WithholdInput {
  const paymentDate = more.paymentDate ?? '2026-11-23';
  return {
    rows: TAX_PARAMETERS,
    mode: 'live',
    paymentDate,
    regime,
    base: kzt(base),
    payable: kzt(base),
    cumulative: emptyCumulative(regime, paymentDate),
    facts: NO_FACTS,
    ...more,
  };
}

const pay = (regime: Regime, base: string, more?: Partial<WithholdInput>): Withholding =>
  unwrap(withhold(input(regime, base, more)));

function failure(regime: Regime, base: string, more?: Partial<WithholdInput>): TaxError {
  const result = withhold(input(regime, base, more));
  if (result.ok) throw new Error('expected a refusal');
  return result.error;
}

const amounts = (result: Withholding): Record<string, string> =>
  Object.fromEntries(result.lines.map((line) => [line.component, formatTenge(line.amount)]));

describe('the worked vectors of 2026', () => {
  it.each([
    ['G1', '100000', true, '10000.00', '2000.00', '4500.00', '0.00', '0.00', '83500.00'],
    ['G2', '100000', false, '10000.00', '2000.00', '4500.00', '83500.00', '8350.00', '75150.00'],
    [
      'G5',
      '500000',
      true,
      '50000.00',
      '10000.00',
      '22500.00',
      '287750.00',
      '28775.00',
      '388725.00',
    ],
    ['G13', '12345.67', false, '1235.00', '247.00', '556.00', '10307.67', '1031.00', '9276.67'],
  ])('%s GPH %s, deduction %s', (_, base, deduction, opv, vosms, so, taxable, iit, net) => {
    const result = pay('individual_gph', base, { facts: deduction ? WITH_DEDUCTION : NO_FACTS });
    expect(amounts(result)).toEqual({ opv, vosms, so, iit });
    expect(formatTenge(result.cumulativeAfter.monthTaxable)).toBe(taxable);
    expect(formatTenge(result.net)).toBe(net);
  });

  it('a split month equals one payout', () => {
    const facts = WITH_DEDUCTION;
    const first = pay('individual_gph', '400000', { facts });
    const second = pay('individual_gph', '400000', { facts, cumulative: first.cumulativeAfter });
    const whole = pay('individual_gph', '800000', { facts });
    expect(amounts(first)).toMatchObject({ so: '18000.00', iit: '20425.00' });
    expect(formatTenge(first.net)).toBe('313575.00');
    expect(amounts(second)).toMatchObject({ so: '11750.00', iit: '34025.00' });
    expect(formatTenge(second.net)).toBe('306225.00');
    expect(formatTenge(whole.net)).toBe('619800.00');
    expect(second.cumulativeAfter).toEqual(whole.cumulativeAfter);
  });

  it.each([
    ['1000', '10.00', '960.00'],
    ['400000', '4000.00', '384000.00'],
    ['1297500', '12975.00', '1245600.00'],
    ['12345.50', '123.00', '11853.50'],
  ])('self-employed %s: four times %s', (base, each, net) => {
    const result = pay('self_employed', base);
    expect(amounts(result)).toEqual({ opv: each, opvr: each, so: each, vosms: each });
    expect(formatTenge(result.net)).toBe(net);
  });

  it('self-employed 0.01 over the month is refused, whole or in two payouts', () => {
    expect(failure('self_employed', '1297500.01')).toEqual({
      code: 'self_employed_month_limit',
      limit: '1297500.00',
      monthBase: '0.00',
      base: '1297500.01',
    });
    const first = pay('self_employed', '1000000');
    const cumulative = first.cumulativeAfter;
    expect(pay('self_employed', '297500', { cumulative }).warnings).toEqual([
      'self_employed_near_limit',
    ]);
    expect(failure('self_employed', '297500.01', { cumulative }).code).toBe(
      'self_employed_month_limit',
    );
  });

  it('warns from 80 % of the self-employed month, and past 12 MZP of GPH a year', () => {
    expect(pay('self_employed', '1037999.99').warnings).toEqual([]);
    expect(pay('self_employed', '1038000').warnings).toEqual(['self_employed_near_limit']);
    expect(pay('individual_gph', '1020000').warnings).toEqual([]);
    expect(pay('individual_gph', '1020000.01').warnings).toEqual(['gph_year_stop']);
  });

  it('an entrepreneur is paid in full', () => {
    const result = pay('individual_entrepreneur', '800');
    expect(result).toMatchObject({ lines: [], withheld: [], net: kzt('800') });
  });

  it.each([
    ['individual_gph', 'gross', '551.00', ['100.00', '20.00', '45.00', '84.00']],
    ['individual_gph', 'after_fee', '601.00', ['80.00', '16.00', '36.00', '67.00']],
    ['self_employed', 'gross', '760.00', ['10.00', '10.00', '10.00', '10.00']],
    ['self_employed', 'after_fee', '768.00', ['8.00', '8.00', '8.00', '8.00']],
    ['individual_entrepreneur', 'gross', '800.00', []],
    ['individual_entrepreneur', 'after_fee', '800.00', []],
  ] as const)('gross 1000, fee 200, %s on %s: paid %s', (regime, mode, net, parts) => {
    const [gross, fee] = [kzt('1000'), kzt('200')];
    const result = pay(regime, '0', { base: taxBase(mode, gross, fee), payable: gross - fee });
    expect(formatTenge(result.net)).toBe(net);
    expect(result.lines.map((line) => formatTenge(line.amount))).toEqual(parts);
  });

  it('the plan’s example: 1000 → fee 200, tax 100, net 700, in test mode only', () => {
    const more = { mode: 'test' as const, payable: kzt('800') };
    const result = pay('demo_flat_10', '1000', more);
    expect(result.withheld).toEqual([{ component: 'demo_flat', amount: kzt('100') }]);
    expect(formatTenge(result.net)).toBe('700.00');
    expect(pay('demo_flat_10', '0.05', { mode: 'test' }).net).toBe(4n);
    expect(failure('demo_flat_10', '1000')).toEqual({
      code: 'regime_not_available',
      regime: 'demo_flat_10',
      reason: 'test_mode_only',
    });
  });
});

describe('years and months', () => {
  it('2025: 14 MRP, nothing withheld for social insurance', () => {
    const result = pay('individual_gph', '300000', {
      facts: WITH_DEDUCTION,
      paymentDate: '2025-06-30',
    });
    expect(amounts(result)).toEqual({
      opv: '30000.00',
      vosms: '6000.00',
      so: '0.00',
      iit: '20895.00',
    });
    expect(formatTenge(result.net)).toBe('243105.00');
  });

  it.each([
    ['individual_gph', 'gph.year_stop'],
    ['self_employed', 'se.month_limit'],
    ['individual_entrepreneur', 'ie.withhold'],
  ] as const)('2027 has no rows: %s fails closed naming %s', (regime, key) => {
    const error = failure(regime, '1000', { paymentDate: '2027-01-05' });
    expect(error).toEqual({ code: 'tax_parameter_missing', key, date: '2027-01-05' });
    expect(withhold(input(regime, '1000', { paymentDate: '2026-12-31' })).ok).toBe(true);
  });

  it('every key a formula reads can be the missing one, and is named', () => {
    const result = pay('individual_gph', '5000', { facts: WITH_DEDUCTION });
    const keys = new Set(
      result.trace.steps.flatMap((step) => step.parameters.map((parameter) => parameter.key)),
    );
    expect(keys.size).toBeGreaterThan(13);
    for (const key of keys) {
      const rows = TAX_PARAMETERS.filter((row) => row.key !== key);
      expect(failure('individual_gph', '5000', { rows, facts: WITH_DEDUCTION })).toEqual({
        code: 'tax_parameter_missing',
        key,
        date: '2026-11-23',
      });
    }
  });

  it.each([
    ['gph.opv.rate', '0.1'],
    ['gph.opv.rate', '10/0'],
    ['rounding.mode', 'up'],
    ['rounding.unit', '0'],
    ['rounding.level', 'total'],
    ['iit.tier1.limit', ''],
  ])('a malformed %s (%s) stops the payout', (key, value) => {
    const rows = TAX_PARAMETERS.map((row) => (row.key === key ? { ...row, value } : row));
    expect(failure('individual_gph', '1000', { rows })).toEqual({
      code: 'tax_parameter_invalid',
      key,
      value,
    });
  });

  it('an entrepreneur’s row that asks to withhold stops the payout', () => {
    const rows = TAX_PARAMETERS.map((row): ParameterRow =>
      row.key === 'ie.withhold' ? { ...row, value: '1/100' } : row,
    );
    expect(failure('individual_entrepreneur', '1', { rows }).code).toBe('tax_parameter_invalid');
  });

  it('15 % on what passes 8,500 MRP of taxable income in the year', () => {
    const paymentDate = '2026-12-01';
    const earlier: Cumulative = {
      ...emptyCumulative('individual_gph', paymentDate),
      yearTaxable: kzt('36762400'),
    };
    const result = pay('individual_gph', '1000', { paymentDate, cumulative: earlier });
    // taxable 835: 100 at 10 %, 735 at 15 % = 120.25
    expect(amounts(result).iit).toBe('120.00');
    const iit = result.trace.steps.find((step) => step.step === 'iit');
    expect(iit?.inputs).toMatchObject({ limit: '36762500.00', tier1: '100.00', tier2: '735.00' });
  });

  it('caps: 50 MZP for OPV, 20 MZP for VOSMS, 7 MZP for SO', () => {
    const result = pay('individual_gph', '10000000');
    expect(amounts(result)).toMatchObject({
      opv: '425000.00',
      vosms: '34000.00',
      so: '29750.00',
    });
    expect(result.lines.map((line) => line.cap && formatTenge(line.cap))).toEqual([
      '4250000.00',
      '1700000.00',
      '595000.00',
      undefined,
    ]);
  });

  it('a new month folds into the year, a new year starts empty, an old month is refused', () => {
    const facts = WITH_DEDUCTION;
    const october = pay('individual_gph', '300000', { paymentDate: '2026-10-31', facts });
    const november = cumulativeFor(october.cumulativeAfter, '2026-11-01');
    expect(november).toMatchObject({
      month: '2026-11',
      monthBase: 0n,
      monthWithheld: {},
      yearBase: kzt('300000'),
      yearTaxable: october.cumulativeAfter.monthTaxable,
      yearDeduction: kzt('129750'),
    });
    const direct = pay('individual_gph', '300000', { cumulative: october.cumulativeAfter, facts });
    expect(direct.net).toBe(october.net);
    expect(cumulativeFor(october.cumulativeAfter, '2027-01-01').yearBase).toBe(0n);
    const late = { cumulative: october.cumulativeAfter, paymentDate: '2026-09-30' };
    expect(failure('individual_gph', '1', late)).toMatchObject({
      code: 'cumulative_mismatch',
      field: 'month',
    });
  });

  it('the deduction of a year ends at 360 MRP', () => {
    const cumulative: Cumulative = {
      ...emptyCumulative('individual_gph', '2026-12-01'),
      yearDeduction: kzt('1556000'),
    };
    const result = pay('individual_gph', '100000', {
      paymentDate: '2026-12-01',
      cumulative,
      facts: WITH_DEDUCTION,
    });
    expect(formatTenge(result.cumulativeAfter.monthDeduction)).toBe('1000.00');
  });
});

describe('refusals', () => {
  it.each([
    ['esp', '2026-11-23', 'ended'],
    ['esp', '2024-01-01', 'ended'],
    ['esp', '2018-12-31', 'not_started'],
    ['unknown', '2026-11-23', 'unknown_regime'],
    ['', '2026-11-23', 'unknown_regime'],
  ])('regime %s on %s: %s', (regime, paymentDate, reason) => {
    expect(failure(regime as Regime, '1', { paymentDate })).toEqual({
      code: 'regime_not_available',
      regime,
      reason,
    });
  });

  it.each(['2026-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '', '2026-11-23T00:00:00Z'])(
    'date %j is refused',
    (paymentDate) => {
      expect(failure('self_employed', '1', { paymentDate }).code).toBe('payment_date_invalid');
    },
  );

  it('a payout too small for its rounding, negative amounts, a foreign record, a category', () => {
    expect(failure('individual_gph', '1000', { payable: kzt('100') }).code).toBe('net_negative');
    expect(failure('individual_gph', '0', { base: -1n }).code).toBe('amount_invalid');
    expect(failure('individual_gph', '0', { payable: -1n }).code).toBe('amount_invalid');
    const cumulative = emptyCumulative('self_employed', '2026-11-23');
    expect(failure('individual_gph', '1', { cumulative })).toMatchObject({ field: 'regime' });
    const facts = { ...NO_FACTS, socialCategory: 'student' as const };
    expect(failure('individual_gph', '1', { facts }).code).toBe('social_category_not_supported');
  });

  it('what the month over-withheld is not paid back by a payout', () => {
    const first = pay('individual_gph', '100000');
    const second = pay('individual_gph', '10000', {
      cumulative: first.cumulativeAfter,
      facts: WITH_DEDUCTION,
    });
    expect(second.warnings).toEqual(['over_withheld']);
    expect(amounts(second).iit).toBe('0.00');
  });
});
