import type { ProviderWord } from '../../domain/payouts/reviews';
import { loadPayout, type PayoutRow } from '../../store/postgres/payouts';
import { noteTold } from '../../store/postgres/payoutSends';

import type { PayoutDeps } from './deps';
import { isProviderIdTaken } from './settlePayout';

/** One question about a payout that people look at, and its answer kept for them to see. It moves nothing. */
export async function lookAtPayout(deps: PayoutDeps, payoutId: string): Promise<void> {
  const payout = await loadPayout(deps.pool, payoutId);
  if (payout?.state === 'review') await askProvider(deps, payout);
}

export async function askProvider(deps: PayoutDeps, payout: PayoutRow): Promise<ProviderWord> {
  const outcome = await deps.provider.status(payout.reference);
  const word: ProviderWord =
    outcome.kind === 'paid'
      ? { kind: 'paid', providerReference: outcome.providerId, amount: outcome.amount }
      : { kind: outcome.kind };
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
