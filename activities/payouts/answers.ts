import type { Paid, Refused } from '../../adapters/ports';
import { formatTenge } from '../../domain/money';
import type { PayoutRow } from '../../store/postgres/payouts';

import type { PayoutAnswer } from './deps';

/** The provider's definite word, as it travels through the workflow. */
export function definiteAnswer(outcome: Paid | Refused): PayoutAnswer {
  if (outcome.kind === 'refused')
    return { kind: 'refused', code: outcome.code, reason: outcome.reason };
  return {
    kind: 'paid',
    providerReference: outcome.providerId,
    amount: formatTenge(outcome.amount),
  };
}

/** A repeated step finds what an earlier run settled. */
export function settledAnswer(payout: PayoutRow): PayoutAnswer | undefined {
  if (payout.state === 'paid') {
    return {
      kind: 'paid',
      providerReference: payout.providerReference ?? '',
      amount: formatTenge(payout.providerAmount ?? 0n),
    };
  }
  if (payout.state === 'refused' || payout.state === 'cancelled') {
    return {
      kind: 'refused',
      code: payout.reasonCode ?? payout.state,
      reason: payout.reasonText ?? payout.state,
    };
  }
  return undefined;
}
