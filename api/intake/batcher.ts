import { isTransient, sqlState } from '../../store/postgres/codes';
import type { IntakeOutcome, IntakeRow } from '../../store/postgres/intake';

/**
 * Natural batching: one writer; what arrives while a batch commits waits and becomes the next batch. A
 * quiet system stores each postback at once, a busy one shares a commit between hundreds
 * (research/performance-limits.md §6: 2.9 times one INSERT a request, half its p99).
 */
export type IntakeRefusal = 'overloaded' | 'rate_limited' | 'store_unavailable';

/** Thrown to the waiting request; `code` is a problem code. */
export class IntakeRefused extends Error {
  constructor(
    readonly code: IntakeRefusal,
    cause?: unknown,
  ) {
    super(code, { cause });
  }
}

export type BatcherOptions = {
  readonly store: (rows: readonly IntakeRow[]) => Promise<IntakeOutcome[]>;
  readonly maxQueued: number;
  readonly maxBatch?: number;
  readonly onFailure?: (failure: unknown, rows: number) => void;
};

export type Batcher = {
  /** Resolves after the commit. Rejects with IntakeRefused when nothing is known to be stored. */
  add(row: IntakeRow): Promise<IntakeOutcome>;
  /** Resolves when everything queued is answered. */
  drained(): Promise<void>;
};

type Waiter = {
  readonly resolve: (outcome: IntakeOutcome) => void;
  readonly reject: (reason: unknown) => void;
};
/** `followers` are the same postback sent again while this one waits. */
type Entry = Waiter & { readonly row: IntakeRow; readonly followers: Waiter[] };

const MAX_BATCH = 500;
/** A shop in a loop must not take the whole queue from the others. */
const PROGRAMME_SHARE = 0.5;
const RACE_RETRIES = 8;

/** Serialisation failures and deadlocks: another API process won a race, the next try sees its rows. */
const isRace = (thrown: unknown): boolean => ['40001', '40P01'].includes(sqlState(thrown) ?? '');

/** Data the database refuses (classes 22 and 23) is one row's fault; everything else is not the rows'. */
function isRowFault(thrown: unknown): boolean {
  const code = sqlState(thrown);
  return code !== undefined && /^2[23]\w{3}$/.test(code) && !isTransient(thrown);
}

/** The same postback again is a duplicate of what was just stored; a refusal refuses both. */
const forFollower = (outcome: IntakeOutcome): IntakeOutcome =>
  outcome.verdict === 'webhook_conflict' || outcome.verdict === 'version_conflict'
    ? outcome
    : { ...outcome, verdict: 'duplicate' };

const byConversion = (a: Entry, b: Entry): number =>
  a.row.conversionId < b.row.conversionId ? -1 : a.row.conversionId > b.row.conversionId ? 1 : 0;

/**
 * The next batch: no receipt and no conversion twice, because the SQL compares with what is stored, not
 * with its neighbours. What must wait keeps its place in the queue.
 */
export function takeBatch(queue: Entry[], maxBatch: number): { batch: Entry[]; rest: Entry[] } {
  const batch: Entry[] = [];
  const rest: Entry[] = [];
  const receipts = new Map<string, Entry>();
  const conversions = new Set<string>();
  for (const entry of queue) {
    const { receiptId, conversionId, bodyHash } = entry.row;
    const leader = receipts.get(receiptId);
    if (leader?.row.bodyHash === bodyHash) {
      leader.followers.push(entry, ...entry.followers);
    } else if (leader || conversions.has(conversionId) || batch.length >= maxBatch) {
      rest.push(entry);
    } else {
      receipts.set(receiptId, entry);
      conversions.add(conversionId);
      batch.push(entry);
    }
  }
  return { batch: batch.sort(byConversion), rest };
}

class NaturalBatcher implements Batcher {
  private queue: Entry[] = [];
  private readonly waiting = new Map<string, number>();
  private count = 0;
  private running = false;
  private idle: (() => void)[] = [];

  constructor(private readonly options: BatcherOptions) {}

  add(row: IntakeRow): Promise<IntakeOutcome> {
    const { maxQueued } = this.options;
    const own = this.waiting.get(row.programmeId) ?? 0;
    if (this.count >= maxQueued) return Promise.reject(new IntakeRefused('overloaded'));
    if (own >= Math.ceil(maxQueued * PROGRAMME_SHARE))
      return Promise.reject(new IntakeRefused('rate_limited'));
    this.count += 1;
    this.waiting.set(row.programmeId, own + 1);
    return new Promise((resolve, reject) => {
      this.queue.push({ row, resolve, reject, followers: [] });
      if (!this.running) {
        this.running = true;
        // Everything this turn of the event loop brings goes into the first batch.
        setImmediate(() => void this.run());
      }
    });
  }

  drained(): Promise<void> {
    if (!this.running) return Promise.resolve();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  /**
   * The next batch goes to the database before the last one is answered: writing hundreds of answers takes
   * as long as a commit, and neither needs to wait for the other.
   */
  private async run(): Promise<void> {
    let current = this.next();
    while (current) {
      const committed = await current;
      current = this.next();
      // One turn of the event loop later, so that the driver has sent the batch before the answers are written.
      await new Promise<void>((resolve) =>
        setImmediate(() => {
          committed();
          resolve();
        }),
      );
      current ??= this.next();
    }
    this.running = false;
    for (const wake of this.idle.splice(0)) wake();
  }

  private next(): Promise<() => void> | undefined {
    if (this.queue.length === 0) return undefined;
    const { batch, rest } = takeBatch(this.queue, this.options.maxBatch ?? MAX_BATCH);
    this.queue = rest;
    return this.commit(batch);
  }

  /** Never rejects; resolves to the work of telling everyone who waits. */
  private async commit(batch: Entry[]): Promise<() => void> {
    try {
      const outcomes = await this.store(batch.map((entry) => entry.row));
      return () => batch.forEach((entry, i) => this.settle(entry, outcomes[i]!));
    } catch (thrown) {
      if (isRowFault(thrown) && batch.length > 1) {
        const half = batch.length >> 1;
        const first = await this.commit(batch.slice(0, half));
        const second = await this.commit(batch.slice(half));
        return () => {
          first();
          second();
        };
      }
      this.options.onFailure?.(thrown, batch.length);
      const reason = isRowFault(thrown) ? thrown : new IntakeRefused('store_unavailable', thrown);
      return () => batch.forEach((entry) => this.fail(entry, reason));
    }
  }

  private async store(rows: readonly IntakeRow[]): Promise<IntakeOutcome[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.options.store(rows);
      } catch (thrown) {
        if (!isRace(thrown) || attempt >= RACE_RETRIES) throw thrown;
      }
    }
  }

  private settle(entry: Entry, outcome: IntakeOutcome): void {
    this.release(entry);
    entry.resolve(outcome);
    for (const follower of entry.followers) follower.resolve(forFollower(outcome));
  }

  private fail(entry: Entry, reason: unknown): void {
    this.release(entry);
    for (const waiter of [entry, ...entry.followers]) waiter.reject(reason);
  }

  private release({ row, followers }: Entry): void {
    const freed = 1 + followers.length;
    const left = (this.waiting.get(row.programmeId) ?? 0) - freed;
    this.count -= freed;
    if (left > 0) this.waiting.set(row.programmeId, left);
    else this.waiting.delete(row.programmeId);
  }
}

export const createBatcher = (options: BatcherOptions): Batcher => new NaturalBatcher(options);
