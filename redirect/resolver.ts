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

export function createResolver<T, C extends object>(options: ResolverOptions<T, C>): Resolver<C> {
  const { loader, compile, freshMs, staleMs } = options;
  // A plain Map in order of the last refresh: a link in use is refreshed each second and so moves to the
  // end; keeping the order at every hit instead (as an LRU does) costs ten times the look-up.
  const known = new Map<string, Entry<C>>();
  const unknown = new LRUCache<string, number>({ max: options.maxUnknown });
  let refreshFailures = 0;

  const learn = (key: string, value: T | undefined, readAtMs: number): C | null => {
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
    if (known.size >= options.maxKnown) known.delete(known.keys().next().value!);
    const compiled = compile(value);
    known.set(key, { value: compiled, source, readAtMs, failedAtMs, refreshing: undefined });
    return compiled;
  };

  const refresh = (key: string, entry: Entry<C>): Promise<C | null> =>
    (entry.refreshing ??= loader
      .load(key)
      .then(
        ({ value, readAtMs }) => learn(key, value, readAtMs),
        () => {
          refreshFailures += 1;
          entry.failedAtMs = Date.now();
          return entry.value;
        },
      )
      .finally(() => {
        entry.refreshing = undefined;
      }));

  /** What an entry that is no longer young is good for. */
  const aged = (key: string, entry: Entry<C>, nowMs: number): C | undefined => {
    const { readAtMs, failedAtMs } = entry;
    if (!isWithin(failedAtMs, nowMs, freshMs)) void refresh(key, entry);
    const servable = isWithin(readAtMs, nowMs, staleMs) || isWithin(failedAtMs, nowMs, EXCUSED_MS);
    return servable ? entry.value : undefined;
  };

  /** For those who wait: the stores' word, or after `rereadMs` what was known. */
  const reread = (key: string, entry: Entry<C>): Promise<C | null> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        entry.failedAtMs = Date.now();
        resolve(entry.value);
      }, options.rereadMs);
      void refresh(key, entry).then((value) => {
        clearTimeout(timer);
        resolve(value);
      });
    });

  return {
    peek(key, nowMs) {
      const entry = known.get(key);
      if (entry !== undefined) {
        return isWithin(entry.readAtMs, nowMs, freshMs) ? entry.value : aged(key, entry, nowMs);
      }
      const since = unknown.get(key);
      return since !== undefined && isWithin(since, nowMs, freshMs) ? null : undefined;
    },
    resolve(key) {
      const entry = known.get(key);
      if (entry) return reread(key, entry);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new DeadlinePassed()), options.deadlineMs);
        loader
          .load(key)
          .then(({ value, readAtMs }) => resolve(learn(key, value, readAtMs)), reject)
          .finally(() => clearTimeout(timer));
      });
    },
    stats: () => ({ known: known.size, unknown: unknown.size, refreshFailures }),
  };
}
