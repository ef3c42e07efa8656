import type { Limit } from '../access/limits';
import type { ApiDeps } from '../handler';
import type { ProblemCode } from '../problem';
import type { Refusal } from '../reply';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/*
 * Who can guess a code, and how often. A code is guessed only while it is open, by the device that asked for it
 * (5 tries) or from the address it was asked from (5 more). Strangers get at most 40 codes of one phone a day, so
 * 40 × 10 = 400 guesses of a million: 0.04 % a day for somebody with unlimited addresses, 0.03 % from one address the
 * account was entered from (30 codes). A live session has 30 codes × 5 tries but no more than 20 wrong ones: 0.002 % a day.
 *
 * None of these counters is one that a stranger can use up for the owner: a device or an address the account was
 * entered from is never counted with strangers, and a live session is counted by itself. What strangers can do
 * with many addresses is to keep a device that was never used, at an address that was never used, waiting for an
 * hour; ops see it in the messages sent.
 */

/** Codes asked for one phone from one place. */
export const CODE_RESEND: Limit = { name: 'code_resend', points: 1, seconds: MINUTE };
export const CODE_HOUR: Limit = { name: 'code_hour', points: 5, seconds: HOUR };
export const CODE_DAY: Limit = { name: 'code_day', points: 30, seconds: DAY };
/** Codes asked for one phone from addresses it was never entered from, by /24 or /48 and over all of them. */
export const CODE_AREA: Limit = { name: 'code_area', points: 5, seconds: HOUR };
export const CODE_STRANGERS: Limit = { name: 'code_strangers', points: 10, seconds: HOUR };
export const CODE_STRANGERS_DAY: Limit = { name: 'code_strangers_day', points: 40, seconds: DAY };
/** Tries of an open code from its address, by somebody else than the device that asked for it. */
export const CODE_TRIES: Limit = { name: 'code_tries', points: 20, seconds: DAY };

/** Codes asked by one live session for itself, and wrong ones given to it. */
export const STEP_UP_RESEND: Limit = { name: 'step_up_resend', points: 1, seconds: MINUTE };
export const STEP_UP_HOUR: Limit = { name: 'step_up_hour', points: 10, seconds: HOUR };
export const STEP_UP_DAY: Limit = { name: 'step_up_day', points: 30, seconds: DAY };
/** Of all sessions of one person: whoever opens many must not be sent messages without end. */
export const STEP_UP_PERSON: Limit = { name: 'step_up_person', points: 100, seconds: DAY };
export const STEP_UP_TRIES: Limit = { name: 'step_up_tries', points: 20, seconds: DAY };
/** The same with an authenticator: three codes are valid at a time (ASVS 6.6.3). */
export const STEP_UP_TOTP: Limit = { name: 'step_up_totp', points: 5, seconds: 15 * MINUTE };

/** Wrong passwords of one account from one place. */
export const PASSWORD_TRIES: Limit = { name: 'password', points: 10, seconds: 15 * MINUTE };
/** Wrong current passwords given by one live session. */
export const PASSWORD_CHANGE: Limit = { name: 'password_change', points: 10, seconds: 15 * MINUTE };
/**
 * Wrong passwords of one account from all devices it was never entered from: counted, never refused by. The more
 * there were today, the more a try costs of PASSWORD_TRIES (ASVS 6.3.1): ten tries a quarter of an hour become
 * three, then one. An owner somewhere new always has that one.
 */
export const PASSWORD_STRANGERS: Limit = {
  name: 'password_strangers',
  points: 1_000_000,
  seconds: DAY,
};
const DEARER = [
  { from: 1_000, cost: 10 },
  { from: 100, cost: 3 },
] as const;
export const passwordTryCost = (wrongToday: number): number =>
  DEARER.find(({ from }) => wrongToday >= from)?.cost ?? 1;

/**
 * Wrong second factors after the right password, of all places that are new to the account together and of each of
 * its own devices. With three codes valid at a time, 20 tries a day give somebody who has the password one chance
 * in 16,000 (ASVS 6.6.3).
 */
export const FACTOR_TRIES: Limit = { name: 'factor', points: 5, seconds: 15 * MINUTE };
export const FACTOR_DAY: Limit = { name: 'factor_day', points: 20, seconds: DAY };
/** Recovery codes have 80 random bits and are what is left when the tries above are used up: by place. */
export const RECOVERY_TRIES: Limit = { name: 'recovery', points: 10, seconds: 15 * MINUTE };

export type Wanted = readonly [limit: Limit, subject: string, problem?: ProblemCode];

export async function giveAllBack(
  { limits }: Pick<ApiDeps, 'limits'>,
  taken: readonly Wanted[],
): Promise<void> {
  await Promise.all(taken.map(([limit, subject]) => limits.giveBack(limit, subject)));
}

/** Takes a point of each; the first that is used up refuses, and what was taken before it goes back. */
export async function takeAll(
  deps: Pick<ApiDeps, 'limits'>,
  wanted: readonly Wanted[],
): Promise<Refusal | undefined> {
  for (const [at, [limit, subject, problem = 'too_many_attempts']] of wanted.entries()) {
    const taken = await deps.limits.take(limit, subject);
    if (taken.allowed) continue;
    await giveAllBack(deps, wanted.slice(0, at));
    return { problem, retryAfterSeconds: taken.resetSeconds };
  }
  return undefined;
}
