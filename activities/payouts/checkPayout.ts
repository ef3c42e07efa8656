import { activityInfo } from '@temporalio/activity';

import { loadPayout } from '../../store/postgres/payouts';
import { FAILURE } from '../../workflows/contract';
import { again, final } from '../failures';

import type { PayoutAnswer, PayoutDeps } from './deps';
import { definiteAnswer, settledAnswer } from './answers';

export type CheckInput = {
  readonly payoutId: string;
  /**
   * From when "not found" is an answer (ISO 8601): before that the provider may simply not have written it down yet.
   * `never`: it is no answer at all. Absent in runs from before `payoutHasOneClock`, which judge by themselves.
   */
  readonly absentFrom?: string;
  /** The pauses between questions, ms: so that the one at `absentFrom` is not late by the longest pause. */
  readonly firstMs?: number;
  readonly maxMs?: number;
};

/**
 * Asks the provider what became of our reference. Returns only what is definite, or "not found" once it counts;
 * "still working on it" and "no answer" are retried by Temporal, which adds no history however long it takes.
 */
export async function checkPayout(deps: PayoutDeps, input: CheckInput): Promise<PayoutAnswer> {
  const { payoutId } = input;
  const payout = await loadPayout(deps.pool, payoutId);
  if (!payout) throw final(FAILURE.badReference, `no payout ${payoutId}`);
  const done = settledAnswer(payout);
  if (done) return done;
  if (payout.state === 'review')
    return { kind: 'review', reason: payout.reasonCode ?? 'provider_silent' };

  // Before the question: an answer given after its time to one asked before it proves nothing.
  const askedAt = deps.now().getTime();
  const outcome = await deps.provider.status(payout.reference);
  switch (outcome.kind) {
    case 'paid':
    case 'refused':
      return definiteAnswer(outcome);
    case 'not_found':
      if (counts(input, askedAt)) return { kind: 'not_found' };
      throw again(
        FAILURE.notYet,
        `the provider does not know ${payout.reference} yet`,
        nextQuestionMs(input, askedAt),
      );
    case 'processing':
      throw again(FAILURE.notYet, `the provider is still working on ${payout.reference}`);
    case 'unknown':
      throw again(FAILURE.notYet, `no definite answer about ${payout.reference}: ${outcome.cause}`);
  }
}

const counts = ({ absentFrom }: CheckInput, askedAt: number): boolean =>
  absentFrom === undefined || (absentFrom !== 'never' && askedAt >= Date.parse(absentFrom));

/** The usual pause, cut short when `absentFrom` comes first; undefined leaves it to the retry policy. */
function nextQuestionMs(input: CheckInput, askedAt: number): number | undefined {
  const { absentFrom, firstMs, maxMs } = input;
  if (absentFrom === undefined || absentFrom === 'never' || !firstMs || !maxMs) return undefined;
  const usual = Math.min(maxMs, firstMs * 1.5 ** Math.min(activityInfo().attempt - 1, 40));
  return Math.max(1, Math.min(usual, Date.parse(absentFrom) - askedAt));
}
