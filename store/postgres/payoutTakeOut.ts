import type { Pool, PoolClient } from 'pg';

import { planPayoutVoided } from '../../domain/ledger/plans';
import type { Tiyn } from '../../domain/money';
import type { PayoutState } from '../../domain/payouts/reasons';
import { isUnapproved, type RunState } from '../../domain/payouts/runMoves';
import { StaleRead } from './conversionMoney';
import { LedgerError, type LedgerQueue } from './ledger';
import { insertPayoutNotice } from './notices';
import { gatheredTotals, loadBatch, setBatchTotals, type BatchTotals } from './payoutBatches';
import { moveLots } from './lots';
import { loadPayout, movePayout, takenBy } from './payouts';
import { inTransaction, type Sql } from './pool';

/**
 * A payout that leaves its run unsent: cancelled, its reserve and lots back whole. Void, state, lots, notice and the run's
 * totals are one transaction under the run's row lock, where an approval waits too: it counts before or after, never
 * between. Several at once post one void; the others find it done.
 */

export type Exit = {
  readonly payoutId: string;
  readonly batchId: string;
  readonly reason: { readonly code: string; readonly text?: string };
  readonly settledAt: Date;
  /** Runs it may leave. */
  readonly from: (state: RunState) => boolean;
  /** In the same transaction, before the run is locked: people are locked before runs. */
  readonly first?: (sql: PoolClient) => Promise<void>;
  /** In the same transaction, after it left. */
  readonly follow?: (sql: PoolClient, left: Left) => Promise<void>;
};

/** The run without it. `isFrozen` false while requests still gather: totals are then before taxes. */
export type Left = BatchTotals & { readonly isFrozen: boolean; readonly returned: Tiyn };

export type ExitOutcome =
  | ({ readonly kind: 'left' } & Left)
  /** It had left for this reason before: nothing happened now. */
  | ({ readonly kind: 'left_before' } & Left)
  | { readonly kind: 'payout_not_found' | 'payout_state' | 'batch_state' };

/** Found under the lock: the transaction is rolled back whole. */
class NoExit extends Error {
  override readonly name = 'NoExit';
  constructor(readonly code: 'batch_state' | 'payout_state') {
    super(code);
  }
}

const UNSENT: readonly PayoutState[] = ['requested', 'reserved'];

export async function takeOut(pool: Pool, ledger: LedgerQueue, exit: Exit): Promise<ExitOutcome> {
  const { payoutId, batchId, reason } = exit;
  const payout = await loadPayout(pool, payoutId);
  if (!payout || payout.batchId !== batchId) return { kind: 'payout_not_found' };
  const leftBefore = payout.state === 'cancelled' && payout.reasonCode === reason.code;
  if (leftBefore)
    return { kind: 'left_before', returned: payout.amount, ...(await totalsNow(pool, batchId)) };
  if (!(UNSENT as readonly string[]).includes(payout.state)) return { kind: 'payout_state' };
  const taken = await takenBy(pool, payoutId);
  try {
    const left = await ledger.postWith([planPayoutVoided(payoutId)], async (sql) => {
      await exit.first?.(sql);
      const batch = await loadBatch(sql, batchId, true);
      if (!batch || !exit.from(batch.state)) throw new NoExit('batch_state');
      const moved = await movePayout(sql, {
        payoutId,
        from: UNSENT,
        to: 'cancelled',
        reasonCode: reason.code,
        ...(reason.text !== undefined && { reasonText: reason.text }),
        settledAt: exit.settledAt,
      });
      if (!moved) throw new NoExit('payout_state');
      await moveLots(sql, taken, -1);
      await insertPayoutNotice(sql, payoutId, 'payout_refused', { reason: reason.code });
      const totals = { returned: payout.amount, ...(await recount(sql, batchId, batch.state)) };
      await exit.follow?.(sql, totals);
      return totals;
    });
    return { kind: 'left', ...left };
  } catch (thrown) {
    const code = lostTo(thrown);
    if (!code) throw thrown;
    // Somebody was faster: with the same wish, then it is fulfilled, or with another.
    const now = await loadPayout(pool, payoutId);
    return now?.state === 'cancelled' && now.reasonCode === reason.code
      ? { kind: 'left_before', returned: now.amount, ...(await totalsNow(pool, batchId)) }
      : { kind: code };
  }
}

/** The other one's void or post may be seen by the ledger before its move of the payout is. */
function lostTo(thrown: unknown): NoExit['code'] | undefined {
  if (thrown instanceof NoExit) return thrown.code;
  return thrown instanceof LedgerError && thrown.code === 'ledger_already_resolved'
    ? 'payout_state'
    : undefined;
}

/** A run that is being frozen is counted when that ends; of one that is approved or over the figures stay as approved. */
async function recount(
  sql: Sql,
  batchId: string,
  state: RunState,
): Promise<BatchTotals & { isFrozen: boolean }> {
  if (state === 'frozen') return { ...(await setBatchTotals(sql, batchId)), isFrozen: true };
  return isUnapproved(state)
    ? { ...(await gatheredTotals(sql, batchId)), isFrozen: false }
    : totalsNow(sql, batchId);
}

async function totalsNow(sql: Sql, batchId: string): Promise<BatchTotals & { isFrozen: boolean }> {
  const batch = await loadBatch(sql, batchId);
  return batch && batch.itemCount !== null
    ? { items: batch.itemCount, total: batch.total ?? 0n, isFrozen: true }
    : { ...(await gatheredTotals(sql, batchId)), isFrozen: false };
}

/** A person's payout in a run that is not approved: what a change of their destination takes out. */
export async function unapprovedPayoutOf(
  sql: Sql,
  influencerId: string,
): Promise<{ readonly payoutId: string; readonly batchId: string } | undefined> {
  const { rows } = await sql.query<{ payoutId: string; batchId: string }>(
    `select p.id as "payoutId", p.batch_id as "batchId"
       from payouts p join payout_batches b on b.id = p.batch_id
      where p.influencer_id = $1 and p.state in ('requested', 'reserved')
        and b.state in ('collecting', 'freezing', 'frozen')`,
    [influencerId],
  );
  return rows[0];
}

export const INSTRUMENT_CHANGED = 'instrument_changed';

/**
 * Changes where a person's money goes, and takes a payout that no second person has approved out of its run: one
 * transaction, so that nothing is ever approved to a destination that was given up. From the approval on what was
 * approved is what is sent.
 */
export async function changeDestination<T>(
  pool: Pool,
  ledger: LedgerQueue,
  influencerId: string,
  now: Date,
  /** Locks the person first; may run again. */
  change: (sql: PoolClient) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const open = await unapprovedPayoutOf(pool, influencerId);
    try {
      if (!open) {
        return await inTransaction(pool, async (sql) => {
          const value = await change(sql);
          if (await unapprovedPayoutOf(sql, influencerId))
            throw new StaleRead(`${influencerId} asked for a payout meanwhile`);
          return value;
        });
      }
      let value: { readonly of: T } | undefined;
      const outcome = await takeOut(pool, ledger, {
        ...open,
        reason: { code: INSTRUMENT_CHANGED },
        settledAt: now,
        from: isUnapproved,
        first: async (sql) => {
          value = { of: await change(sql) };
        },
      });
      if (outcome.kind === 'left' && value) return value.of;
      // It was approved, sent or taken out meanwhile: look again.
      if (attempt === 5) throw new StaleRead(`the payout of ${influencerId} keeps moving`);
    } catch (thrown) {
      if (!(thrown instanceof StaleRead) || attempt === 5) throw thrown;
    }
  }
}
