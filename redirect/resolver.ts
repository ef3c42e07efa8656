import { createHash } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import type { LinkLoader } from './linkLoader';

/**
 * What this process knows about links. A young one is answered from memory; one past `freshMs` is served at once while
 * a refresh runs behind it; one past `staleMs` is read again first, because nobody clicked while it may have changed.
 * With every store away a known one is served for as long as that lasts. Codes that do not exist are remembered apart
 * and briefly, so that a flood of them can push out only each other.
 */
export type Resolver<C> = {
  /** undefined: not known, or known for too long; ask resolve(). null: does not exist. */
  peek(key: string, nowMs: number): C | null | undefined;
  /** Rejects when no store could say within the deadline; what was known is served then, however old. */
  resolve(key: string): Promise<C | null>;
  stats(): { readonly known: number; readonly unknown: number; readonly refreshFailures: number };
};

export type ResolverOptions<T, C> = {
  readonly loader: LinkLoader<T>;
  /** Turns a stored record into what the hot path needs, once a refresh. */
  readonly compile: (value: T) => C;
  readonly freshMs: number;
  /** No state of a link is served that was read longer ago, unless the stores do not answer. */
  readonly staleMs: number;
  /** How long a click waits for a link this process does not know. */
  readonly deadlineMs: number;
  /** How long a click waits for one that is known and too old. */
  readonly rereadMs: number;
  readonly maxKnown: number;
  readonly maxUnknown: number;
};

type Entry<C> = {
  value: C;
  source: string;
  /** When a store last said so. */
  readAtMs: number;
  /** When the stores last did not answer in time; 0 when they have since. */
  failedAtMs: number;
  refreshing: Promise<C | null> | undefined;
};

/**
 * How long one failure of the stores excuses serving old states at once. Longer than a refresh and its time limit take,
 * so that while they are away nobody waits on a link in use; once they are back it holds for no longer than this.
 */
const EXCUSED_MS = 2_000;

/** Only to see whether a refresh brought something new: 22 characters instead of the record a second time. */
const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);

export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/** Never true of a moment ahead of us: what was set before the clock stepped back is old. */
const isWithin = (atMs: number, nowMs: number, ms: number): boolean =>
  nowMs >= atMs && nowMs < atMs + ms;

class KnownLinks<T, C extends object> implements Resolver<C> {
  // A plain Map in order of the last refresh: a link in use is refreshed each second and so moves to the
  // end; keeping the order at every hit instead (as an LRU does) costs ten times the look-up.
  private readonly known = new Map<string, Entry<C>>();
  private readonly unknown: LRUCache<string, number>;
  private refreshFailures = 0;

  constructor(private readonly options: ResolverOptions<T, C>) {
    this.unknown = new LRUCache({ max: options.maxUnknown });
  }

  peek(key: string, nowMs: number): C | null | undefined {
    const { freshMs } = this.options;
    const entry = this.known.get(key);
    if (entry !== undefined) {
      return isWithin(entry.readAtMs, nowMs, freshMs) ? entry.value : this.aged(key, entry, nowMs);
    }
    const since = this.unknown.get(key);
    return since !== undefined && isWithin(since, nowMs, freshMs) ? null : undefined;
  }

  resolve(key: string): Promise<C | null> {
    const entry = this.known.get(key);
    if (entry) return this.reread(key, entry);
    const { loader, deadlineMs } = this.options;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new DeadlinePassed()), deadlineMs);
      loader
        .load(key)
        .then(({ value, readAtMs }) => resolve(this.learn(key, value, readAtMs)), reject)
        .finally(() => clearTimeout(timer));
    });
  }

  stats(): ReturnType<Resolver<C>['stats']> {
    const { known, unknown, refreshFailures } = this;
    return { known: known.size, unknown: unknown.size, refreshFailures };
  }

  /** What an entry that is no longer young is good for. */
  private aged(key: string, entry: Entry<C>, nowMs: number): C | undefined {
    const { readAtMs, failedAtMs } = entry;
    const { freshMs, staleMs } = this.options;
    if (!isWithin(failedAtMs, nowMs, freshMs)) void this.refresh(key, entry);
    const servable = isWithin(readAtMs, nowMs, staleMs) || isWithin(failedAtMs, nowMs, EXCUSED_MS);
    return servable ? entry.value : undefined;
  }

  /** For those who wait: the stores' word, or after `rereadMs` what was known. */
  private reread(key: string, entry: Entry<C>): Promise<C | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        entry.failedAtMs = Date.now();
        resolve(entry.value);
      }, this.options.rereadMs);
      void this.refresh(key, entry).then((value) => {
        clearTimeout(timer);
        resolve(value);
      });
    });
  }

  private refresh(key: string, entry: Entry<C>): Promise<C | null> {
    return (entry.refreshing ??= this.options.loader
      .load(key)
      .then(
        ({ value, readAtMs }) => this.learn(key, value, readAtMs),
        () => {
          this.refreshFailures += 1;
          entry.failedAtMs = Date.now();
          return entry.value;
        },
      )
      .finally(() => {
        entry.refreshing = undefined;
      }));
  }

  private learn(key: string, value: T | undefined, readAtMs: number): C | null {
    const { known, unknown } = this;
    const { compile, maxKnown, staleMs } = this.options;
    const nowMs = Date.now();
    if (value === undefined) {
      known.delete(key);
      unknown.set(key, nowMs);
      return null;
    }
    unknown.delete(key);
    const entry = known.get(key);
    // The shared cache may keep an older state than we do; it is offered only when Postgres does not answer.
    if (entry && readAtMs < entry.readAtMs && entry.readAtMs <= nowMs) {
      entry.failedAtMs = nowMs;
      return entry.value;
    }
    const failedAtMs = isWithin(readAtMs, nowMs, staleMs) ? 0 : nowMs;
    const source = digestOf(value);
    if (entry) {
      known.delete(key);
      known.set(key, entry);
      entry.readAtMs = readAtMs;
      entry.failedAtMs = failedAtMs;
      if (entry.source === source) return entry.value;
      entry.value = compile(value);
      entry.source = source;
      return entry.value;
    }
    if (known.size >= maxKnown) known.delete(known.keys().next().value!);
    const compiled = compile(value);
    known.set(key, { value: compiled, source, readAtMs, failedAtMs, refreshing: undefined });
    return compiled;
  }
}

export const createResolver = <T, C extends object>(options: ResolverOptions<T, C>): Resolver<C> =>
  new KnownLinks(options);
