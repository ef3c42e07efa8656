import { formatTenge, multiply, type Ratio, type Rounding, type Tiyn } from '../money';
import type { Cumulative } from './cumulative';
import { ParameterFailure, type ParameterReader, type UsedParameter } from './parameterAt';
import type { PayeeFacts, TaxComponent } from './regime';

/** One line of arithmetic as it is stored: which rows, which inputs, which result (decimal tenge). */
export type TraceStep = {
  readonly step: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly result: string;
  readonly parameters: readonly UsedParameter[];
};

/** What the month owes in all for one component, given everything paid in it including this payout. */
export type Due = {
  readonly component: TaxComponent;
  /** As in the parameter row: "10/100", or "10/100, 15/100" for the two tiers of IIT. */
  readonly rate: string;
  readonly base: Tiyn;
  readonly cap: Tiyn | null;
  readonly due: Tiyn;
};

export type Assessment = {
  readonly dues: readonly Due[];
  readonly monthTaxable: Tiyn;
  readonly monthDeduction: Tiyn;
  readonly steps: readonly TraceStep[];
};

const min = (a: Tiyn, b: Tiyn): Tiyn => (a < b ? a : b);
const positive = (amount: Tiyn): Tiyn => (amount > 0n ? amount : 0n);
const ratioText = (ratio: Ratio): string => `${ratio.num}/${ratio.den}`;

export function step(
  reader: ParameterReader,
  name: string,
  inputs: Readonly<Record<string, Tiyn>>,
  result: Tiyn,
): TraceStep {
  const texts = Object.entries(inputs).map(([key, amount]) => [key, formatTenge(amount)]);
  return {
    step: name,
    inputs: Object.fromEntries(texts) as Record<string, string>,
    result: formatTenge(result),
    parameters: reader.takeUsed(),
  };
}

type Rounder = { readonly unit: bigint; readonly mode: Rounding };

function contribution(
  reader: ParameterReader,
  component: TaxComponent,
  prefix: string,
  base: Tiyn,
  rounder: Rounder,
  capped: boolean,
): { due: Due; step: TraceStep } {
  const rate = reader.ratio(`${prefix}.rate`);
  const cap = capped ? reader.indexed(`${prefix}.cap`) : null;
  const counted = cap === null ? base : min(base, cap);
  const due = multiply(counted, rate, rounder.unit, rounder.mode);
  const inputs: Record<string, Tiyn> =
    cap === null ? { base: counted } : { income: base, cap, base: counted };
  return {
    due: { component, rate: ratioText(rate), base: counted, cap, due },
    step: step(reader, component, inputs, due),
  };
}

function baseDeduction(
  reader: ParameterReader,
  before: Cumulative,
  facts: PayeeFacts,
): { allowed: Tiyn; step: TraceStep | null } {
  if (!facts.deductionApplies) return { allowed: 0n, step: null };
  const monthly = reader.indexed('deduction.base.month');
  const yearly = reader.indexed('deduction.base.year');
  const carry = reader.word('deduction.base.carry_over', ['on', 'off'] as const) === 'on';
  const months = BigInt(before.month.slice(5));
  const ofMonth = carry ? positive(monthly * months - before.yearDeduction) : monthly;
  const allowed = min(ofMonth, positive(yearly - before.yearDeduction));
  const inputs = { monthly, yearly, usedInEarlierMonths: before.yearDeduction };
  return { allowed, step: step(reader, 'deduction.allowed', inputs, allowed) };
}

/** IIT of the month: the part of its taxable income that still fits under the year's first tier, and the rest. */
function incomeTax(
  reader: ParameterReader,
  taxable: Tiyn,
  yearTaxable: Tiyn,
  rounder: Rounder,
): { due: Due; step: TraceStep } {
  const low = reader.ratio('iit.tier1.rate');
  const high = reader.ratio('iit.tier2.rate');
  const limit = reader.indexed('iit.tier1.limit');
  const tier1 = min(taxable, positive(limit - yearTaxable));
  const tier2 = taxable - tier1;
  // Both tiers in one fraction, so the month is rounded once.
  const exact = tier1 * low.num * high.den + tier2 * high.num * low.den;
  const due = multiply(exact, { num: 1n, den: low.den * high.den }, rounder.unit, rounder.mode);
  return {
    due: {
      component: 'iit',
      rate: tier2 > 0n ? `${ratioText(low)}, ${ratioText(high)}` : ratioText(low),
      base: taxable,
      cap: null,
      due,
    },
    step: step(reader, 'iit', { taxable, yearTaxable, limit, tier1, tier2 }, due),
  };
}

/**
 * A natural person under a civil-law contract, whole month: OPV → VOSMS → SO (of income less OPV) →
 * base deduction → IIT, each rounded once on the month's sum.
 */
export function assessGph(
  reader: ParameterReader,
  before: Cumulative,
  income: Tiyn,
  facts: PayeeFacts,
): Assessment {
  const rounder = reader.rounding();
  const opv = contribution(reader, 'opv', 'gph.opv', income, rounder, true);
  const vosms = contribution(reader, 'vosms', 'gph.vosms', income, rounder, true);
  const so = contribution(reader, 'so', 'gph.so', positive(income - opv.due.due), rounder, true);
  const contributions = opv.due.due + vosms.due.due + so.due.due;
  const afterContributions = positive(income - contributions);
  const deduction = baseDeduction(reader, before, facts);
  const used = min(deduction.allowed, afterContributions);
  const taxable = afterContributions - used;
  const iit = incomeTax(reader, taxable, before.yearTaxable, rounder);
  const taxableStep = step(reader, 'taxable', { income, contributions, deduction: used }, taxable);
  return {
    dues: [opv.due, vosms.due, so.due, iit.due],
    monthTaxable: taxable,
    monthDeduction: used,
    steps: [
      opv.step,
      vosms.step,
      so.step,
      ...(deduction.step ? [deduction.step] : []),
      taxableStep,
      iit.step,
    ],
  };
}

/** A self-employed person, whole month: four equal contributions of all income, no IIT. */
export function assessSelfEmployed(reader: ParameterReader, income: Tiyn): Assessment {
  const rounder = reader.rounding();
  const parts = (['opv', 'opvr', 'so', 'vosms'] as const).map((component) =>
    contribution(reader, component, `se.${component}`, income, rounder, false),
  );
  return {
    dues: parts.map((part) => part.due),
    monthTaxable: 0n,
    monthDeduction: 0n,
    steps: parts.map((part) => part.step),
  };
}

/** The plan's example: one flat part of gross, to the tiyn. Not a tax; the caller has checked test mode. */
export function assessDemoFlat(reader: ParameterReader, income: Tiyn): Assessment {
  const rate = reader.ratio('demo.flat.rate');
  const due = multiply(income, rate, reader.whole('demo.rounding.unit'), 'half_up');
  return {
    dues: [{ component: 'demo_flat', rate: ratioText(rate), base: income, cap: null, due }],
    monthTaxable: 0n,
    monthDeduction: 0n,
    steps: [step(reader, 'demo_flat', { base: income }, due)],
  };
}

/**
 * Regimes that withhold nothing still need their row: it says until when that was confirmed. A row that
 * says otherwise has no calculation behind it and stops the payout.
 */
export function assessNothing(reader: ParameterReader, key: string, income: Tiyn): Assessment {
  const rate = reader.ratio(key);
  if (rate.num !== 0n) {
    throw new ParameterFailure({ code: 'tax_parameter_invalid', key, value: ratioText(rate) });
  }
  const steps = [step(reader, key, { base: income }, 0n)];
  return { dues: [], monthTaxable: 0n, monthDeduction: 0n, steps };
}
