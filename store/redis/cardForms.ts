import { hash } from 'node:crypto';

import type { Redis } from './client';

/** States of card forms that are open at the provider: each is good for one card of one person. */

/** Only a hash is stored, like a session's token. */
const slotOf = (state: string): string => `cardform:${hash('sha256', state, 'base64url')}`;

export async function openCardForm(
  redis: Redis,
  state: string,
  owner: string,
  seconds: number,
): Promise<void> {
  await redis.set(slotOf(state), owner, 'EX', seconds);
}

export async function ownerOfCardForm(redis: Redis, state: string): Promise<string | null> {
  return redis.get(slotOf(state));
}

/** True for the one caller that ended it. */
export async function endCardForm(redis: Redis, state: string): Promise<boolean> {
  return (await redis.del(slotOf(state))) === 1;
}
