import { formatTenge } from '../../domain/money';
import { quotePayout, regimeOf } from '../../domain/payouts/quote';
import type { CumulativeJson } from '../../domain/tax/cumulative';
import { cumulativeFromJson } from '../../domain/tax/cumulative';
import { almatyDate } from '../../domain/time';
import { loadPayee } from '../../store/postgres/conversionMoney';
import { cumulativeWithout, loadTaxed, moveTaxDay } from '../../store/postgres/payoutTax';
import { loadWithholdings, type WithholdingRow } from '../../store/postgres/payouts';

import type { PayoutDeps } from './deps';

/** `changed`: what was approved is not what the law takes on this day; `detail` is for colleagues. */
export type TaxDay =
  { readonly kind: 'same' } | { readonly kind: 'changed'; readonly detail: string };

/**
 * A payout is taxed by the rules and the month of the day it leaves. Frozen before midnight and sent after it, it is
 * taxed anew: the same net and the same lines move to the new day, anything else is not sent, because nobody
 * approved that amount. A day without a parameter row fails closed like at the freezing.
 */
export async function checkTaxDay(deps: PayoutDeps, payoutId: string): Promise<TaxDay> {
  const taxed = await loadTaxed(deps.pool, payoutId);
  const today = almatyDate(deps.now());
  if (!taxed || taxed.paymentDate === today) return { kind: 'same' };
  const payee = await loadPayee(deps.pool, taxed.influencerId, deps.now());
  if (!payee) return { kind: 'changed', detail: 'tax_status_missing' };
  const regime = regimeOf(payee, deps.mode);
  if (!regime.ok) return { kind: 'changed', detail: regime.error.code };
  const stored = await cumulativeWithout(deps.pool, payoutId, {
    influencerId: taxed.influencerId,
    regime: regime.value,
    year: today.slice(0, 4),
  });
  const quote = quotePayout({
    payee,
    mode: deps.mode,
    paymentDate: today,
    item: taxed,
    cumulative: stored ? cumulativeFromJson(stored as CumulativeJson) : undefined,
    ...(deps.taxBaseMode && { baseMode: deps.taxBaseMode }),
  });
  if (!quote.ok)
    return { kind: 'changed', detail: JSON.stringify(quote.error.fault ?? quote.error) };
  const { net, lines, trace } = quote.value;
  const before = await loadWithholdings(deps.pool, payoutId);
  if (regime.value !== taxed.regime || net !== taxed.net || !sameLines(before, lines)) {
    const detail = `net ${formatTenge(taxed.net)} on ${taxed.paymentDate}, ${formatTenge(net)} on ${today}`;
    return { kind: 'changed', detail };
  }
  const cumulative = trace.cumulativeAfter;
  await moveTaxDay(deps.pool, payoutId, { paymentDate: today, trace, cumulative });
  return { kind: 'same' };
}

function sameLines(before: readonly WithholdingRow[], after: readonly WithholdingRow[]): boolean {
  const text = (lines: readonly WithholdingRow[]): string =>
    lines
      .map(({ component, base, amount }) => `${component}:${base}:${amount}`)
      .sort()
      .join();
  return text(before) === text(after);
}
