import { planPayoutVoided } from '../../domain/ledger/plans';
import { formatTenge } from '../../domain/money';
import {
  gatheredTotals,
  loadBatch,
  setBatchTotals,
  type BatchTotals,
} from '../../store/postgres/payoutBatches';
import { insertPayoutNotice } from '../../store/postgres/notices';
import { moveLots } from '../../store/postgres/lots';
import { loadPayout, movePayout, takenBy } from '../../store/postgres/payouts';
import type { Sql } from '../../store/postgres/pool';
import { EXCLUDED_FROM_RUN, type Exclusion, type ExclusionOutcome } from '../../workflows/contract';

import type { PayoutDeps } from './deps';

export type ExcludeInput = Exclusion & { readonly batchId: string };

/** Found under the lock: the transaction is rolled back whole. */
class NotExcludable extends Error {
  override readonly name = 'NotExcludable';
  constructor(readonly code: 'batch_state' | 'payout_state') {
    super(code);
  }
}

/**
 * Cancels one payout of a run that is not approved yet. Void, state, lots and the run's totals are one
 * transaction under the run's row lock, where an approval waits too: it counts before or after, never between.
 * Twenty at once post one void; the others find it done.
 */
export async function excludePayout(
  deps: PayoutDeps,
  input: ExcludeInput,
): Promise<ExclusionOutcome> {
  const { payoutId, batchId } = input;
  const payout = await loadPayout(deps.pool, payoutId);
  if (!payout || payout.batchId !== batchId) return { kind: 'refused', code: 'payout_not_found' };
  if (payout.state === 'cancelled' && payout.reasonCode === EXCLUDED_FROM_RUN)
    return excluded(payout.amount, await currentTotals(deps.pool, batchId));
  if (payout.state !== 'requested' && payout.state !== 'reserved')
    return { kind: 'refused', code: 'payout_state' };
  const taken = await takenBy(deps.pool, payoutId);
  try {
    const totals = await deps.ledger.postWith([planPayoutVoided(payoutId)], async (sql) => {
      const batch = await loadBatch(sql, batchId, true);
      if (!batch || !['collecting', 'freezing', 'frozen'].includes(batch.state))
        throw new NotExcludable('batch_state');
      const moved = await movePayout(sql, {
        payoutId,
        from: ['requested', 'reserved'],
        to: 'cancelled',
        reasonCode: EXCLUDED_FROM_RUN,
        settledAt: deps.now(),
      });
      if (!moved) throw new NotExcludable('payout_state');
      await moveLots(sql, taken, -1);
      await insertPayoutNotice(sql, payoutId, 'payout_refused', { reason: EXCLUDED_FROM_RUN });
      return totalsOf(sql, batchId, batch.state === 'frozen');
    });
    return excluded(payout.amount, totals);
  } catch (thrown) {
    if (!(thrown instanceof NotExcludable)) throw thrown;
    return outcomeOfLoser(deps, payoutId, batchId, thrown.code);
  }
}

type Totals = BatchTotals & { readonly isFrozen: boolean };

/** A run that is being frozen is counted when that ends. */
async function totalsOf(sql: Sql, batchId: string, isFrozen: boolean): Promise<Totals> {
  const totals = isFrozen ? await setBatchTotals(sql, batchId) : await gatheredTotals(sql, batchId);
  return { ...totals, isFrozen };
}

async function currentTotals(sql: Sql, batchId: string): Promise<Totals> {
  const batch = await loadBatch(sql, batchId);
  return batch && batch.itemCount !== null
    ? { items: batch.itemCount, total: batch.total ?? 0n, isFrozen: true }
    : totalsOf(sql, batchId, false);
}

/** Somebody else was faster: with the same wish, then it is fulfilled, or with another. */
async function outcomeOfLoser(
  deps: PayoutDeps,
  payoutId: string,
  batchId: string,
  code: NotExcludable['code'],
): Promise<ExclusionOutcome> {
  const payout = await loadPayout(deps.pool, payoutId);
  return payout?.state === 'cancelled' && payout.reasonCode === EXCLUDED_FROM_RUN
    ? excluded(payout.amount, await currentTotals(deps.pool, batchId))
    : { kind: 'refused', code };
}

const excluded = (returned: bigint, totals: Totals): ExclusionOutcome => ({
  kind: 'excluded',
  returned: formatTenge(returned),
  items: totals.items,
  total: formatTenge(totals.total),
  isFrozen: totals.isFrozen,
});
