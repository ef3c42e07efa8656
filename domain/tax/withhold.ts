import { formatTenge, type Tiyn } from '../money';
import { err, ok, unreachable, type Result } from '../result';
import {
  assessDemoFlat,
  assessGph,
  assessNothing,
  assessSelfEmployed,
  step,
  type Assessment,
  type Due,
  type TraceStep,
} from './assess';
import { cumulativeFor, cumulativeJson, type Cumulative, type CumulativeJson } from './cumulative';
import {
  ParameterFailure,
  ParameterReader,
  type ParameterInvalid,
  type ParameterMissing,
} from './parameterAt';
import { PARAMETER_SET_VERSION, type ParameterRow } from './parameters';
import {
  BASE_MODES,
  REGIMES,
  SOCIAL_CATEGORIES,
  type BaseMode,
  type PayeeFacts,
  type Regime,
  type TaxComponent,
} from './regime';

/** Amounts in errors are decimal tenge text, so an error can travel as JSON. */
export type TaxError =
  | ParameterMissing
  | ParameterInvalid
  | { readonly code: 'payment_date_invalid'; readonly paymentDate: string }
  | {
      readonly code: 'regime_not_available';
      readonly regime: string;
      readonly reason: 'unknown_regime' | 'ended' | 'not_started' | 'test_mode_only';
    }
  | { readonly code: 'social_category_not_supported'; readonly category: string }
  | {
      readonly code: 'self_employed_month_limit';
      readonly limit: string;
      readonly monthBase: string;
      readonly base: string;
    }
  | { readonly code: 'net_negative'; readonly payable: string; readonly withheld: string }
  | { readonly code: 'amount_invalid'; readonly field: 'base' | 'payable' }
  | {
      readonly code: 'cumulative_mismatch';
      readonly field: 'regime' | 'month';
      readonly expected: string;
      readonly actual: string;
    };

export type TaxWarning = 'self_employed_near_limit' | 'gph_year_stop' | 'over_withheld';

export type WithholdInput = {
  readonly rows: readonly ParameterRow[];
  /** Recorded in the trace; rows that did not come from parameters.ts bring their own version. */
  readonly parameterSetVersion?: string;
  readonly mode: 'test' | 'live';
  /** Day the money goes out, `YYYY-MM-DD` in Almaty: it picks the parameters and the month. */
  readonly paymentDate: string;
  readonly regime: Regime;
  /** What taxes are computed on (taxBase). */
  readonly base: Tiyn;
  /** What would be paid with no tax: gross less fee. Never more than gross. */
  readonly payable: Tiyn;
  readonly cumulative: Cumulative;
  readonly facts: PayeeFacts;
};

export type WithheldLine = {
  readonly component: TaxComponent;
  readonly rate: string;
  /** Of the whole month, after the cap. */
  readonly base: Tiyn;
  readonly cap?: Tiyn;
  /** What the month owes, what earlier payouts of it carried, what this payout carries. */
  readonly due: Tiyn;
  readonly before: Tiyn;
  readonly amount: Tiyn;
};

export type TaxTrace = {
  readonly parameterSetVersion: string;
  readonly paymentDate: string;
  readonly regime: Regime;
  readonly facts: PayeeFacts;
  readonly base: string;
  readonly payable: string;
  readonly steps: readonly TraceStep[];
  readonly lines: readonly {
    readonly component: TaxComponent;
    readonly rate: string;
    readonly due: string;
    readonly before: string;
    readonly amount: string;
  }[];
  readonly net: string;
  readonly warnings: readonly TaxWarning[];
  readonly cumulativeBefore: CumulativeJson;
  readonly cumulativeAfter: CumulativeJson;
};

export type Withholding = {
  readonly lines: readonly WithheldLine[];
  /** The lines above zero: what goes to tax accounts. */
  readonly withheld: readonly { readonly component: TaxComponent; readonly amount: Tiyn }[];
  readonly net: Tiyn;
  readonly warnings: readonly TaxWarning[];
  readonly cumulativeAfter: Cumulative;
  readonly trace: TaxTrace;
};

/**
 * What this payout must withhold. The month is assessed as a whole, including this payout, and the
 * payout carries the difference from what the month already withheld, so caps, the deduction and
 * rounding do not depend on how a month is split (research F3.3–F3.4).
 *
 * Fails closed: no parameter for the date, an unknown or ended regime, an unsupported category, income
 * past the self-employed limit, a net below zero. An amount already over-withheld in the month is never
 * paid back here (a correction does that): the line is zero and a warning says so.
 */
export function withhold(input: WithholdInput): Result<Withholding, TaxError> {
  const refusal = checkInput(input);
  if (refusal) return err(refusal);
  try {
    return settle(input);
  } catch (thrown) {
    if (thrown instanceof ParameterFailure) return err(thrown.failure);
    throw thrown;
  }
}

/** The base the platform has chosen for a date, from its row. */
export function baseModeAt(
  rows: readonly ParameterRow[],
  date: string,
): Result<BaseMode, ParameterMissing | ParameterInvalid> {
  try {
    return ok(new ParameterReader(rows, date).word('base.mode', BASE_MODES));
  } catch (thrown) {
    if (thrown instanceof ParameterFailure) return err(thrown.failure);
    throw thrown;
  }
}

function checkInput(input: WithholdInput): TaxError | null {
  const { regime, cumulative, paymentDate, facts } = input;
  if (!isCalendarDate(paymentDate)) return { code: 'payment_date_invalid', paymentDate };
  const unavailable = checkRegime(input);
  if (unavailable) return unavailable;
  if (facts.socialCategory !== 'none') {
    const known = SOCIAL_CATEGORIES.find((category) => category === facts.socialCategory);
    return { code: 'social_category_not_supported', category: known ?? 'unknown' };
  }
  if (input.base < 0n) return { code: 'amount_invalid', field: 'base' };
  if (input.payable < 0n) return { code: 'amount_invalid', field: 'payable' };
  if (cumulative.regime !== regime) {
    const { regime: actual } = cumulative;
    return { code: 'cumulative_mismatch', field: 'regime', expected: regime, actual };
  }
  const month = paymentDate.slice(0, 7);
  if (cumulative.month > month) {
    const { month: actual } = cumulative;
    return { code: 'cumulative_mismatch', field: 'month', expected: month, actual };
  }
  return null;
}

function checkRegime(input: WithholdInput): TaxError | null {
  const { regime, paymentDate } = input;
  const refuse = (reason: 'unknown_regime' | 'ended' | 'not_started' | 'test_mode_only') =>
    ({ code: 'regime_not_available', regime, reason }) as const;
  // Checked at run time too: a status read from a table may be a word the compiler never saw.
  if (!REGIMES.includes(regime)) return refuse('unknown_regime');
  if (regime === 'demo_flat_10' && input.mode !== 'test') return refuse('test_mode_only');
  if (regime === 'esp' && paymentDate >= '2024-01-01') return refuse('ended');
  if (regime === 'esp' && paymentDate < '2019-01-01') return refuse('not_started');
  return null;
}

function isCalendarDate(text: string): boolean {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}

function assess(reader: ParameterReader, input: WithholdInput, before: Cumulative): Assessment {
  const income = before.monthBase + input.base;
  switch (input.regime) {
    case 'individual_gph':
      return assessGph(reader, before, income, input.facts);
    case 'self_employed':
      return assessSelfEmployed(reader, income);
    case 'individual_entrepreneur':
      return assessNothing(reader, 'ie.withhold', income);
    case 'esp':
      return assessNothing(reader, 'esp.withhold', income);
    case 'demo_flat_10':
      return assessDemoFlat(reader, income);
    default:
      return unreachable(input.regime);
  }
}

function settle(input: WithholdInput): Result<Withholding, TaxError> {
  const { rows, paymentDate, base, payable } = input;
  const reader = new ParameterReader(rows, paymentDate);
  const before = cumulativeFor(input.cumulative, paymentDate);
  const limit = checkLimits(reader, input, before);
  if (!limit.ok) return limit;
  const assessment = assess(reader, input, before);
  const lines = assessment.dues.map((due) => lineOf(due, before));
  const total = lines.reduce((sum, line) => sum + line.amount, 0n);
  const net = payable - total;
  if (net < 0n) {
    return err({
      code: 'net_negative',
      payable: formatTenge(payable),
      withheld: formatTenge(total),
    });
  }
  const overWithheld = lines.some((line) => line.before > line.due);
  const { warnings: limitWarnings, steps: limitSteps } = limit.value;
  const warnings = overWithheld ? [...limitWarnings, 'over_withheld' as const] : limitWarnings;
  const steps = [...limitSteps, ...assessment.steps];
  const cumulativeAfter: Cumulative = {
    ...before,
    monthBase: before.monthBase + base,
    monthWithheld: addLines(before.monthWithheld, lines),
    monthTaxable: assessment.monthTaxable,
    monthDeduction: assessment.monthDeduction,
  };
  const withheld = lines
    .filter((line) => line.amount > 0n)
    .map(({ component, amount }) => ({ component, amount }));
  const trace = traceOf(input, before, { steps, lines, net, warnings, cumulativeAfter });
  return ok({ lines, withheld, net, warnings, cumulativeAfter, trace });
}

function lineOf(due: Due, cumulative: Cumulative): WithheldLine {
  const before = cumulative.monthWithheld[due.component] ?? 0n;
  return {
    component: due.component,
    rate: due.rate,
    base: due.base,
    ...(due.cap === null ? {} : { cap: due.cap }),
    due: due.due,
    before,
    amount: due.due > before ? due.due - before : 0n,
  };
}

function addLines(
  withheld: Cumulative['monthWithheld'],
  lines: readonly WithheldLine[],
): Cumulative['monthWithheld'] {
  const sums: Partial<Record<TaxComponent, Tiyn>> = { ...withheld };
  for (const { component, amount } of lines) sums[component] = (sums[component] ?? 0n) + amount;
  return sums;
}

type LimitCheck = {
  readonly warnings: readonly TaxWarning[];
  readonly steps: readonly TraceStep[];
};

/** Limits on income itself, before any component: the self-employed month and the GPH year. */
function checkLimits(
  reader: ParameterReader,
  input: WithholdInput,
  before: Cumulative,
): Result<LimitCheck, TaxError> {
  const month = before.monthBase + input.base;
  if (input.regime === 'self_employed') {
    const limit = reader.indexed('se.month_limit');
    if (month > limit) {
      return err({
        code: 'self_employed_month_limit',
        limit: formatTenge(limit),
        monthBase: formatTenge(before.monthBase),
        base: formatTenge(input.base),
      });
    }
    const { num, den } = reader.ratio('se.warning_from');
    const near = month * den >= limit * num;
    const steps = [step(reader, 'month_limit', { month }, limit)];
    return ok({ warnings: near ? ['self_employed_near_limit'] : [], steps });
  }
  if (input.regime === 'individual_gph') {
    const stop = reader.indexed('gph.year_stop');
    const year = before.yearBase + month;
    const steps = [step(reader, 'year_stop', { year }, stop)];
    return ok({ warnings: year > stop ? ['gph_year_stop'] : [], steps });
  }
  return ok({ warnings: [], steps: [] });
}

type Outcome = {
  readonly steps: readonly TraceStep[];
  readonly lines: readonly WithheldLine[];
  readonly net: Tiyn;
  readonly warnings: readonly TaxWarning[];
  readonly cumulativeAfter: Cumulative;
};

function traceOf(input: WithholdInput, before: Cumulative, outcome: Outcome): TaxTrace {
  return {
    parameterSetVersion: input.parameterSetVersion ?? PARAMETER_SET_VERSION,
    paymentDate: input.paymentDate,
    regime: input.regime,
    facts: input.facts,
    base: formatTenge(input.base),
    payable: formatTenge(input.payable),
    steps: outcome.steps,
    lines: outcome.lines.map((line) => ({
      component: line.component,
      rate: line.rate,
      due: formatTenge(line.due),
      before: formatTenge(line.before),
      amount: formatTenge(line.amount),
    })),
    net: formatTenge(outcome.net),
    warnings: outcome.warnings,
    cumulativeBefore: cumulativeJson(before),
    cumulativeAfter: cumulativeJson(outcome.cumulativeAfter),
  };
}
