import { formatTenge } from '../../domain/money';
import { gatheredTotals, loadBatch } from '../../store/postgres/payoutBatches';
import { loadPayout } from '../../store/postgres/payouts';
import { EXCLUDED_FROM_RUN, type Exclusion, type ExclusionOutcome } from '../../workflows/contract';

import type { PayoutDeps } from './deps';

export type ExcludeInput = Exclusion & { readonly batchId: string };

/**
 * What became of a payout that the API took out of its run. It only reads: whoever sends such a message to the workflow
 * takes out nothing by it.
 */
export async function excludePayout(
  { pool }: PayoutDeps,
  { payoutId, batchId }: ExcludeInput,
): Promise<ExclusionOutcome> {
  const payout = await loadPayout(pool, payoutId);
  if (!payout || payout.batchId !== batchId) return { kind: 'refused', code: 'payout_not_found' };
  if (payout.state !== 'cancelled' || payout.reasonCode !== EXCLUDED_FROM_RUN)
    return { kind: 'refused', code: 'payout_state' };
  const batch = await loadBatch(pool, batchId);
  const isFrozen = batch !== undefined && batch.itemCount !== null;
  const { items, total } = isFrozen
    ? { items: batch.itemCount ?? 0, total: batch.total ?? 0n }
    : await gatheredTotals(pool, batchId);
  return {
    kind: 'excluded',
    returned: formatTenge(payout.amount),
    items,
    total: formatTenge(total),
    isFrozen,
  };
}
