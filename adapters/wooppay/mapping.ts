import type { Tiyn } from '../../domain/money';
import { maskPartnerText, refusalCode } from '../masking';
import type {
  CardBrand,
  CardTokenOutcome,
  Refused,
  StatementEntry,
  StatusOutcome,
  SubmitOutcome,
  UnknownCause,
} from '../ports';
import type { WireCard, WirePayout } from './wire';

/**
 * Operation states of the provider. Deleted (7) has no documented meaning for money, so a person must
 * look; so must any number not listed.
 */
const STATES: Readonly<Record<string, 'paid' | 'processing' | 'refused'>> = {
  '1': 'processing', // new
  '2': 'processing', // considering
  '3': 'refused', // rejected
  '4': 'paid', // done
  '5': 'refused', // cancelled
  '6': 'processing', // cancelling
  '8': 'processing', // in reconciliation
  '9': 'processing', // waiting for the merchant
  '19': 'processing', // pending
};

function stateOf(payout: WirePayout): 'paid' | 'processing' | 'refused' | null {
  return Object.hasOwn(STATES, payout.status) ? (STATES[payout.status] ?? null) : null;
}

function refused(payout: WirePayout): Refused {
  return {
    kind: 'refused',
    code: refusalCode(payout.errorCode, payout.status === '5' ? 'cancelled' : 'rejected'),
    reason: maskPartnerText(payout.errorMessage ?? 'no reason given'),
  };
}

export function statusOutcome(payout: WirePayout): StatusOutcome {
  switch (stateOf(payout)) {
    case 'paid':
      return { kind: 'paid', providerId: payout.id, amount: payout.amount };
    case 'processing':
      return { kind: 'processing', providerId: payout.id };
    case 'refused':
      return refused(payout);
    case null:
      return { kind: 'unknown', cause: 'read:state_unknown' };
  }
}

/**
 * What a payout under our reference means for the request. A paid one is told with its own amount, for
 * the books to compare; an open one of another amount needs a person before anything more is done.
 */
export function submitOutcome(
  payout: WirePayout,
  asked: Tiyn,
  step: 'lookup' | 'submit',
): SubmitOutcome {
  const unknown = (failure: 'amount_mismatch' | 'state_unknown'): SubmitOutcome => {
    const cause: UnknownCause = `${step}:${failure}`;
    return { kind: 'unknown', cause };
  };
  switch (stateOf(payout)) {
    case 'paid':
      return { kind: 'paid', providerId: payout.id, amount: payout.amount };
    case 'processing':
      return payout.amount === asked
        ? { kind: 'accepted', providerId: payout.id }
        : unknown('amount_mismatch');
    case 'refused':
      return refused(payout);
    case null:
      return unknown('state_unknown');
  }
}

/** Null when the row cannot be read in full: a statement with a hole is no statement. */
export function statementEntry(payout: WirePayout): StatementEntry | null {
  const state = stateOf(payout);
  const at = payout.updatedAt === null ? NaN : Date.parse(payout.updatedAt);
  if (state === null || Number.isNaN(at)) return null;
  return {
    reference: payout.reference,
    providerId: payout.id,
    amount: payout.amount,
    state,
    at: new Date(at).toISOString(),
  };
}

const BRANDS: readonly CardBrand[] = ['visa', 'mastercard', 'unionpay', 'maestro', 'amex'];
const CARD_STATES = ['active', 'blocked', 'expired'] as const;

/** A brand we do not know is shown as such; a state we do not know is never taken for active. */
export function cardOutcome(card: WireCard): CardTokenOutcome {
  return {
    kind: 'card',
    last4: card.last4,
    brand: BRANDS.find((brand) => brand === card.brand) ?? 'unknown',
    state: CARD_STATES.find((state) => state === card.status) ?? 'unusable',
    formState: card.formState,
  };
}
