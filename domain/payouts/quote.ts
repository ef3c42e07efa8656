import type { Tiyn } from '../money';
import { err, ok, type Result } from '../result';
import { emptyCumulative, type Cumulative } from '../tax/cumulative';
import { TAX_PARAMETERS, type ParameterRow } from '../tax/parameters';
import { REGIMES, taxBase, type BaseMode, type Regime } from '../tax/regime';
import { baseModeAt, withhold, type TaxError, type Withholding } from '../tax/withhold';
import { payeeGap, type Mode, type PayeeFacts } from './readiness';
import type { PayeeGap, TaxStop } from './reasons';

/** `fault` is the exact finding, for the record of a payout that was cancelled for it. */
export type QuoteRefusal = {
  readonly code: PayeeGap | TaxStop;
  readonly fault?: TaxError;
};

export type QuoteInput = {
  readonly payee: PayeeFacts;
  readonly mode: Mode;
  /** Day the money goes out, `YYYY-MM-DD` in Almaty. */
  readonly paymentDate: string;
  /** amount = gross − fee; tiyn. */
  readonly item: { readonly amount: Tiyn; readonly gross: Tiyn; readonly fee: Tiyn };
  /** What the person's last payout of the year under this regime left behind. */
  readonly cumulative: Cumulative | undefined;
  /** Overrides the parameter row `base.mode`; the demo shows both. */
  readonly baseMode?: BaseMode;
  readonly rows?: readonly ParameterRow[];
};

export type Quote = Withholding & { readonly base: Tiyn };

/** The regime to tax by, once nothing is missing. */
export function regimeOf(payee: PayeeFacts, mode: Mode): Result<Regime, QuoteRefusal> {
  const gap = payeeGap(payee, mode);
  if (gap) return err({ code: gap });
  const regime = REGIMES.find((name) => name === payee.regime);
  return regime ? ok(regime) : err({ code: 'regime_not_available' });
}

/**
 * What a payout withholds and brings, or the code it is refused with. A preview, a request and the freezing of
 * a run all ask here, so that what a person was shown is what is withheld.
 */
export function quotePayout(input: QuoteInput): Result<Quote, QuoteRefusal> {
  const { payee, mode, paymentDate, item } = input;
  const rows = input.rows ?? TAX_PARAMETERS;
  const regime = regimeOf(payee, mode);
  if (!regime.ok) return regime;
  const baseMode = input.baseMode ? ok(input.baseMode) : baseModeAt(rows, paymentDate);
  if (!baseMode.ok) return err(stopOf(baseMode.error));
  const base = taxBase(baseMode.value, item.gross, item.fee);
  const taxed = withhold({
    rows,
    mode,
    paymentDate,
    regime: regime.value,
    base,
    payable: item.amount,
    cumulative: input.cumulative ?? emptyCumulative(regime.value, paymentDate),
    facts: { deductionApplies: payee.deductionApplies, socialCategory: 'none' },
  });
  if (!taxed.ok) return err(stopOf(taxed.error));
  // KGD expects a person who monetises this much to register as an entrepreneur (kz-domain.md A5).
  if (taxed.value.warnings.includes('gph_year_stop')) return err({ code: 'gph_year_stop' });
  if (taxed.value.net === 0n) return err({ code: 'net_zero' });
  return ok({ ...taxed.value, base });
}

const STOPS: Readonly<Record<TaxError['code'], TaxStop>> = {
  tax_parameter_missing: 'tax_parameter_missing',
  tax_parameter_invalid: 'tax_not_computable',
  payment_date_invalid: 'tax_not_computable',
  regime_not_available: 'regime_not_available',
  social_category_not_supported: 'social_category_not_supported',
  self_employed_month_limit: 'self_employed_month_limit',
  net_negative: 'net_zero',
  amount_invalid: 'tax_not_computable',
  cumulative_mismatch: 'tax_not_computable',
};

const stopOf = (fault: TaxError): QuoteRefusal => ({ code: STOPS[fault.code], fault });
