import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

import type { Redis } from '../../store/redis/client';

export type Limit = { readonly name: string; readonly points: number; readonly seconds: number };

export type Taken = {
  readonly allowed: boolean;
  readonly remaining: number;
  readonly resetSeconds: number;
  readonly limit: Limit;
};

export type Limits = {
  /** Takes points of `subject` (an id, a masked address, an index; never personal data in clear), all or none. */
  take(limit: Limit, subject: string, points?: number): Promise<Taken>;
  /** Gives one point back: what it was taken for did not happen, or was no failure. */
  giveBack(limit: Limit, subject: string): Promise<void>;
  /** Gives all points back: after a success, failures before it no longer count. */
  forgive(limit: Limit, subject: string): Promise<void>;
  /** How many points are taken now. */
  used(limit: Limit, subject: string): Promise<number>;
};

/**
 * In place of the library's script, which goes on counting what it refuses and so lets a point given back change
 * nothing: here a refused take takes nothing, and what is given back never makes more points than there are.
 * ARGV: points (negative: back), seconds, points of the limit.
 */
const COUNT = `
local points, max = tonumber(ARGV[1]), tonumber(ARGV[3])
local used = tonumber(redis.call('get', KEYS[1]) or '0')
if points < 0 then
  if used + points <= 0 then redis.call('del', KEYS[1]) return {0, 0} end
  return {redis.call('incrby', KEYS[1], points), redis.call('pttl', KEYS[1])}
end
redis.call('set', KEYS[1], 0, 'EX', ARGV[2], 'NX')
if used + points > max then return {max + 1, redis.call('pttl', KEYS[1])} end
return {redis.call('incrby', KEYS[1], points), redis.call('pttl', KEYS[1])}`;

/**
 * Counted in Redis, so that all processes count together. With Redis away each process counts for itself:
 * a limit that is looser by the number of processes beats refusing everybody or nobody.
 */
export function createLimits(redis: Redis): Limits {
  const limiters = new Map<string, RateLimiterRedis>();
  const limiterOf = (limit: Limit): RateLimiterRedis => {
    let limiter = limiters.get(limit.name);
    if (!limiter) {
      const shape = { points: limit.points, duration: limit.seconds };
      limiter = new RateLimiterRedis({
        ...shape,
        storeClient: redis,
        keyPrefix: `limit:${limit.name}`,
        customIncrTtlLuaScript: COUNT,
        insuranceLimiter: new RateLimiterMemory(shape),
      });
      limiters.set(limit.name, limiter);
    }
    return limiter;
  };
  const takenOf = (limit: Limit, allowed: boolean, state: RateLimiterRes): Taken => ({
    allowed,
    remaining: Math.max(0, state.remainingPoints),
    resetSeconds: Math.max(1, Math.ceil(state.msBeforeNext / 1000)),
    limit,
  });
  return {
    take: async (limit, subject, points = 1) => {
      try {
        return takenOf(limit, true, await limiterOf(limit).consume(subject, points));
      } catch (thrown) {
        if (thrown instanceof RateLimiterRes) return takenOf(limit, false, thrown);
        throw thrown;
      }
    },
    giveBack: async (limit, subject) => {
      await limiterOf(limit).reward(subject, 1);
    },
    forgive: async (limit, subject) => {
      await limiterOf(limit).delete(subject);
    },
    used: async (limit, subject) => (await limiterOf(limit).get(subject))?.consumedPoints ?? 0,
  };
}

/** draft-ietf-httpapi-ratelimit-headers-10: what the quota is, and what is left of it. */
export const limitHeaders = ({ limit, remaining, resetSeconds }: Taken): string[] => [
  'RateLimit-Policy',
  `"${limit.name}";q=${limit.points};w=${limit.seconds}`,
  'RateLimit',
  `"${limit.name}";r=${remaining};t=${resetSeconds}`,
];
