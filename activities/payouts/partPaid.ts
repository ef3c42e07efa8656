import type { Tiyn } from '../../domain/money';
import type { Taken } from '../../domain/payouts/lots';
import { quotePayout, type Quote } from '../../domain/payouts/quote';
import type { PayeeFacts } from '../../domain/payouts/readiness';
import { amountForNet, keepPart, type KeptPart } from '../../domain/payouts/reviews';
import { cumulativeFromJson, type CumulativeJson } from '../../domain/tax/cumulative';
import { cumulativeWithout, loadTaxed, type TaxedPayout } from '../../store/postgres/payoutTax';
import type { FrozenTax } from '../../store/postgres/payoutBatches';

import type { PayoutDeps } from './deps';

export type PartPaid = { readonly kept: KeptPart; readonly tax: FrozenTax };

/**
 * A payout of which less than its net arrived, taxed as if only that had been asked for: by the rules, the month and
 * the status it was approved with. What was not paid out was no income of that day, so its tax is not withheld and
 * the whole of it goes back. Null when no amount can be taxed to exactly that net.
 */
export async function taxPart(
  deps: PayoutDeps,
  payoutId: string,
  taken: readonly Taken[],
  paid: Tiyn,
): Promise<PartPaid | null> {
  const taxed = await loadTaxed(deps.pool, payoutId);
  if (!taxed) return null;
  const stored = await cumulativeWithout(deps.pool, payoutId, {
    influencerId: taxed.influencerId,
    regime: taxed.regime,
    year: taxed.paymentDate.slice(0, 4),
  });
  const quoteOf = (amount: Tiyn): Quote | null => quotePart(deps, taxed, taken, stored, amount);
  const amount = amountForNet(paid, taxed.amount, (part) => quoteOf(part)?.net ?? null);
  const quote = amount === null ? null : quoteOf(amount);
  if (amount === null || !quote) return null;
  const { net, lines, trace } = quote;
  return {
    kept: keepPart(taken, amount),
    tax: {
      payoutId,
      regime: taxed.regime,
      paymentDate: taxed.paymentDate,
      net,
      tax: amount - net,
      trace,
      cumulative: trace.cumulativeAfter,
      lines: lines.map(({ component, base, amount: part }) => ({ component, base, amount: part })),
    },
  };
}

function quotePart(
  deps: PayoutDeps,
  taxed: TaxedPayout,
  taken: readonly Taken[],
  stored: unknown,
  amount: Tiyn,
): Quote | null {
  const { gross } = keepPart(taken, amount);
  const quote = quotePayout({
    payee: asApproved(taxed),
    mode: deps.mode,
    paymentDate: taxed.paymentDate,
    item: { amount, gross, fee: gross - amount },
    cumulative: stored ? cumulativeFromJson(stored as CumulativeJson) : undefined,
    ...(deps.taxBaseMode && { baseMode: deps.taxBaseMode }),
  });
  return quote.ok ? quote.value : null;
}

/** The money has left: what the person changed since, or lacks by now, does not change its tax. */
const asApproved = ({ regime, deductionApplies }: TaxedPayout): PayeeFacts => ({
  hasIin: true,
  regime,
  regimePending: false,
  regimeExpired: false,
  deductionApplies,
  instrument: 'card',
  instrumentStopped: false,
});
