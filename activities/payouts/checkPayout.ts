import { loadPayout } from '../../store/postgres/payouts';
import { FAILURE } from '../../workflows/contract';
import { again, final } from '../failures';

import type { PayoutAnswer, PayoutDeps } from './deps';
import { definiteAnswer, settledAnswer } from './answers';

/**
 * Asks the provider what became of our reference. Returns only what is definite, or "not found", whose
 * weight the workflow judges; "still working on it" and "no answer" are retried by Temporal, which adds no
 * history however long it takes.
 */
export async function checkPayout(deps: PayoutDeps, payoutId: string): Promise<PayoutAnswer> {
  const payout = await loadPayout(deps.pool, payoutId);
  if (!payout) throw final(FAILURE.badReference, `no payout ${payoutId}`);
  const done = settledAnswer(payout);
  if (done) return done;

  const outcome = await deps.provider.status(payout.reference);
  switch (outcome.kind) {
    case 'paid':
    case 'refused':
      return definiteAnswer(outcome);
    case 'not_found':
      return { kind: 'not_found' };
    case 'processing':
      throw again(FAILURE.notYet, `the provider is still working on ${payout.reference}`);
    case 'unknown':
      throw again(FAILURE.notYet, `no definite answer about ${payout.reference}: ${outcome.cause}`);
  }
}
