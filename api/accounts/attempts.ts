import type { Limit } from '../access/limits';
import type { ApiDeps } from '../handler';
import type { Refusal } from '../reply';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A phone may be sent this many codes: the holder of a number must not be flooded, nor guessed at for long. */
export const CODE_RESEND: Limit = { name: 'code_resend', points: 1, seconds: MINUTE };
export const CODE_HOUR: Limit = { name: 'code_hour', points: 5, seconds: HOUR };
export const CODE_DAY: Limit = { name: 'code_day', points: 30, seconds: DAY };

/**
 * Wrong codes of one phone, over all codes sent to it: 20 of a million a day. Whoever uses them up for somebody
 * else keeps that person from signing in anew for a day; sessions they have go on.
 */
export const CODE_TRIES: Limit = { name: 'code_tries', points: 20, seconds: DAY };

/** Wrong passwords of one account, from wherever. */
export const PASSWORD_TRIES: Limit = { name: 'password', points: 10, seconds: 15 * MINUTE };

/**
 * Wrong second factors of one account, over all challenges. With three codes valid at a time, 20 tries a day
 * give somebody who has the password one chance in 16,000 (ASVS 6.6.3).
 */
export const FACTOR_TRIES: Limit = { name: 'factor', points: 5, seconds: 15 * MINUTE };
export const FACTOR_DAY: Limit = { name: 'factor_day', points: 20, seconds: DAY };

/** Takes a point of each; the first that is used up refuses. */
export async function takeAll(
  { limits }: Pick<ApiDeps, 'limits'>,
  wanted: readonly (readonly [Limit, string])[],
): Promise<Refusal | undefined> {
  for (const [limit, subject] of wanted) {
    const taken = await limits.take(limit, subject);
    if (!taken.allowed)
      return { problem: 'too_many_attempts', retryAfterSeconds: taken.resetSeconds };
  }
  return undefined;
}
