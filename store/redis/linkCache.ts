import type { Redis } from './client';

/**
 * Links as Postgres gave them, shared by all redirect processes. `readAtMs` says when: a young entry
 * spares Postgres a query, an old one is what a redirect goes by when Postgres is away.
 */
export type CachedLinks<T> = { readonly readAtMs: number; readonly value: T };

export type LinkCache = {
  /** In the order of `keys`; undefined for what is not there. Throws when Redis does not answer. */
  read<T>(kind: LinkCacheKind, keys: readonly string[]): Promise<(CachedLinks<T> | undefined)[]>;
  write<T>(kind: LinkCacheKind, entries: ReadonlyMap<string, T>, readAtMs: number): Promise<void>;
};
export type LinkCacheKind = 'short' | 'open';

/** A change of the stored shape must change this, or old entries would be read as new ones. */
const VERSION = 3;

/** Codes are the same in either case; handles have only one. */
const name = (kind: LinkCacheKind, key: string): string =>
  `link:${VERSION}:${kind}:${key.toLowerCase()}`;

/** After a change of the link: whoever asks next reads Postgres. */
export async function forgetLink(redis: Redis, kind: LinkCacheKind, key: string): Promise<void> {
  await redis.del(name(kind, key));
}

export function createLinkCache(redis: Redis, keepSeconds: number): LinkCache {
  return {
    async read<T>(kind: LinkCacheKind, keys: readonly string[]) {
      const texts = await redis.mget(keys.map((key) => name(kind, key)));
      return texts.map((text) =>
        text === null ? undefined : (JSON.parse(text) as CachedLinks<T>),
      );
    },
    async write(kind, entries, readAtMs) {
      const pipeline = redis.pipeline();
      for (const [key, value] of entries) {
        pipeline.set(name(kind, key), JSON.stringify({ readAtMs, value }), 'EX', keepSeconds);
      }
      await pipeline.exec();
    },
  };
}
