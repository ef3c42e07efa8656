import type { ProviderWord } from '../../domain/payouts/reviews';
import { almatyDate } from '../../domain/time';
import type { PayoutRow } from '../../store/postgres/payouts';

import type { PayoutDeps } from './deps';

const DAY_MS = 86_400_000;
/** The give-up clock is 72 hours from the first send, so a transfer is booked on one of these days or on none. */
const DAYS_MAX = 5;

/**
 * The provider's second word of a payout whose look-up knows nothing: its statements of the days since the first send.
 * A look-up that has lost a payout and a ledger that has booked it are two systems of one provider; money that
 * stands in its books has left. undefined: no statement has it, or none can be read, which proves nothing.
 */
export async function readStatement(
  { provider, now }: PayoutDeps,
  payout: PayoutRow,
): Promise<ProviderWord | undefined> {
  if (!provider.capabilities.statement || payout.sentFirstAt === null) return undefined;
  const todayMs = now().getTime();
  let dayMs = payout.sentFirstAt.getTime();
  for (let days = 0; days < DAYS_MAX; days += 1, dayMs += DAY_MS) {
    // Its last day is today's, whatever the hour of the first send was.
    const day = almatyDate(new Date(Math.min(dayMs, todayMs)));
    const outcome = await provider.statement(day);
    const entry =
      outcome.kind === 'statement'
        ? outcome.entries.find(({ reference }) => reference === payout.reference)
        : undefined;
    if (entry?.state === 'paid')
      return { kind: 'paid', providerReference: entry.providerId, amount: entry.amount };
    if (entry) return { kind: entry.state };
    if (dayMs >= todayMs) return undefined;
  }
  return undefined;
}
