import type { LinkCache, LinkCacheKind } from '../store/redis/linkCache';
import { errorText, type Logger } from '../telemetry/logger';

/**
 * Where links come from when this process does not know them: Redis, then Postgres. Keys asked for at
 * the same time share one round trip, at most one of them is on the way per key, and a flood of unknown
 * codes costs Postgres at most two queries at a time, 100 a second, whatever its rate.
 */
export type Loaded<T> = { readonly value: T | undefined; readonly readAtMs: number };

export type LinkLoader<T> = {
  /** Rejects with LinksUnavailable when no store could say. `value` is undefined for what does not exist. */
  load(key: string): Promise<Loaded<T>>;
};

export class LinksUnavailable extends Error {
  override readonly name = 'LinksUnavailable';
}

export type LoaderOptions<T> = {
  readonly kind: LinkCacheKind;
  readonly cache: LinkCache;
  readonly query: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>;
  readonly logger: Logger;
  /** A Redis entry read from Postgres this recently is as good as asking Postgres. */
  readonly freshMs: number;
};

const MAX_BATCH = 500;
const MAX_QUEUED = 5_000;
const MAX_BATCHES = 2;
const BATCH_GAP_MS = 10;
const QUERY_TIMEOUT_MS = 1_000;
/** How long a store that failed is left alone. */
const REST_MS = 500;

type Waiter<T> = {
  readonly promise: Promise<Loaded<T>>;
  readonly resolve: (loaded: Loaded<T>) => void;
  readonly reject: (failure: Error) => void;
};

class BatchingLoader<T> implements LinkLoader<T> {
  private readonly waiters = new Map<string, Waiter<T>>();
  private queue: string[] = [];
  private batches = 0;
  /** These three on the monotonic clock: one that stepped back must not make anybody wait for it. */
  private nextBatchAtMs = 0;
  private redisRestsUntilMs = 0;
  private postgresRestsUntilMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private writing = false;

  constructor(private readonly options: LoaderOptions<T>) {}

  load(key: string): Promise<Loaded<T>> {
    const known = this.waiters.get(key);
    if (known) return known.promise;
    if (this.queue.length >= MAX_QUEUED) return Promise.reject(new LinksUnavailable('queue full'));
    let resolve: Waiter<T>['resolve'] = () => undefined;
    let reject: Waiter<T>['reject'] = () => undefined;
    const promise = new Promise<Loaded<T>>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    this.waiters.set(key, { promise, resolve, reject });
    this.queue.push(key);
    this.schedule();
    return promise;
  }

  private schedule(): void {
    if (this.timer || this.queue.length === 0 || this.batches >= MAX_BATCHES) return;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        const keys = this.queue.splice(0, MAX_BATCH);
        this.batches += 1;
        this.nextBatchAtMs = performance.now() + BATCH_GAP_MS;
        void this.run(keys).finally(() => {
          this.batches -= 1;
          this.schedule();
        });
        this.schedule();
      },
      Math.max(0, this.nextBatchAtMs - performance.now()),
    );
  }

  private async run(keys: readonly string[]): Promise<void> {
    const stale = await this.fromRedis(keys);
    const rest = keys.filter((key) => this.waiters.has(key));
    if (rest.length === 0) return;
    try {
      const readAtMs = Date.now();
      const found = await this.fromPostgres(rest);
      for (const key of rest) this.settle(key, { value: found.get(key), readAtMs });
      this.keep(found, readAtMs);
    } catch (thrown) {
      for (const key of rest) {
        const last = stale.get(key);
        if (last) this.settle(key, last);
        else this.refuse(key, new LinksUnavailable(errorText(thrown)));
      }
    }
  }

  /** Settles what is young enough; gives back the older entries. */
  private async fromRedis(keys: readonly string[]): Promise<Map<string, Loaded<T>>> {
    const stale = new Map<string, Loaded<T>>();
    if (performance.now() < this.redisRestsUntilMs) return stale;
    try {
      const entries = await this.options.cache.read<T>(this.options.kind, keys);
      const nowMs = Date.now();
      entries.forEach((entry, at) => {
        const key = keys[at];
        if (entry === undefined || key === undefined) return;
        const age = nowMs - entry.readAtMs;
        // A negative age is another machine's clock: trust the value, not its freshness.
        if (age >= 0 && age < this.options.freshMs) this.settle(key, entry);
        else stale.set(key, entry);
      });
    } catch {
      this.redisRestsUntilMs = performance.now() + REST_MS;
    }
    return stale;
  }

  private async fromPostgres(keys: readonly string[]): Promise<ReadonlyMap<string, T>> {
    if (performance.now() < this.postgresRestsUntilMs)
      throw new LinksUnavailable('postgres is resting');
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      // The pool may wait longer than this for a connection; the people who wait here must not.
      timer = setTimeout(() => reject(new LinksUnavailable('postgres is slow')), QUERY_TIMEOUT_MS);
    });
    try {
      return await Promise.race([this.options.query(keys), timeout]);
    } catch (thrown) {
      this.postgresRestsUntilMs = performance.now() + REST_MS;
      this.options.logger.warn({ error: errorText(thrown) }, 'links cannot be read from Postgres');
      throw thrown;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Not awaited by anyone and never two at a time: the cache may lag, it must not pile up. */
  private keep(found: ReadonlyMap<string, T>, readAtMs: number): void {
    if (found.size === 0 || this.writing || performance.now() < this.redisRestsUntilMs) return;
    this.writing = true;
    this.options.cache
      .write(this.options.kind, found, readAtMs)
      .catch(() => {
        this.redisRestsUntilMs = performance.now() + REST_MS;
      })
      .finally(() => {
        this.writing = false;
      });
  }

  private settle(key: string, loaded: Loaded<T>): void {
    const waiter = this.waiters.get(key);
    this.waiters.delete(key);
    waiter?.resolve(loaded);
  }

  private refuse(key: string, failure: Error): void {
    const waiter = this.waiters.get(key);
    this.waiters.delete(key);
    waiter?.reject(failure);
  }
}

export function createLinkLoader<T>(options: LoaderOptions<T>): LinkLoader<T> {
  return new BatchingLoader(options);
}
