import type { Redis } from './client';

/** From which devices and (masked) addresses an account was entered lately. Names nobody: both halves are keyed hashes. */
const LIFE_MS = 180 * 86_400_000;

/** `account` is a blind index; `any`: some account, whichever. */
const slotOf = (account: string, place: string): string => `familiar:${account}:${place}`;

export async function noteFamiliar(
  redis: Redis,
  account: string,
  places: readonly string[],
): Promise<void> {
  const multi = redis.multi();
  for (const place of places) multi.set(slotOf(account, place), '1', 'PX', LIFE_MS);
  const results = await multi.exec();
  for (const [error] of results ?? []) if (error) throw error;
}

export const isFamiliar = async (redis: Redis, account: string, place: string): Promise<boolean> =>
  (await redis.exists(slotOf(account, place))) === 1;
