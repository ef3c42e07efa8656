import { createHash } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import type { LinkLoader } from './linkLoader';

/**
 * What this process knows about links. A known one is answered from memory whatever its age: past
 * `freshMs` it is still served at once while one refresh runs behind, and with every store away it is
 * served for as long as that lasts. Codes that do not exist are remembered apart and briefly, so that a
 * flood of them can push out only each other.
 */
export type Resolver<C> = {
  /** undefined: not known yet, ask resolve(). null: does not exist. */
  peek(key: string, nowMs: number): C | null | undefined;
  /** Rejects when no store could say within the deadline. */
  resolve(key: string): Promise<C | null>;
  stats(): { readonly known: number; readonly unknown: number; readonly refreshFailures: number };
};

export type ResolverOptions<T, C> = {
  readonly loader: LinkLoader<T>;
  /** Turns a stored record into what the hot path needs, once a refresh. */
  readonly compile: (value: T) => C;
  readonly freshMs: number;
  readonly deadlineMs: number;
  readonly maxKnown: number;
  readonly maxUnknown: number;
};

type Entry<C> = { value: C; source: string; refreshAtMs: number; refreshing: boolean };

/** Only to see whether a refresh brought something new: 22 characters instead of the record a second time. */
const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);

export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

export function createResolver<T, C extends object>(options: ResolverOptions<T, C>): Resolver<C> {
  const { loader, compile, freshMs } = options;
  // A plain Map in order of the last refresh: a link in use is refreshed each second and so moves to the
  // end; keeping the order at every hit instead (as an LRU does) costs ten times the look-up.
  const known = new Map<string, Entry<C>>();
  const unknown = new LRUCache<string, number>({ max: options.maxUnknown });
  let refreshFailures = 0;

  /** Never set further ahead than `freshMs`: what is, was set before the clock stepped back. */
  const isDue = (atMs: number, nowMs: number): boolean => nowMs >= atMs || nowMs < atMs - freshMs;

  const learn = (key: string, value: T | undefined, readAtMs: number): C | null => {
    const nowMs = Date.now();
    if (value === undefined) {
      known.delete(key);
      unknown.set(key, nowMs + freshMs);
      return null;
    }
    unknown.delete(key);
    // Young entries keep their age; one taken from a stale cache is tried again after a whole turn.
    const refreshAtMs = readAtMs + freshMs > nowMs ? readAtMs + freshMs : nowMs + freshMs;
    const source = digestOf(value);
    const entry = known.get(key);
    if (entry) {
      known.delete(key);
      known.set(key, entry);
      entry.refreshAtMs = refreshAtMs;
      if (entry.source === source) return entry.value;
      entry.value = compile(value);
      entry.source = source;
      return entry.value;
    }
    if (known.size >= options.maxKnown) known.delete(known.keys().next().value!);
    const compiled = compile(value);
    known.set(key, { value: compiled, source, refreshAtMs, refreshing: false });
    return compiled;
  };

  const refresh = (key: string, entry: Entry<C>): void => {
    entry.refreshing = true;
    loader
      .load(key)
      .then(
        ({ value, readAtMs }) => void learn(key, value, readAtMs),
        () => {
          refreshFailures += 1;
          entry.refreshAtMs = Date.now() + freshMs;
        },
      )
      .finally(() => {
        entry.refreshing = false;
      });
  };

  return {
    peek(key, nowMs) {
      const entry = known.get(key);
      if (entry !== undefined) {
        if (isDue(entry.refreshAtMs, nowMs) && !entry.refreshing) refresh(key, entry);
        return entry.value;
      }
      const until = unknown.get(key);
      return until !== undefined && !isDue(until, nowMs) ? null : undefined;
    },
    resolve(key) {
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
