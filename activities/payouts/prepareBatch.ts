import { isUnapproved } from '../../domain/payouts/runMoves';
import { loadBatch } from '../../store/postgres/payoutBatches';
import type { PreparationOutcome } from '../../workflows/contract';

import type { PayoutDeps } from './deps';

export type PrepareInput = { readonly batchId: string };

/**
 * Whether a maker's name stands on the run. The API writes it, under the run's row lock and with the audit row; the
 * message that leads here says only that there is something to read. The counts follow when the run is frozen.
 */
export async function prepareBatch(
  { pool }: PayoutDeps,
  { batchId }: PrepareInput,
): Promise<PreparationOutcome> {
  const batch = await loadBatch(pool, batchId);
  return batch && batch.preparedBy !== null && isUnapproved(batch.state)
    ? { kind: 'prepared', items: 0, total: '0.00' }
    : { kind: 'refused', code: 'batch_state' };
}
