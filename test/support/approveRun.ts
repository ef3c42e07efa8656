import { randomBytes } from 'node:crypto';

import type { Pool } from 'pg';

import { idFromBytes } from '../../domain/ids';
import { approveRun } from '../../store/postgres/payoutApprovals';
import { loadBatch } from '../../store/postgres/payoutBatches';
import { inTransaction } from '../../store/postgres/pool';

/** A frozen run approved by a second person, as the API writes it; who may approve is that API's own test. */
export async function approveFrozenRun(owner: Pool, batchId: string): Promise<void> {
  await owner.query(
    `update payout_batches set prepared_by = 'maker', prepared_at = now() where id = $1`,
    [batchId],
  );
  await inTransaction(owner, async (sql) => {
    const batch = await loadBatch(sql, batchId, true);
    await approveRun(sql, {
      id: idFromBytes('payoutApproval', randomBytes(16)),
      batchId,
      approvedBy: 'checker',
      role: 'ops_checker',
      via: 'session',
      factorAt: new Date(),
      expectedTotal: batch?.total ?? 0n,
      itemCount: batch?.itemCount ?? 0,
      requestId: 'a test',
    });
  });
}
