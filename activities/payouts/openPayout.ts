import { loadStanding, type StandingRow } from '../../store/postgres/payoutSends';
import { FAILURE } from '../../workflows/contract';
import { again } from '../failures';

import type { NotSent, PayoutDeps, Standing } from './deps';

export type OpenInput = {
  readonly payoutId: string;
  /** How often to look again while payouts are stopped, ms. */
  readonly stoppedPollMs: number;
  /** The caller wants to send once more, not only to know. */
  readonly resend?: boolean;
};

/**
 * Reads how a payout stands; no effect. While payouts are stopped one that is to be sent answers "not yet", which
 * Temporal repeats for as long as the stop lasts without a line of history.
 */
export async function openPayout(deps: PayoutDeps, input: OpenInput): Promise<Standing> {
  const row = await loadStanding(deps.pool, input.payoutId);
  if (!row) return notSent('payout_not_found');
  const standing = standingOf(deps, row);
  const wantsToSend = standing.kind === 'to_send' || (input.resend && standing.kind === 'sent');
  if (wantsToSend && row.isStopped)
    throw again(FAILURE.notYet, 'payouts are stopped', input.stoppedPollMs);
  return standing;
}

const notSent = (reason: NotSent): Standing => ({ kind: 'not_sent', reason });

function standingOf(deps: PayoutDeps, row: StandingRow): Standing {
  switch (row.state) {
    case 'paid':
      return { kind: 'ended', state: 'paid', reason: null };
    case 'refused':
    case 'cancelled':
      return { kind: 'ended', state: 'refused', reason: row.reasonCode };
    case 'review':
      return {
        kind: 'review',
        reason: row.reasonCode ?? 'provider_silent',
        reviewId: row.confirmedReviewId,
      };
    case 'requested':
      return notSent('payout_not_frozen');
    case 'reserved':
      if (!row.mayLeave) return notSent('run_not_approved');
      return row.isTaxed ? { kind: 'to_send', send: row.sends + 1 } : notSent('payout_not_frozen');
    case 'submitting':
    case 'unknown': {
      // Written with the state in one statement; the fallback only keeps a row mended by hand from being sent again.
      const last = row.sentLastAt ?? deps.now();
      return {
        kind: 'sent',
        sends: row.sends,
        firstSentAt: (row.sentFirstAt ?? last).toISOString(),
        lastSentAt: last.toISOString(),
        maySendAgain: row.mayLeave && row.sends < deps.maxSends * row.attempt,
      };
    }
  }
}
