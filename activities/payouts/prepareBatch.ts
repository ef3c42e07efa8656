import { loadBatch, setPrepared } from '../../store/postgres/payoutBatches';
import { inTransaction } from '../../store/postgres/pool';
import { FAILURE, type Preparation, type PreparationOutcome } from '../../workflows/contract';
import { final } from '../failures';

import type { PayoutDeps } from './deps';

export type PrepareInput = Preparation & { readonly batchId: string };

type Prepared = { readonly kind: 'prepared'; readonly items: number; readonly total: string };

/** The first person's name on a run that nobody has approved. The counts follow when it is frozen. */
export function prepareBatch(deps: PayoutDeps, input: PrepareInput): Promise<PreparationOutcome> {
  return inTransaction(deps.pool, async (sql): Promise<PreparationOutcome> => {
    const batch = await loadBatch(sql, input.batchId, true);
    if (!batch) throw final(FAILURE.invalidInput, `no payout batch ${input.batchId}`);
    const uncounted: Prepared = { kind: 'prepared', items: 0, total: '0.00' };
    if (batch.preparedBy === input.by) return uncounted;
    if (batch.preparedBy !== null) return { kind: 'refused', code: 'batch_prepared' };
    if (!['collecting', 'freezing', 'frozen'].includes(batch.state))
      return { kind: 'refused', code: 'batch_state' };
    await setPrepared(sql, batch.id, input.by, input.note);
    return uncounted;
  });
}
