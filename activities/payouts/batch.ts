import { activityInfo, heartbeat } from '@temporalio/activity';

import { formatTenge } from '../../domain/money';
import { hasRunEnded } from '../../domain/payouts/runMoves';
import { endBatch, loadBatch, moveBatch } from '../../store/postgres/payoutBatches';
import { countRun, itemsToReturn, type RunCounts } from '../../store/postgres/payoutRunItems';
import { takeOut } from '../../store/postgres/payoutTakeOut';
import { inTransaction } from '../../store/postgres/pool';
import { FAILURE, type BatchView, type RunLook } from '../../workflows/contract';
import { again } from '../failures';

import type { PayoutDeps } from './deps';
import { lookAtFunds } from './funds';

/** Steps of a run's workflow. Postgres says where a run is; the workflow only waits and asks for the next step. */

export type RunInput = { readonly batchId: string };

const viewOf = (state: BatchView['state'], counts: RunCounts): BatchView => ({
  state,
  items: counts.items,
  total: formatTenge(counts.total),
  settled: counts.paid + counts.refused + counts.review,
  paid: counts.paid,
  refused: counts.refused,
  unknown: counts.unknown,
  review: counts.review,
});

/** Where the run is. One that is not there has nothing to be done for it. */
export async function lookAtRun(
  { pool, now }: PayoutDeps,
  { batchId }: RunInput,
): Promise<RunLook> {
  const batch = await loadBatch(pool, batchId);
  if (!batch) {
    const nothing: BatchView = { state: 'closed', items: 0, total: '0.00', settled: 0 };
    return { view: nothing, open: 0, collectForMs: 0, approveForMs: 0, over: true };
  }
  const counts = await countRun(pool, batchId);
  const left = (until: Date | null): number =>
    until === null ? 0 : Math.max(0, until.getTime() - now().getTime());
  return {
    view: viewOf(batch.state, counts),
    open: counts.open,
    collectForMs: left(batch.collectUntil),
    approveForMs: left(batch.approveUntil),
    over: batch.doneAt !== null,
  };
}

/** Pauses between two looks at a run that waits for its approval; the last ends with the time for it. */
const LOOK_MS = 500;
const LOOK_MAX_MS = 30_000;

/**
 * Waits, by being retried, until a frozen run is no longer what it was: approved, opened again, emptied, or out of
 * time. Looks at the provider's money meanwhile, so that who approves sees whether it is there.
 */
export async function awaitDecision(deps: PayoutDeps, { batchId }: RunInput): Promise<void> {
  const batch = await loadBatch(deps.pool, batchId);
  if (batch?.state !== 'frozen' || batch.itemCount === 0) return;
  const leftMs = (batch.approveUntil?.getTime() ?? Infinity) - deps.now().getTime();
  if (leftMs <= 0) return;
  await lookAtFunds(deps, batchId, batch.total ?? 0n);
  const waitMs = Math.min(LOOK_MS * 1.5 ** (activityInfo().attempt - 1), LOOK_MAX_MS, leftMs + 1);
  throw again(FAILURE.notYet, `payout run ${batch.period} waits for its approval`, waitMs);
}

export type ProgressInput = RunInput & {
  /** What the caller knows. */
  readonly settled: number;
  /** Before this long only the end of the run is told. */
  readonly patienceMs: number;
};

/** Waits, by being retried, until every payout is settled or with a person, or until there is progress to tell. */
export async function awaitProgress(
  { pool, now }: PayoutDeps,
  { batchId, settled, patienceMs }: ProgressInput,
): Promise<{ readonly view: BatchView; readonly open: number }> {
  const batch = await loadBatch(pool, batchId);
  const counts = await countRun(pool, batchId);
  const view = viewOf(batch?.state ?? 'closed', counts);
  const isLate = now().getTime() - activityInfo().scheduledTimestampMs >= patienceMs;
  if (counts.open === 0 || view.state !== 'approved' || (isLate && view.settled !== settled))
    return { view, open: counts.open };
  throw again(FAILURE.notYet, `${counts.open} payouts of run ${batch?.period} are under way`);
}

/** Ends a run that has nothing left to do: of an approved one every payout is settled, of a frozen one all were taken out. */
export async function finishBatch({ pool }: PayoutDeps, { batchId }: RunInput): Promise<void> {
  await inTransaction(pool, async (sql) => {
    const batch = await loadBatch(sql, batchId, true);
    if (!batch || batch.doneAt !== null) return;
    const { open } = await countRun(sql, batchId);
    if (open > 0) return;
    if (hasRunEnded(batch.state) || (await moveBatch(sql, batchId, 'done')))
      await endBatch(sql, batchId);
  });
}

/**
 * Nobody approved in time. Decided under the run's row lock, where an approval waits too: whoever comes second finds
 * that the other was there, and nobody is told "approved" of a run that was given back.
 */
export async function expireBatch(deps: PayoutDeps, input: RunInput): Promise<void> {
  const { pool, now } = deps;
  const expired = await inTransaction(pool, async (sql) => {
    const batch = await loadBatch(sql, input.batchId, true);
    if (!batch || (batch.approveUntil !== null && batch.approveUntil > now())) return false;
    return batch.state === 'expired' || moveBatch(sql, input.batchId, 'expired');
  });
  if (expired) await returnItems(deps, input);
}

const WHY = {
  expired: { code: 'batch_not_approved', text: 'nobody approved the run in time' },
  closed: { code: 'run_closed', text: 'the run was closed by a person' },
} as const;

/** Every payout of an ended run that was not sent goes back, and each person can ask again. */
export async function returnItems(deps: PayoutDeps, { batchId }: RunInput): Promise<void> {
  const { pool, ledger, now } = deps;
  const batch = await loadBatch(pool, batchId);
  if (batch?.state !== 'expired' && batch?.state !== 'closed') return;
  const reason = WHY[batch.state];
  for (let after = ''; ;) {
    const ids = await itemsToReturn(pool, batchId, after, 100);
    const last = ids[ids.length - 1];
    if (last === undefined) break;
    // Together they share the ledger's commits. One that was sent meanwhile stays: it ends by itself.
    await Promise.all(
      ids.map((payoutId) =>
        takeOut(pool, ledger, {
          payoutId,
          batchId,
          reason,
          settledAt: now(),
          from: (state) => state === 'expired' || state === 'closed',
        }),
      ),
    );
    heartbeat(last);
    after = last;
  }
  await endBatch(pool, batchId);
}
