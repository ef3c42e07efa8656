import { formatTenge, parseTenge, type Tiyn } from '../money';
import { unwrap } from '../result';
import type { Regime, TaxComponent } from './regime';

/**
 * What one person was paid and had withheld under one regime before a payout: month and year to date by
 * payment date in Almaty. A person who changes regime starts a second record, because each regime's caps
 * and limits count its own income.
 */
export type Cumulative = {
  readonly regime: Regime;
  /** `YYYY-MM` of the payment date. */
  readonly month: string;
  /** Bases of this month's earlier payouts. */
  readonly monthBase: Tiyn;
  readonly monthWithheld: Readonly<Partial<Record<TaxComponent, Tiyn>>>;
  /** IIT taxable income and base deduction of this month's earlier payouts. */
  readonly monthTaxable: Tiyn;
  readonly monthDeduction: Tiyn;
  /** The same of the calendar year's earlier months, this month not included. */
  readonly yearBase: Tiyn;
  readonly yearTaxable: Tiyn;
  readonly yearDeduction: Tiyn;
};

/** A person's first payout of the year. `date` is the payment date or its month. */
export function emptyCumulative(regime: Regime, date: string): Cumulative {
  return {
    regime,
    month: date.slice(0, 7),
    monthBase: 0n,
    monthWithheld: {},
    monthTaxable: 0n,
    monthDeduction: 0n,
    yearBase: 0n,
    yearTaxable: 0n,
    yearDeduction: 0n,
  };
}

/**
 * The record as a payout of the given date must see it: unchanged in the same month, folded into the
 * year in a later month, empty in a later year. An earlier month throws: payouts are computed in order.
 */
export function cumulativeFor(record: Cumulative, paymentDate: string): Cumulative {
  const month = paymentDate.slice(0, 7);
  if (month === record.month) return record;
  if (month < record.month)
    throw new RangeError(`cumulative of ${record.month} asked for ${month}`);
  const empty = emptyCumulative(record.regime, month);
  if (month.slice(0, 4) !== record.month.slice(0, 4)) return empty;
  return {
    ...empty,
    yearBase: record.yearBase + record.monthBase,
    yearTaxable: record.yearTaxable + record.monthTaxable,
    yearDeduction: record.yearDeduction + record.monthDeduction,
  };
}

export type CumulativeJson = {
  readonly [Field in keyof Cumulative]: Cumulative[Field] extends Tiyn
    ? string
    : Cumulative[Field] extends string
      ? Cumulative[Field]
      : Readonly<Partial<Record<TaxComponent, string>>>;
};

/** Decimal tenge text, for the stored trace. */
export function cumulativeJson(record: Cumulative): CumulativeJson {
  const withheld = Object.entries(record.monthWithheld).map(([component, amount]) => [
    component,
    formatTenge(amount),
  ]);
  return {
    regime: record.regime,
    month: record.month,
    monthBase: formatTenge(record.monthBase),
    monthWithheld: Object.fromEntries(withheld) as Partial<Record<TaxComponent, string>>,
    monthTaxable: formatTenge(record.monthTaxable),
    monthDeduction: formatTenge(record.monthDeduction),
    yearBase: formatTenge(record.yearBase),
    yearTaxable: formatTenge(record.yearTaxable),
    yearDeduction: formatTenge(record.yearDeduction),
  };
}

/** The inverse of cumulativeJson. A record that does not parse is a bug: it was written by us. */
export function cumulativeFromJson(json: CumulativeJson): Cumulative {
  const tiyn = (text: string): Tiyn => unwrap(parseTenge(text));
  const withheld = Object.entries(json.monthWithheld).map(([component, amount]) => [
    component,
    tiyn(amount),
  ]);
  return {
    regime: json.regime,
    month: json.month,
    monthBase: tiyn(json.monthBase),
    monthWithheld: Object.fromEntries(withheld) as Partial<Record<TaxComponent, Tiyn>>,
    monthTaxable: tiyn(json.monthTaxable),
    monthDeduction: tiyn(json.monthDeduction),
    yearBase: tiyn(json.yearBase),
    yearTaxable: tiyn(json.yearTaxable),
    yearDeduction: tiyn(json.yearDeduction),
  };
}
