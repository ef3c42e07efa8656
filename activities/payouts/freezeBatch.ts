import { heartbeat } from '@temporalio/activity';

import { formatTenge } from '../../domain/money';
import { err, type Result } from '../../domain/result';
import { quotePayout, regimeOf, type Quote, type QuoteRefusal } from '../../domain/payouts/quote';
import { cumulativeFromJson, type CumulativeJson } from '../../domain/tax/cumulative';
import { almatyDate } from '../../domain/time';
import { loadPayee } from '../../store/postgres/conversionMoney';
import {
  closeBatch,
  freezeItem,
  itemsToFreeze,
  lastCumulative,
  loadBatch,
  setBatchTotals,
  type FreezeItem,
} from '../../store/postgres/payoutBatches';
import { inTransaction } from '../../store/postgres/pool';

import type { PayoutDeps } from './deps';
import { voidPayout } from './settlePayout';

/** `total` is what leaves through the provider, decimal tenge. */
export type FrozenBatch = { readonly items: number; readonly total: string };

/**
 * Closes the run to newcomers and fixes every item's tax as of today in Almaty. An item that cannot be taxed
 * with certainty is cancelled with its reason and its reserve goes back: the run never waits for one person.
 */
export async function freezeBatch(deps: PayoutDeps, batchId: string): Promise<FrozenBatch> {
  await closeBatch(deps.pool, batchId);
  const paymentDate = almatyDate(deps.now());
  for (const item of await itemsToFreeze(deps.pool, batchId)) {
    const taxed = await taxItem(deps, item, paymentDate);
    if (taxed.ok) await storeTax(deps, item, taxed.value, paymentDate);
    else await voidPayout(deps, item.payoutId, 'cancelled', cancelReason(taxed.error));
    heartbeat(item.payoutId);
  }
  const { items, total } = await inTransaction(deps.pool, async (sql) => {
    await loadBatch(sql, batchId, true);
    return setBatchTotals(sql, batchId);
  });
  return { items, total: formatTenge(total) };
}

/** The same quote that the request and its preview were made by, as of today. */
async function taxItem(
  deps: PayoutDeps,
  item: FreezeItem,
  paymentDate: string,
): Promise<Result<Quote, QuoteRefusal>> {
  const payee = await loadPayee(deps.pool, item.influencerId, deps.now());
  if (!payee) return err({ code: 'tax_status_missing' });
  const regime = regimeOf(payee, deps.mode);
  if (!regime.ok) return regime;
  const year = paymentDate.slice(0, 4);
  const stored = await lastCumulative(deps.pool, item.influencerId, regime.value, year);
  return quotePayout({
    payee,
    mode: deps.mode,
    paymentDate,
    item,
    cumulative: stored ? cumulativeFromJson(stored as CumulativeJson) : undefined,
    ...(deps.taxBaseMode && { baseMode: deps.taxBaseMode }),
  });
}

async function storeTax(
  deps: PayoutDeps,
  item: FreezeItem,
  taxed: Quote,
  paymentDate: string,
): Promise<void> {
  await freezeItem(deps.pool, {
    payoutId: item.payoutId,
    regime: taxed.cumulativeAfter.regime,
    paymentDate,
    net: taxed.net,
    tax: item.amount - taxed.net,
    trace: taxed.trace,
    cumulative: taxed.trace.cumulativeAfter,
    lines: taxed.lines.map((line) => ({
      component: line.component,
      base: line.base,
      amount: line.amount,
    })),
  });
}

const cancelReason = (refusal: QuoteRefusal): { code: string; text: string } => ({
  code: refusal.code,
  text: JSON.stringify(refusal.fault ?? refusal),
});
