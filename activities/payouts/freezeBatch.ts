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
import { takeOut } from '../../store/postgres/payoutTakeOut';
import { inTransaction } from '../../store/postgres/pool';

import type { PayoutDeps } from './deps';

/** Payouts taxed at once: a run of thousands is frozen in seconds, and other steps still get their connections. */
const AT_ONCE = 8;

/** `total` is what leaves through the provider, decimal tenge. */
export type FrozenBatch = { readonly items: number; readonly total: string };

/**
 * Closes the run to newcomers and fixes every item's tax as of today in Almaty. An item that cannot be taxed
 * with certainty is cancelled with its reason and its reserve goes back: the run never waits for one person.
 */
export async function freezeBatch(deps: PayoutDeps, batchId: string): Promise<FrozenBatch> {
  await closeBatch(deps.pool, batchId);
  const batch = await loadBatch(deps.pool, batchId);
  // Closed, expired or approved meanwhile: what it holds is not ours to fix any more.
  if (batch?.state !== 'freezing')
    return { items: batch?.itemCount ?? 0, total: formatTenge(batch?.total ?? 0n) };
  const paymentDate = almatyDate(deps.now());
  const items = await itemsToFreeze(deps.pool, batchId);
  for (let from = 0; from < items.length; from += AT_ONCE) {
    // A person has one open payout, so none of these counts on another's tax.
    await Promise.all(
      items.slice(from, from + AT_ONCE).map((item) => freezeOne(deps, batchId, item, paymentDate)),
    );
    heartbeat(from);
  }
  const totals = await inTransaction(deps.pool, async (sql) => {
    const locked = await loadBatch(sql, batchId, true);
    return locked?.state === 'freezing' ? setBatchTotals(sql, batchId) : undefined;
  });
  return { items: totals?.items ?? 0, total: formatTenge(totals?.total ?? 0n) };
}

async function freezeOne(
  deps: PayoutDeps,
  batchId: string,
  item: FreezeItem,
  paymentDate: string,
): Promise<void> {
  const taxed = await taxItem(deps, item, paymentDate);
  if (taxed.ok) return storeTax(deps, item, taxed.value, paymentDate);
  await takeOut(deps.pool, deps.ledger, {
    payoutId: item.payoutId,
    batchId,
    reason: cancelReason(taxed.error),
    settledAt: deps.now(),
    from: (state) => state === 'freezing',
  });
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
