import { randomBytes } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import { keyHash, type ApiKey } from '../store/postgres/apiKeys';

/** 256 random bits: the plain key is shown once, only its SHA-256 is stored. */
const KEY = /^gk_([a-z0-9]{1,16})_[A-Za-z0-9_-]{43}$/;
/** A revoked key stops working within this time in every process. */
const CACHE_MS = 3_000;
const CACHE_KEYS = 10_000;

/** `environment` is GAMMA_ENVIRONMENT: a key of one environment is refused in another before any look-up. */
export function newApiKey(environment: string): { readonly plain: string; readonly hash: Buffer } {
  const plain = `gk_${environment}_${randomBytes(32).toString('base64url')}`;
  if (!KEY.test(plain)) throw new Error(`environment "${environment}" cannot be part of a key`);
  return { plain, hash: keyHash(plain) };
}

export type Authenticate = (authorization: string | undefined) => Promise<ApiKey | undefined>;

/**
 * The live key of an Authorization header. The look-up is by hash, so its time says nothing about how
 * close a guess was; only keys that were found are cached.
 */
export function createAuthenticate(
  environment: string,
  find: (hash: Buffer) => Promise<ApiKey | undefined>,
): Authenticate {
  const cache = new LRUCache<string, ApiKey>({ max: CACHE_KEYS, ttl: CACHE_MS });
  return async (authorization) => {
    const plain = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (plain === undefined || KEY.exec(plain)?.[1] !== environment) return undefined;
    const digest = keyHash(plain);
    const slot = digest.toString('base64');
    const cached = cache.get(slot);
    if (cached) return cached;
    const found = await find(digest);
    if (found) cache.set(slot, found);
    return found;
  };
}
