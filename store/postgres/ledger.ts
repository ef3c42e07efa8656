import { createHash } from 'node:crypto';

import type { Pool, PoolClient } from 'pg';

import {
  canonicalBody,
  faultOf,
  type LedgerFault,
  type LedgerTransaction,
} from '../../domain/ledger/transaction';
import {
  constraintOf,
  isConnectionLost,
  isRace,
  SQLSTATE,
  sqlState,
  StoreUnavailable,
} from './codes';
import type { Sql } from './pool';

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
    if (fault) throw new LedgerError(fault.code, `${tx.id}: ${fault.text}`);
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

const CONSTRAINTS: Readonly<Record<string, LedgerFault>> = {
  ledger_balances_no_overdraft: 'ledger_overdraft',
  ledger_balances_range: 'ledger_amount_too_large',
  ledger_entries_amount_max: 'ledger_amount_too_large',
};

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
    case SQLSTATE.ledgerExceedsPromise:
      return as('ledger_exceeds_promise');
    case SQLSTATE.numericOutOfRange:
      return as('ledger_amount_too_large');
    case SQLSTATE.checkViolation: {
      const fault = CONSTRAINTS[constraintOf(thrown) ?? ''];
      return fault ? as(fault) : thrown;
    }
    default:
      return thrown;
  }
}

/** What must become true together with the postings: state changes of the conversion or payout. */
export type FollowUp<T> = (sql: PoolClient, outcomes: readonly PostOutcome[]) => Promise<T>;

type Job = {
  readonly transactions: readonly LedgerTransaction[];
  /** Rows to be locked before anything is posted; none for postings alone. */
  readonly subjects: readonly string[];
  readonly follow: FollowUp<unknown> | undefined;
  /** Not posted by then: its caller gave up, or soon will. */
  readonly deadlineMs: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
};

export type LedgerQueueOptions = {
  /** Transactions posted in one database transaction. */
  readonly batchMax?: number;
  /** Waiting jobs above which `post` is refused: memory stays bounded and the caller's retry policy takes over. */
  readonly waitingMax?: number;
  readonly writers?: number;
  /** How long a caller waits at most; below the start-to-close time of an activity (workflows/proxies.ts). */
  readonly patienceMs?: number;
};

/** For a row that somebody else holds. Above Postgres' deadlock_timeout (1 s), so that a deadlock is called by its name. */
const LOCK_TIMEOUT = '2s';
const RACE_PAUSE_MAX_MS = 200;
const ROLLBACK_MS = 2_000;

/**
 * The one way money is posted. Callers enqueue and await; one or two writers take whatever gathered while
 * they were busy (natural batching), so a quiet system commits each posting at once and a busy one shares
 * one commit and one update of the hot platform row among a hundred. More than two writers only add
 * latency (research/performance-limits.md §3).
 *
 * Rows are locked in one order (migration 0018): the conversions and payouts that a batch is about, by id, before
 * its balances. What still meets a deadlock or a lost race is tried again here; callers never hear of it.
 *
 * A refused batch is halved and tried again, so one bad posting costs log₂(n) commits and not n, and only
 * its own caller hears of it. With the database away nothing is halved: whoever waits is told at once, or at the
 * latest after `patienceMs` when a host hangs, that nothing is known. Sending the same again is always safe.
 */
export class LedgerQueue {
  private readonly waiting: Job[] = [];
  private active = 0;
  private readonly batchMax: number;
  private readonly waitingMax: number;
  private readonly writers: number;
  private readonly patienceMs: number;

  constructor(
    private readonly pool: Pool,
    options: LedgerQueueOptions = {},
  ) {
    this.batchMax = options.batchMax ?? 100;
    this.waitingMax = options.waitingMax ?? 10_000;
    this.writers = options.writers ?? 2;
    this.patienceMs = options.patienceMs ?? 8_000;
  }

  /** Resolves after commit. Rejects with LedgerError, or with a transient error (codes.ts) when the database is away. */
  post(transactions: readonly LedgerTransaction[]): Promise<readonly PostOutcome[]> {
    return this.enqueue(transactions, [], undefined);
  }

  /** The same, running `follow` in the same database transaction. `follow` may run again after a failed commit. */
  postWith<T>(transactions: readonly LedgerTransaction[], follow: FollowUp<T>): Promise<T> {
    return this.enqueue(
      transactions,
      transactions.map((tx) => tx.subjectId),
      follow,
    );
  }

  private enqueue<T>(
    transactions: readonly LedgerTransaction[],
    subjects: readonly string[],
    follow: FollowUp<unknown> | undefined,
  ): Promise<T> {
    for (const tx of transactions) {
      const fault = faultOf(tx);
      if (fault) return Promise.reject(new LedgerError(fault.code, `${tx.id}: ${fault.text}`));
    }
    if (this.waiting.length >= this.waitingMax) {
      return Promise.reject(
        new StoreUnavailable(`ledger queue is full (${this.waitingMax} waiting)`),
      );
    }
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({
        transactions,
        subjects,
        follow,
        deadlineMs: Date.now() + this.patienceMs,
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

  private async commit(whole: Job[]): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const batch = stillWanted(whole);
      if (batch.length === 0) return;
      try {
        const values = await this.attempt(batch);
        batch.forEach((job, index) => job.resolve(values[index]));
        return;
      } catch (thrown) {
        if (isRace(thrown) && sqlState(thrown) !== SQLSTATE.lockNotAvailable) {
          await pause(Math.random() * Math.min(RACE_PAUSE_MAX_MS, 5 * 2 ** attempt));
          continue;
        }
        return this.refuse(batch, thrown);
      }
    }
  }

  private async refuse(batch: Job[], thrown: unknown): Promise<void> {
    if (isConnectionLost(thrown)) {
      // Halving would knock on a closed door once a job, and those who wait behind would only come to the same.
      for (const job of [...batch, ...this.waiting.splice(0)]) job.reject(thrown);
      return;
    }
    if (batch.length === 1) return batch[0]?.reject(asLedgerError(thrown));
    if (sqlState(thrown) === SQLSTATE.lockNotAvailable) {
      // Each halving would wait for that row again: alone, only its own posting does.
      for (const job of batch) await this.commit([job]);
      return;
    }
    const middle = batch.length >> 1;
    await this.commit(batch.slice(0, middle));
    await this.commit(batch.slice(middle));
  }

  /** One database transaction, given up when the database does not answer in time. */
  private async attempt(batch: readonly Job[]): Promise<unknown[]> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      return await within(this.patienceMs, this.transact(client, batch));
    } catch (thrown) {
      if (isConnectionLost(thrown)) broken = thrown as Error;
      else
        await within(ROLLBACK_MS, client.query('rollback')).catch(
          (failure: unknown) => (broken = failure as Error),
        );
      throw thrown;
    } finally {
      // Broken: the pool drops it, which also ends what may still be under way on it.
      client.release(broken);
    }
  }

  private async transact(sql: PoolClient, batch: readonly Job[]): Promise<unknown[]> {
    await sql.query('begin');
    const subjects = batch.flatMap((job) => job.subjects);
    if (subjects.length > 0) await lockSubjects(sql, subjects);
    const outcomes = await postBatch(
      sql,
      batch.flatMap((job) => job.transactions),
    );
    const results: unknown[] = [];
    let from = 0;
    for (const job of batch) {
      const own = outcomes.slice(from, from + job.transactions.length);
      results.push(job.follow ? await job.follow(sql, own) : own);
      from += job.transactions.length;
    }
    await sql.query('commit');
    return results;
  }
}

async function lockSubjects(sql: Sql, subjects: readonly string[]): Promise<void> {
  await sql.query({
    name: 'ledger_lock_subjects',
    text: 'select ledger_lock_subjects($1::text[], $2)',
    values: [subjects, LOCK_TIMEOUT],
  });
}

/** Those whose caller still waits; the others are told that nothing was posted. */
function stillWanted(batch: Job[]): Job[] {
  const now = Date.now();
  if (batch.every((job) => job.deadlineMs > now)) return batch;
  return batch.filter((job) => {
    if (job.deadlineMs > now) return true;
    job.reject(new StoreUnavailable('the ledger was busy for too long; nothing was posted'));
    return false;
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The answer, or StoreUnavailable: then it is not known whether what was sent was done. */
async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  // What comes after all is of no interest, and must not be an unhandled rejection.
  answer.catch(() => undefined);
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new StoreUnavailable(`no answer in ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
