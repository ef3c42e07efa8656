/**
 * What the law and our own policy say, by date. Every number used to withhold comes from a row here,
 * with where it was read. Intervals are half-open; a date without a row stops the payout (parameterAt),
 * so the rows of 2026 end on 2027-01-01: the budget law for 2027 must be read before the first January payout.
 *
 * Changing a row changes money: raise PARAMETER_SET_VERSION with it. Payouts keep the version they used.
 */
export type Confidence = 'official' | 'one_source' | 'weak' | 'policy';

export type ParameterUnit =
  'tenge' | 'ratio' | 'mrp' | 'mzp' | 'tiyn' | 'rounding' | 'base' | 'level' | 'switch' | 'day';

export type ParameterRow = {
  readonly key: string;
  /** First day of force, `YYYY-MM-DD` in Almaty. */
  readonly validFrom: string;
  /** First day no longer in force, or null when open. */
  readonly validTo: string | null;
  /** Whole number ("4325"), exact ratio ("10/100") or a word of a closed list ("half_up"). */
  readonly value: string;
  readonly unit: ParameterUnit;
  readonly source: string;
  readonly note: string;
  readonly confidence: Confidence;
};

export const PARAMETER_SET_VERSION = '2026-11-23.1';

type Shared = Pick<ParameterRow, 'validFrom' | 'validTo'>;
const YEAR_2024: Shared = { validFrom: '2024-01-01', validTo: '2025-01-01' };
const YEAR_2025: Shared = { validFrom: '2025-01-01', validTo: '2026-01-01' };
const YEAR_2026: Shared = { validFrom: '2026-01-01', validTo: '2027-01-01' };
const FROM_2024_TO_2027: Shared = { validFrom: '2024-01-01', validTo: '2027-01-01' };

function row(
  dates: Shared,
  key: string,
  value: string,
  unit: ParameterUnit,
  [confidence, source, note = '']: readonly [Confidence, string, string?],
): ParameterRow {
  return { key, ...dates, value, unit, source, note, confidence };
}

const BUDGET_2026 = 'Law 239-VIII of 2025-12-08 on the republican budget 2026–2028';
const TAX_CODE = 'Tax Code 214-VIII of 2025-07-18';
const CHAPTER_77 = `${TAX_CODE}, ch. 77 (art. 718–721)`;
const PENSION_LAW = 'Social Code, pension contributions; accounting guides for GPH 2026';
const HEALTH_LAW = 'Law on compulsory social health insurance, cap 20 MZP from 2026';
const SOCIAL_INSURANCE = 'Social Code; order 299 of 2025-09-30; accounting guides for GPH 2026';

const INDICATORS: readonly ParameterRow[] = [
  row(YEAR_2024, 'mrp', '3692', 'tenge', ['one_source', 'Payroll tables for 2024']),
  row(YEAR_2025, 'mrp', '3932', 'tenge', ['official', 'Law on the republican budget 2025–2027']),
  row(YEAR_2026, 'mrp', '4325', 'tenge', ['official', BUDGET_2026]),
  row(YEAR_2024, 'mzp', '85000', 'tenge', ['one_source', 'Payroll tables for 2024']),
  row(YEAR_2025, 'mzp', '85000', 'tenge', ['official', 'Law on the republican budget 2025–2027']),
  row(YEAR_2026, 'mzp', '85000', 'tenge', ['official', BUDGET_2026]),
];

const GPH: readonly ParameterRow[] = [
  row(FROM_2024_TO_2027, 'gph.opv.rate', '10/100', 'ratio', ['official', PENSION_LAW]),
  row(FROM_2024_TO_2027, 'gph.opv.cap', '50', 'mzp', ['official', PENSION_LAW]),
  row(FROM_2024_TO_2027, 'gph.vosms.rate', '2/100', 'ratio', ['official', HEALTH_LAW]),
  row({ ...FROM_2024_TO_2027, validTo: '2026-01-01' }, 'gph.vosms.cap', '10', 'mzp', [
    'official',
    'Law on compulsory social health insurance before 2026',
  ]),
  row(YEAR_2026, 'gph.vosms.cap', '20', 'mzp', ['official', HEALTH_LAW]),
  row(YEAR_2025, 'gph.so.rate', '0/100', 'ratio', [
    'weak',
    'Practice of 2025',
    'The 5 % were the payer’s own cost and not withheld; 2024 is disputed and has no row',
  ]),
  row(YEAR_2025, 'gph.so.cap', '7', 'mzp', ['official', SOCIAL_INSURANCE]),
  row(YEAR_2026, 'gph.so.rate', '5/100', 'ratio', [
    'official',
    SOCIAL_INSURANCE,
    'Withheld from the person from 2026, of income less OPV, without a lower bound',
  ]),
  row(YEAR_2026, 'gph.so.cap', '7', 'mzp', ['official', SOCIAL_INSURANCE]),
  row({ ...YEAR_2025, validTo: YEAR_2026.validTo }, 'gph.year_stop', '12', 'mzp', [
    'one_source',
    'KGD material for bloggers',
    'Point where unregistered activity should become an IE; a warning, not a refusal',
  ]),
];

const IIT: readonly ParameterRow[] = [
  row(YEAR_2025, 'iit.tier1.rate', '10/100', 'ratio', ['official', 'Tax Code before 2026']),
  row(YEAR_2025, 'iit.tier1.limit', '8500', 'mrp', [
    'policy',
    'Tax Code before 2026',
    'One flat rate: both tiers carry 10 %, so the limit changes nothing',
  ]),
  row(YEAR_2025, 'iit.tier2.rate', '10/100', 'ratio', ['official', 'Tax Code before 2026']),
  row(YEAR_2026, 'iit.tier1.rate', '10/100', 'ratio', ['official', TAX_CODE]),
  row(YEAR_2026, 'iit.tier1.limit', '8500', 'mrp', [
    'official',
    TAX_CODE,
    'Taxable income of the calendar year; an agent sees only its own payments',
  ]),
  row(YEAR_2026, 'iit.tier2.rate', '15/100', 'ratio', ['official', TAX_CODE]),
  row(YEAR_2025, 'deduction.base.month', '14', 'mrp', [
    'weak',
    'Tax Code before 2026',
    'Whether it applied to GPH in 2025 is unsure',
  ]),
  row(YEAR_2025, 'deduction.base.year', '168', 'mrp', ['weak', 'Tax Code before 2026']),
  row(YEAR_2026, 'deduction.base.month', '30', 'mrp', [
    'official',
    `${TAX_CODE}, art. 403 and 437`,
    'One agent only, on the person’s written application',
  ]),
  row(YEAR_2026, 'deduction.base.year', '360', 'mrp', ['official', `${TAX_CODE}, art. 403`]),
  row({ ...YEAR_2025, validTo: YEAR_2026.validTo }, 'deduction.base.carry_over', 'off', 'switch', [
    'policy',
    'Accounting policy',
    'Carrying unused months over inside the year is hinted at, not read',
  ]),
];

const SELF_EMPLOYED: readonly ParameterRow[] = [
  row(YEAR_2026, 'se.opv.rate', '1/100', 'ratio', ['official', CHAPTER_77]),
  row(YEAR_2026, 'se.opvr.rate', '1/100', 'ratio', ['official', CHAPTER_77]),
  row(YEAR_2026, 'se.so.rate', '1/100', 'ratio', ['official', CHAPTER_77]),
  row(YEAR_2026, 'se.vosms.rate', '1/100', 'ratio', ['official', CHAPTER_77]),
  row(YEAR_2026, 'se.month_limit', '300', 'mrp', [
    'official',
    CHAPTER_77,
    'Income of a calendar month; only our own payments are seen',
  ]),
  row(YEAR_2026, 'se.warning_from', '80/100', 'ratio', [
    'policy',
    'Accounting policy',
    'Part of the month limit from which the person is warned',
  ]),
];

const OTHER_REGIMES: readonly ParameterRow[] = [
  row(FROM_2024_TO_2027, 'ie.withhold', '0/100', 'ratio', [
    'official',
    'An entrepreneur settles own taxes; the payer withholds nothing',
    'To be confirmed again for 2027',
  ]),
  row({ validFrom: '2019-01-01', validTo: '2024-01-01' }, 'esp.withhold', '0/100', 'ratio', [
    'official',
    'Single aggregate payment, 2019–2023 only',
    'The person paid it; services to companies never qualified',
  ]),
  row({ validFrom: '2019-01-01', validTo: null }, 'demo.flat.rate', '10/100', 'ratio', [
    'policy',
    'The worked example of the project plan',
    'Not a tax of any country: refused outside test mode',
  ]),
  row({ validFrom: '2019-01-01', validTo: null }, 'demo.rounding.unit', '1', 'tiyn', [
    'policy',
    'The worked example of the project plan',
  ]),
];

const ROUNDING_SOURCE = 'Accounting policy; form 200.00 has no tiyn, KGD reply of 2021-07-12';

const POLICY: readonly ParameterRow[] = [
  row(FROM_2024_TO_2027, 'rounding.unit', '100', 'tiyn', ['one_source', ROUNDING_SOURCE]),
  row(FROM_2024_TO_2027, 'rounding.mode', 'half_up', 'rounding', ['one_source', ROUNDING_SOURCE]),
  row(FROM_2024_TO_2027, 'rounding.level', 'component', 'level', [
    'one_source',
    ROUNDING_SOURCE,
    'Each component once, on the cumulative amount of the month',
  ]),
  row({ validFrom: '2019-01-01', validTo: null }, 'base.mode', 'gross', 'base', [
    'weak',
    'A published calculator uses the amount accrued to the performer',
    'Before (gross) or after (after_fee) the platform fee: for the tax adviser to confirm',
  ]),
];

export const TAX_PARAMETERS: readonly ParameterRow[] = [
  ...INDICATORS,
  ...GPH,
  ...IIT,
  ...SELF_EMPLOYED,
  ...OTHER_REGIMES,
  ...POLICY,
];
