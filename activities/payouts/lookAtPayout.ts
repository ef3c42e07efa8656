import type { ProviderWord } from '../../domain/payouts/reviews';
import { loadPayout, type PayoutRow } from '../../store/postgres/payouts';
import { noteTold } from '../../store/postgres/payoutSends';

import type { PayoutDeps } from './deps';
import { readStatement } from './readStatement';
import { isProviderIdTaken } from './settlePayout';

/** One question about a payout that people look at, and its answer kept for them to see. It moves nothing. */
export async function lookAtPayout(deps: PayoutDeps, payoutId: string): Promise<void> {
  const payout = await loadPayout(deps.pool, payoutId);
  if (payout?.state === 'review') await askProvider(deps, payout);
}

/** The look-up's answer; where it knows nothing, what the provider's own statements say. */
async function wordOf(deps: PayoutDeps, payout: PayoutRow): Promise<ProviderWord> {
  const outcome = await deps.provider.status(payout.reference);
  if (outcome.kind === 'paid')
    return { kind: 'paid', providerReference: outcome.providerId, amount: outcome.amount };
  const knows = outcome.kind === 'refused' || outcome.kind === 'processing';
  const booked = knows ? undefined : await readStatement(deps, payout);
  return booked ?? { kind: outcome.kind };
}

export async function askProvider(deps: PayoutDeps, payout: PayoutRow): Promise<ProviderWord> {
  const word = await wordOf(deps, payout);
  const reference = word.kind === 'paid' ? word.providerReference : null;
  const told = {
    state: word.kind,
    providerReference: reference,
    amount: word.kind === 'paid' ? word.amount : null,
  };
  try {
    await noteTold(deps.pool, payout.id, told, deps.now());
  } catch (thrown) {
    if (!isProviderIdTaken(thrown)) throw thrown;
    await noteTold(deps.pool, payout.id, { ...told, providerReference: null }, deps.now());
  }
  return word;
}
