import type { Tiyn } from '../../domain/money';
import { findApproval } from '../../store/postgres/payoutApprovals';
import { loadBatch } from '../../store/postgres/payoutBatches';
import {
  databaseNow,
  itemsToSend,
  lockFunds,
  markStarted,
  noteFunds,
  spokenFor,
  unstartedTotal,
  type SendItem,
} from '../../store/postgres/payoutRunItems';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { FAILURE } from '../../workflows/contract';
import { again } from '../failures';

import type { PayoutDeps } from './deps';

/** The provider's balance, and when it was asked for by the database's clock. */
type Seen = { readonly balance: Tiyn; readonly at: Date };

async function seeFunds({ pool, provider }: PayoutDeps): Promise<Seen | undefined> {
  const at = await databaseNow(pool);
  const told = await provider.balance();
  return told.kind === 'balance' ? { balance: told.amount, at } : undefined;
}

/**
 * Before the approval: whether the provider's money covers the run, noted in its row for whoever looks at it. A
 * provider that does not answer changes nothing of what is known.
 */
export async function lookAtFunds(deps: PayoutDeps, batchId: string, total: Tiyn): Promise<void> {
  if (!deps.provider.capabilities.balance) return;
  const seen = await seeFunds(deps);
  if (!seen) return;
  const missing = total + (await spokenFor(deps.pool, seen.at)) - seen.balance;
  await noteFunds(deps.pool, batchId, missing > 0n ? missing : null);
}

export type WindowInput = {
  readonly batchId: string;
  readonly after: string;
  readonly limit: number;
};

/**
 * The next payouts to start, by id; none when the run has no more or is no longer approved. Only as many as the
 * provider's balance covers beside everything that is under way; when not even one, the run waits (by being retried)
 * and says so in its row. Whoever is handed out is marked in the same transaction, and handed out again if the answer
 * is lost. Nothing is handed out of a run that is not exactly what was approved.
 */
export async function takeWindow(deps: PayoutDeps, input: WindowInput): Promise<string[]> {
  const { pool } = deps;
  const { batchId } = input;
  const listed = await itemsToSend(pool, batchId, input.after, input.limit);
  if (listed.length === 0) return [];
  const looks = deps.provider.capabilities.balance && listed.some((item) => !item.started);
  const seen = looks ? await seeFunds(deps) : undefined;
  if (looks && !seen) throw again(FAILURE.notYet, 'the provider does not tell its balance');
  const handed = await inTransaction(pool, async (sql) => {
    await lockFunds(sql);
    const batch = await loadBatch(sql, batchId, true);
    if (batch?.state !== 'approved') return [];
    // Never true by the database's own rules; somebody past them pays nothing by it.
    if (!(await findApproval(sql, batchId))?.holds) return undefined;
    const items = await itemsToSend(sql, batchId, input.after, input.limit);
    const covered = seen ? coveredBy(items, seen.balance - (await spokenFor(sql, seen.at))) : items;
    await markStarted(
      sql,
      covered.map((item) => item.id),
    );
    await noteShortage(sql, batchId, items, covered, seen);
    return covered.map((item) => item.id);
  });
  if (handed === undefined)
    throw again(FAILURE.approvalBroken, `run ${batchId} is not what was approved: nothing is sent`);
  if (handed.length === 0 && (await isApproved(deps, batchId)))
    throw again(FAILURE.notYet, `run ${batchId} waits for money at the provider`);
  return handed;
}

/** As many from the front as there is money for; what was handed out before is paid for already. */
function coveredBy(items: readonly SendItem[], available: Tiyn): readonly SendItem[] {
  let left = available;
  const end = items.findIndex((item) => {
    if (item.started) return false;
    left -= item.net;
    return left < 0n;
  });
  return end === -1 ? items : items.slice(0, end);
}

async function noteShortage(
  sql: Sql,
  batchId: string,
  items: readonly SendItem[],
  covered: readonly SendItem[],
  seen: Seen | undefined,
): Promise<void> {
  if (!seen || covered.length === items.length) {
    await noteFunds(sql, batchId, null);
    return;
  }
  // Everything of the run that is not under way yet, so that one transfer to the provider is enough.
  const wanted = (await unstartedTotal(sql, batchId)) + (await spokenFor(sql, seen.at));
  const missing = wanted - seen.balance;
  await noteFunds(sql, batchId, missing > 0n ? missing : null);
}

async function isApproved({ pool }: PayoutDeps, batchId: string): Promise<boolean> {
  return (await loadBatch(pool, batchId))?.state === 'approved';
}
