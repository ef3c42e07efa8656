import { splitSale } from '../ledger/plans';
import type { Tiyn } from '../money';
import { emptyCumulative } from '../tax/cumulative';
import type { ParameterRow } from '../tax/parameters';
import { NO_FACTS, taxBase, type Regime, type TaxComponent } from '../tax/regime';
import { baseModeAt, withhold } from '../tax/withhold';

/** What one sale would pay, by the functions that price and tax real ones. */
export type WorkedExample = {
  readonly sale: Tiyn;
  /** What the brand pays. */
  readonly commission: Tiyn;
  readonly platformFee: Tiyn;
  /** What the influencer earns before taxes. */
  readonly influencerGross: Tiyn;
  readonly regimes: readonly ExampleRegime[];
};

export type ExampleRegime = {
  readonly regime: Regime;
  readonly withheld: readonly {
    readonly component: TaxComponent;
    readonly rate: string;
    readonly amount: Tiyn;
  }[];
  /** Null when the tax rules would refuse this payout; `refused` is their code. */
  readonly net: Tiyn | null;
  readonly refused: string | null;
};

export type ExampleInput = {
  readonly sale: Tiyn;
  readonly commissionBps: number;
  readonly platformFeeBps: number;
  readonly rows: readonly ParameterRow[];
  readonly mode: 'test' | 'live';
  /** `YYYY-MM-DD`, Almaty. */
  readonly paymentDate: string;
};

/** The regimes a person can choose today. */
const REGIMES: readonly Regime[] = ['self_employed', 'individual_entrepreneur', 'individual_gph'];

/**
 * The sale alone is paid out on `paymentDate`, as the person's first payout of the year and without a tax
 * deduction: the most that could be withheld, and what a person can check with a pencil.
 */
export function workExample(input: ExampleInput): WorkedExample {
  const { sale, commissionBps, platformFeeBps, mode } = input;
  const { gross, fee, payable } = splitSale(sale, commissionBps, platformFeeBps);
  const regimes = mode === 'test' ? [...REGIMES, 'demo_flat_10' as const] : REGIMES;
  return {
    sale,
    commission: gross,
    platformFee: fee,
    influencerGross: payable,
    regimes: regimes.map((regime) => exampleRegime(input, regime, { gross, fee, payable })),
  };
}

function exampleRegime(
  { rows, mode, paymentDate }: ExampleInput,
  regime: Regime,
  { gross, fee, payable }: { gross: Tiyn; fee: Tiyn; payable: Tiyn },
): ExampleRegime {
  const refuse = (refused: string): ExampleRegime => ({
    regime,
    withheld: [],
    net: null,
    refused,
  });
  const base = baseModeAt(rows, paymentDate);
  if (!base.ok) return refuse(base.error.code);
  const taxed = withhold({
    rows,
    mode,
    paymentDate,
    regime,
    base: taxBase(base.value, gross, fee),
    payable,
    cumulative: emptyCumulative(regime, paymentDate),
    facts: NO_FACTS,
  });
  if (!taxed.ok) return refuse(taxed.error.code);
  // As when a run is frozen (activities/payouts/freezeBatch.ts): nothing to send, or a person who must register.
  if (taxed.value.warnings.includes('gph_year_stop')) return refuse('gph_year_stop');
  if (taxed.value.net === 0n) return refuse('net_zero');
  return {
    regime,
    withheld: taxed.value.lines.map(({ component, rate, amount }) => ({ component, rate, amount })),
    net: taxed.value.net,
    refused: null,
  };
}
