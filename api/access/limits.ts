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
  /** Takes one point of `subject` (an id, an address, an index; never personal data in clear). */
  take(limit: Limit, subject: string): Promise<Taken>;
  /** Gives one point back: what it was taken for did not happen, or was no failure. */
  giveBack(limit: Limit, subject: string): Promise<void>;
  /** Gives all points back: after a success, failures before it no longer count. */
  forgive(limit: Limit, subject: string): Promise<void>;
};

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
    take: async (limit, subject) => {
      try {
        return takenOf(limit, true, await limiterOf(limit).consume(subject));
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
  };
}

/** draft-ietf-httpapi-ratelimit-headers-10: what the quota is, and what is left of it. */
export const limitHeaders = ({ limit, remaining, resetSeconds }: Taken): string[] => [
  'RateLimit-Policy',
  `"${limit.name}";q=${limit.points};w=${limit.seconds}`,
  'RateLimit',
  `"${limit.name}";r=${remaining};t=${resetSeconds}`,
];
