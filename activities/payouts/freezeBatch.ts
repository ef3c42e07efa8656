import { heartbeat } from '@temporalio/activity';

import { formatTenge } from '../../domain/money';
import { err, type Result } from '../../domain/result';
import {
  cumulativeFromJson,
  emptyCumulative,
  type CumulativeJson,
} from '../../domain/tax/cumulative';
import { TAX_PARAMETERS } from '../../domain/tax/parameters';
import { REGIMES, taxBase, type Regime } from '../../domain/tax/regime';
import { baseModeAt, withhold, type TaxError, type Withholding } from '../../domain/tax/withhold';
import { almatyDate } from '../../domain/time';
import { loadPayee } from '../../store/postgres/conversionMoney';
import {
  closeBatch,
  freezeItem,
  itemsToFreeze,
  lastCumulative,
  setBatchTotals,
  type FreezeItem,
} from '../../store/postgres/payoutBatches';

import type { PayoutDeps } from './deps';
import { voidPayout } from './settlePayout';

/** `total` is what leaves through the provider, decimal tenge. */
export type FrozenBatch = { readonly items: number; readonly total: string };

type Refusal =
  | TaxError
  | {
      readonly code: 'payee_status_missing' | 'payee_status_expired' | 'gph_year_stop' | 'net_zero';
    };

/**
 * Closes the run to newcomers and fixes every item's tax as of today in Almaty. An item that cannot be taxed
 * with certainty is cancelled with its reason and its reserve goes back: the run never waits for one person.
 */
export async function freezeBatch(deps: PayoutDeps, batchId: string): Promise<FrozenBatch> {
  await closeBatch(deps.pool, batchId);
  const paymentDate = almatyDate(deps.now());
  for (const item of await itemsToFreeze(deps.pool, batchId)) {
    const regime = await regimeOf(deps, item);
    const taxed = regime.ok ? await taxItem(deps, item, regime.value, paymentDate) : regime;
    if (taxed.ok) await storeTax(deps, item, taxed.value, paymentDate);
    else await voidPayout(deps, item.payoutId, 'cancelled', cancelReason(taxed.error));
    heartbeat(item.payoutId);
  }
  const { items, total } = await setBatchTotals(deps.pool, batchId);
  return { items, total: formatTenge(total) };
}

type Status = { readonly regime: Regime; readonly deductionApplies: boolean };

async function regimeOf(deps: PayoutDeps, item: FreezeItem): Promise<Result<Status, Refusal>> {
  const payee = await loadPayee(deps.pool, item.influencerId, deps.now());
  const regime = REGIMES.find((name) => name === payee?.regime);
  if (!payee || !regime) return err({ code: 'payee_status_missing' });
  if (payee.regimeExpired) return err({ code: 'payee_status_expired' });
  return { ok: true, value: { regime, deductionApplies: payee.deductionApplies } };
}

async function taxItem(
  deps: PayoutDeps,
  item: FreezeItem,
  status: Status,
  paymentDate: string,
): Promise<Result<Withholding, Refusal>> {
  const mode = deps.taxBaseMode
    ? { ok: true as const, value: deps.taxBaseMode }
    : baseModeAt(TAX_PARAMETERS, paymentDate);
  if (!mode.ok) return mode;
  const stored = await lastCumulative(
    deps.pool,
    item.influencerId,
    status.regime,
    paymentDate.slice(0, 4),
  );
  const taxed = withhold({
    rows: TAX_PARAMETERS,
    mode: deps.mode,
    paymentDate,
    regime: status.regime,
    base: taxBase(mode.value, item.gross, item.fee),
    payable: item.amount,
    cumulative: stored
      ? cumulativeFromJson(stored as CumulativeJson)
      : emptyCumulative(status.regime, paymentDate),
    facts: { deductionApplies: status.deductionApplies, socialCategory: 'none' },
  });
  if (!taxed.ok) return taxed;
  // KGD expects a person who monetises this much to register as an entrepreneur (kz-domain.md A5).
  if (taxed.value.warnings.includes('gph_year_stop')) return err({ code: 'gph_year_stop' });
  return taxed.value.net > 0n ? taxed : err({ code: 'net_zero' });
}

async function storeTax(
  deps: PayoutDeps,
  item: FreezeItem,
  taxed: Withholding,
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

const cancelReason = (refusal: Refusal): { code: string; text: string } => ({
  code: refusal.code,
  text: JSON.stringify(refusal),
});
