import type { PayoutState } from './reasons';

/**
 * Every move of a payout, with its story; what is not here cannot happen. The same list stands in table
 * `payout_moves` (migration 0016), whose trigger refuses any other; a test compares the two. A state that names
 * itself is written again: a further send, a further answer that says nothing.
 *
 * Money may go back (cancelled, refused) only from states in which nothing is on its way, or on the provider's
 * definite word: from submitting and unknown there is no move to cancelled.
 */
export const PAYOUT_MOVES = {
  requested: {
    reserved: 'its run is frozen: tax and net are fixed',
    cancelled: 'taken out, not taxable, or its run was not approved in time',
  },
  reserved: {
    submitting: 'the first send of an attempt begins',
    requested: 'its run is opened again, or taxed anew for another day',
    refused: 'nothing was sent: the card or account is gone',
    cancelled:
      'taken out, not approved in time, or its tax is another one on the day it would be sent',
    review: 'sending failed again and again before anything left',
  },
  submitting: {
    submitting:
      'the same reference is sent again, after proof that the provider knows nothing of it',
    unknown: 'the provider gave no definite answer',
    paid: "the provider's yes",
    refused: "the provider's no",
    review: 'another amount, or silence until the clock ran out',
  },
  unknown: {
    submitting:
      'the same reference is sent again, after proof that the provider knows nothing of it',
    unknown: 'still no definite answer',
    paid: "the provider's yes",
    refused: "the provider's no",
    review: 'another amount, or silence until the clock ran out',
  },
  review: {
    paid: 'two people: it was paid, and how much',
    cancelled: 'two people: nothing left, the whole reserve goes back',
    reserved: 'two people: sent anew under a new reference, the old one proved absent or refused',
  },
  paid: {},
  refused: {},
  cancelled: {},
} as const satisfies Readonly<Record<PayoutState, Readonly<Partial<Record<PayoutState, string>>>>>;

/** Every state a payout may be in before it enters `to`. */
export function statesBefore(to: PayoutState): PayoutState[] {
  return (Object.keys(PAYOUT_MOVES) as PayoutState[]).filter((from) =>
    Object.hasOwn(PAYOUT_MOVES[from], to),
  );
}

export const isPayoutMove = (from: string, to: string): boolean =>
  Object.hasOwn(PAYOUT_MOVES, from) && Object.hasOwn(PAYOUT_MOVES[from as PayoutState], to);

/** Runs whose payouts may leave: approved, or done with all of them started. */
export const SENDING_RUN_STATES: readonly string[] = ['approved', 'done'];
