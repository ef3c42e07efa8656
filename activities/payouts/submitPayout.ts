import {
  loadInstrument,
  loadPayout,
  movePayout,
  payoutsStopped,
  type PayoutRow,
  type SendInstrument,
} from '../../store/postgres/payouts';
import { FAILURE } from '../../workflows/contract';
import { final } from '../failures';

import { definiteAnswer, settledAnswer } from './answers';
import type { PayoutAnswer, PayoutDeps } from './deps';

/**
 * Sends one payout under its stored reference. The state moves before the call, so a worker that dies in
 * the middle leaves "submitting", which only a status question leads out of. Expected outcomes are values;
 * a throw (or a lost worker) means unknown to the workflow.
 */
export async function submitPayout(deps: PayoutDeps, payoutId: string): Promise<PayoutAnswer> {
  const payout = await loadPayout(deps.pool, payoutId);
  if (!payout || payout.net === null)
    throw final(FAILURE.badReference, `payout ${payoutId} is not frozen`);
  const done = settledAnswer(payout);
  if (done) return done;
  if (await payoutsStopped(deps.pool)) return { kind: 'stopped' };
  const instrument = await destinationOf(deps, payout);
  // Only a first send may be refused for a missing instrument: a later one may already be with the provider.
  if (payout.state === 'reserved' && (!instrument || instrument.stopped)) {
    return {
      kind: 'refused',
      code: 'no_instrument',
      reason: 'the payout instrument was removed or stopped',
    };
  }
  if (!instrument) return { kind: 'unknown' };

  const submitting = await movePayout(deps.pool, {
    payoutId,
    from: ['reserved', 'submitting', 'unknown'],
    to: 'submitting',
    provider: deps.provider.name,
    submittedAt: deps.now(),
    instrument,
  });
  // It left these states since it was read (settled, or with a person): nothing may be sent.
  if (!submitting) return answerOfMoved(deps, payoutId);
  const outcome = await deps.provider.ensurePayout({
    reference: payout.reference,
    amount: payout.net,
    instrument: { token: instrument.token, last4: instrument.last4 },
    description: `Payout ${payout.id}`,
  });
  switch (outcome.kind) {
    case 'paid':
    case 'refused':
      return definiteAnswer(outcome);
    case 'accepted':
      return { kind: 'accepted', providerReference: outcome.providerId };
    case 'unknown': {
      const noted = await movePayout(deps.pool, {
        payoutId,
        from: ['submitting', 'unknown'],
        to: 'unknown',
        reasonCode: 'provider_unknown',
        reasonText: outcome.cause,
      });
      return noted ? { kind: 'unknown' } : answerOfMoved(deps, payoutId);
    }
  }
}

/** What was approved is where it goes, whatever the person has by now; rows of before go to what the person has. */
async function destinationOf(
  deps: PayoutDeps,
  payout: PayoutRow,
): Promise<SendInstrument | undefined> {
  const current = await loadInstrument(deps.pool, payout.influencerId);
  const { instrumentToken: token, instrumentKind: kind, instrumentLast4: last4 } = payout;
  if (token === null) return current;
  const stopped = current?.token === token && current.stopped;
  return { token, kind: kind ?? 'card', last4: last4 ?? '', stopped };
}

async function answerOfMoved(deps: PayoutDeps, payoutId: string): Promise<PayoutAnswer> {
  const payout = await loadPayout(deps.pool, payoutId);
  const done = payout && settledAnswer(payout);
  if (done) return done;
  if (payout?.state === 'review')
    return { kind: 'review', reason: payout.reasonCode ?? 'provider_silent' };
  throw final(FAILURE.badReference, `payout ${payoutId} is ${payout?.state}, which is never sent`);
}
