import { randomBytes } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import { keyHash, type ApiKey } from '../store/postgres/apiKeys';
import type { Viewer } from './access/viewer';

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

/** What a list shows of a key: enough to tell two apart, far too little to guess one. */
export const keyHint = (plain: string): string => plain.slice(0, -35);

export type Authenticate = (authorization: string | undefined) => Promise<Viewer | undefined>;

/** The holder of an ops key counts as a person for four eyes; other keys act as themselves. */
const viewerOf = (key: ApiKey): Viewer => ({
  scope: key.scope,
  subjectId: key.subjectId,
  role: key.role,
  actorId: key.scope === 'ops' ? key.subjectId : key.id,
  via: { kind: 'key', keyId: key.id, grants: key.grants },
});

/**
 * The live key of an Authorization header. The look-up is by hash, so its time says nothing about how
 * close a guess was; only keys that were found are cached.
 */
export function createAuthenticate(
  environment: string,
  find: (hash: Buffer) => Promise<ApiKey | undefined>,
  used: (keyId: string) => void,
): Authenticate {
  const cache = new LRUCache<string, Viewer>({ max: CACHE_KEYS, ttl: CACHE_MS });
  return async (authorization) => {
    const plain = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (plain === undefined || KEY.exec(plain)?.[1] !== environment) return undefined;
    const digest = keyHash(plain);
    const slot = digest.toString('base64');
    const cached = cache.get(slot);
    if (cached) return cached;
    const found = await find(digest);
    if (!found) return undefined;
    const viewer = viewerOf(found);
    cache.set(slot, viewer);
    used(found.id);
    return viewer;
  };
}
