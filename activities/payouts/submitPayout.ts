import type { SubmitOutcome } from '../../adapters/ports';
import { loadPayout, movePayout, type PayoutRow } from '../../store/postgres/payouts';
import {
  beginSend,
  loadDestination,
  loadStanding,
  type Destination,
} from '../../store/postgres/payoutSends';

import { definiteAnswer, settledAnswer } from './answers';
import type { PayoutAnswer, PayoutDeps } from './deps';
import { voidPayout } from './settlePayout';
import { checkTaxDay } from './taxDay';

export type SubmitInput = {
  readonly payoutId: string;
  /** Which send this is; absent in runs from before `payoutHasOneClock`, which send whenever it may be. */
  readonly send?: number;
};

type Ready = { readonly payout: PayoutRow; readonly destination: Destination };

/**
 * Sends one payout under its stored reference, trusting nothing but Postgres: its run is approved, payouts are not
 * stopped, this send has its turn. The state moves before the call, so a worker that dies in the middle leaves
 * "submitting", which only a status question leads out of. Expected outcomes are values; a throw (or a lost worker)
 * means unknown to the workflow.
 */
export async function submitPayout(deps: PayoutDeps, input: SubmitInput): Promise<PayoutAnswer> {
  const ready = await readySend(deps, input);
  if ('kind' in ready) return ready;
  const { payout, destination } = ready;
  const send = payout.sends + 1;
  const at = deps.now();
  const provider = deps.provider.name;
  if (!(await beginSend(deps.pool, { payoutId: payout.id, send, provider, at, destination })))
    return notNow(deps, payout.id);
  const outcome = await deps.provider.ensurePayout({
    reference: payout.reference,
    amount: payout.net ?? 0n,
    instrument: { token: destination.token, last4: destination.last4 },
    description: `Payout ${payout.id}`,
  });
  return answerOf(deps, payout, send, outcome);
}

/** What is to be sent and where, or why nothing is. */
async function readySend(deps: PayoutDeps, input: SubmitInput): Promise<PayoutAnswer | Ready> {
  const payout = await loadPayout(deps.pool, input.payoutId);
  if (!payout || payout.net === null) return { kind: 'not_now' };
  const done = settledAnswer(payout);
  if (done) return done;
  if (payout.state === 'review') return reviewOf(payout);
  if (input.send !== undefined && input.send !== payout.sends + 1) return { kind: 'not_now' };
  if (payout.sends >= deps.maxSends * payout.attempt)
    return input.send === undefined
      ? { kind: 'review', reason: 'provider_never_booked' }
      : { kind: 'not_now' };
  const standing = await loadStanding(deps.pool, payout.id);
  if (!standing?.mayLeave) return { kind: 'not_now' };
  if (standing.isStopped) return { kind: 'stopped' };
  const destination = await loadDestination(deps.pool, payout.id);
  // Only a first send may be refused for a missing card or for its tax: a later one may already be with the provider.
  if (payout.state === 'reserved') {
    const refusal = await refuseFirst(deps, payout, destination);
    if (refusal) return refusal;
  }
  return destination ? { payout, destination } : { kind: 'unknown' };
}

async function refuseFirst(
  deps: PayoutDeps,
  payout: PayoutRow,
  destination: Destination | undefined,
): Promise<PayoutAnswer | undefined> {
  if (!destination || destination.isGone) {
    const reason = 'the payout instrument is missing or was stopped';
    return { kind: 'refused', code: 'no_instrument', reason };
  }
  const day = await checkTaxDay(deps, payout.id);
  if (day.kind === 'same') return undefined;
  await voidPayout(deps, payout.id, 'cancelled', { code: 'tax_day_changed', text: day.detail }, [
    'reserved',
  ]);
  return { kind: 'refused', code: 'tax_day_changed', reason: day.detail };
}

const reviewOf = (payout: PayoutRow): PayoutAnswer => ({
  kind: 'review',
  reason: payout.reasonCode ?? 'provider_silent',
});

async function answerOf(
  deps: PayoutDeps,
  payout: PayoutRow,
  send: number,
  outcome: SubmitOutcome,
): Promise<PayoutAnswer> {
  const maySendAgain = send < deps.maxSends * payout.attempt;
  switch (outcome.kind) {
    case 'paid':
    case 'refused':
      return definiteAnswer(outcome);
    case 'accepted':
      return { kind: 'accepted', providerReference: outcome.providerId, maySendAgain };
    case 'unknown': {
      const noted = await movePayout(deps.pool, {
        payoutId: payout.id,
        to: 'unknown',
        reasonCode: 'provider_unknown',
        reasonText: outcome.cause,
      });
      return noted ? { kind: 'unknown', maySendAgain } : notNow(deps, payout.id);
    }
  }
}

/** It left the state it was read in (settled, stopped, with people, sent by somebody else): nothing is sent. */
async function notNow(deps: PayoutDeps, payoutId: string): Promise<PayoutAnswer> {
  const payout = await loadPayout(deps.pool, payoutId);
  const done = payout && settledAnswer(payout);
  if (done) return done;
  return payout?.state === 'review' ? reviewOf(payout) : { kind: 'not_now' };
}
