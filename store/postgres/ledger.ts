import { createHash } from 'node:crypto';

import type { Pool, PoolClient } from 'pg';

import {
  canonicalBody,
  faultOf,
  type LedgerFault,
  type LedgerTransaction,
} from '../../domain/ledger/transaction';
import { constraintOf, isTransient, SQLSTATE, sqlState } from './codes';
import { inTransaction, type Sql } from './pool';

/** A refusal by the ledger's rules. Never worth retrying with the same input. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  constructor(
    readonly code: LedgerFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export type PostOutcome = 'created' | 'exists';

/** Posts a batch in one statement inside the caller's transaction. Throws LedgerError for the whole batch. */
export async function postBatch(
  sql: Sql,
  batch: readonly LedgerTransaction[],
): Promise<PostOutcome[]> {
  for (const tx of batch) {
    const fault = faultOf(tx);
    if (fault) throw new LedgerError('ledger_unbalanced', `${tx.id}: ${fault}`);
  }
  const entries = batch.flatMap((tx, index) =>
    tx.entries.map((entry) => ({ index: index + 1, ...entry })),
  );
  try {
    const { rows } = await sql.query<{ outcome: PostOutcome }>({
      name: 'ledger_post_batch',
      text: `select outcome from ledger_post_batch(
               $1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[],
               $7::int[], $8::text[], $9::text[], $10::bigint[])`,
      values: [
        batch.map((tx) => tx.id),
        batch.map((tx) => tx.kind),
        batch.map((tx) => tx.reason),
        batch.map((tx) => tx.subjectId),
        batch.map((tx) => createHash('sha256').update(canonicalBody(tx)).digest()),
        batch.map((tx) => tx.pendingId ?? null),
        entries.map((entry) => entry.index),
        entries.map((entry) => entry.account.code),
        entries.map((entry) => entry.account.class),
        entries.map((entry) => entry.amount),
      ],
    });
    return rows.map((row) => row.outcome);
  } catch (thrown) {
    throw asLedgerError(thrown);
  }
}

/** Unbalanced entries are found at commit, so callers that commit themselves map errors with this too. */
export function asLedgerError(thrown: unknown): unknown {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const as = (code: LedgerFault): LedgerError => new LedgerError(code, message, { cause: thrown });
  switch (sqlState(thrown)) {
    case SQLSTATE.ledgerConflict:
      return as('ledger_conflict');
    case SQLSTATE.ledgerAlreadyResolved:
      return as('ledger_already_resolved');
    case SQLSTATE.ledgerPendingMissing:
      return as('ledger_pending_missing');
    case SQLSTATE.ledgerUnbalanced:
      return as('ledger_unbalanced');
    case SQLSTATE.checkViolation:
      return constraintOf(thrown) === 'ledger_balances_no_overdraft'
        ? as('ledger_overdraft')
        : thrown;
    default:
      return thrown;
  }
}

/** What must become true together with the postings: state changes of the conversion or payout. */
export type FollowUp<T> = (sql: PoolClient, outcomes: readonly PostOutcome[]) => Promise<T>;

type Job = {
  readonly transactions: readonly LedgerTransaction[];
  readonly follow: FollowUp<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
};

export type LedgerQueueOptions = {
  /** Transactions posted in one database transaction. */
  readonly batchMax?: number;
  /** Waiting jobs above which `post` is refused: memory stays bounded and the caller's retry policy takes over. */
  readonly waitingMax?: number;
  readonly writers?: number;
};

/**
 * The one way money is posted. Callers enqueue and await; one or two writers take whatever gathered while
 * they were busy (natural batching), so a quiet system commits each posting at once and a busy one shares
 * one commit and one update of the hot platform row among a hundred. More than two writers only add
 * latency (research/performance-limits.md §3).
 *
 * A refused batch is halved and tried again, so one bad posting costs log₂(n) commits and not n, and only
 * its own caller hears of it.
 */
export class LedgerQueue {
  private readonly waiting: Job[] = [];
  private active = 0;
  private readonly batchMax: number;
  private readonly waitingMax: number;
  private readonly writers: number;

  constructor(
    private readonly pool: Pool,
    options: LedgerQueueOptions = {},
  ) {
    this.batchMax = options.batchMax ?? 100;
    this.waitingMax = options.waitingMax ?? 10_000;
    this.writers = options.writers ?? 2;
  }

  /** Resolves after commit. Rejects with LedgerError, or with the database's error when it is away. */
  post(transactions: readonly LedgerTransaction[]): Promise<readonly PostOutcome[]> {
    return this.postWith(transactions, (_sql, outcomes) => Promise.resolve(outcomes));
  }

  /** The same, running `follow` in the same database transaction. `follow` may run again after a failed commit. */
  postWith<T>(transactions: readonly LedgerTransaction[], follow: FollowUp<T>): Promise<T> {
    if (this.waiting.length >= this.waitingMax) {
      return Promise.reject(new Error(`ledger queue is full (${this.waitingMax} waiting)`));
    }
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({
        transactions,
        follow,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      if (this.active < this.writers) void this.write();
    });
  }

  private async write(): Promise<void> {
    this.active += 1;
    try {
      for (let batch = this.take(); batch.length > 0; batch = this.take()) await this.commit(batch);
    } finally {
      this.active -= 1;
    }
  }

  private take(): Job[] {
    let transactions = 0;
    let jobs = 0;
    for (const job of this.waiting) {
      if (jobs > 0 && transactions + job.transactions.length > this.batchMax) break;
      transactions += job.transactions.length;
      jobs += 1;
    }
    return this.waiting.splice(0, jobs);
  }

  private async commit(batch: Job[]): Promise<void> {
    try {
      const values = await inTransaction(this.pool, async (sql) => {
        const outcomes = await postBatch(
          sql,
          batch.flatMap((job) => job.transactions),
        );
        const results: unknown[] = [];
        let from = 0;
        for (const job of batch) {
          results.push(await job.follow(sql, outcomes.slice(from, from + job.transactions.length)));
          from += job.transactions.length;
        }
        return results;
      });
      batch.forEach((job, index) => job.resolve(values[index]));
    } catch (thrown) {
      if (batch.length === 1 || isTransient(thrown)) {
        // With the database away, halving would only knock on a closed door once a job.
        for (const job of batch) job.reject(asLedgerError(thrown));
        return;
      }
      const middle = batch.length >> 1;
      await this.commit(batch.slice(0, middle));
      await this.commit(batch.slice(middle));
    }
  }
}
