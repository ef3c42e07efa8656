import type { ReasonCode } from '../../domain/conversions/reasons';
import { planRelease, splitSale } from '../../domain/ledger/plans';
import { payeeHold } from '../../domain/payouts/readiness';
import {
  insertPayableLot,
  loadPayee,
  moveConversion,
  noteWaiting,
} from '../../store/postgres/conversionMoney';
import { FAILURE } from '../../workflows/contract';
import { again } from '../failures';

import { voidConversion, type Ended } from './decide';
import { partiesOf, readFacts, withdrawnReason, type PricedFacts } from './facts';
import type { ConversionDeps } from './deps';

export type ReleaseInput = {
  readonly conversionId: string;
  /** `person`: ops decided in review that the order counts although the shop never confirmed it. */
  readonly confirmedBy: 'order' | 'person';
};

export type ReleaseOutcome =
  | { readonly kind: 'payable' }
  | Ended
  /** The amount changed since the last accrual: reprice first. */
  | { readonly kind: 'unpriced' }
  /** The shop has not said yes. pollEveryMs is null when it can only tell us itself. */
  | { readonly kind: 'unconfirmed'; readonly pollEveryMs: number | null }
  | { readonly kind: 'payee_incomplete'; readonly reason: ReasonCode };

/**
 * Payee check and release in one transaction: the promise becomes payable exactly when the hold is over, the
 * order is confirmed and the payee can be paid. The row is matched against what was read, so an event that
 * slips in between posts nothing and the step decides anew.
 */
export async function releaseConversion(
  deps: ConversionDeps,
  input: ReleaseInput,
): Promise<ReleaseOutcome> {
  const facts = await readFacts(deps, input.conversionId);
  if (facts.state === 'PAYABLE' || facts.state === 'PAID') return { kind: 'payable' };
  const withdrawn = withdrawnReason(facts);
  if (withdrawn) return voidConversion(deps, facts, withdrawn);

  const now = deps.now();
  if (!facts.heldUntil || !facts.split || now < facts.heldUntil) {
    // Held is held, whatever the workflow's timer believed: clocks of two machines differ.
    const leftMs = facts.heldUntil ? facts.heldUntil.getTime() - now.getTime() : 1000;
    throw again(
      FAILURE.notYet,
      `conversion ${facts.id} is held until ${facts.heldUntil?.toISOString()}`,
      leftMs + 50,
    );
  }
  const { split } = facts;
  if (
    splitSale(facts.sale, facts.terms.commissionBps, facts.terms.platformFeeBps).gross !==
    split.gross
  ) {
    return { kind: 'unpriced' };
  }
  if (!isConfirmed(facts, input)) {
    await noteWaiting(deps.pool, facts.id, 'waiting_for_shop');
    return {
      kind: 'unconfirmed',
      pollEveryMs: facts.confirmation === 'poll' ? deps.pollEveryMs : null,
    };
  }
  const missing = await waitForPayee(deps, facts, now);
  if (missing) return { kind: 'payee_incomplete', reason: missing };

  await deps.ledger.postWith(
    [planRelease(partiesOf(facts), split, facts.revision)],
    async (sql) => {
      await moveConversion(sql, {
        conversionId: facts.id,
        from: ['HELD', 'REVIEW'],
        to: 'PAYABLE',
        expect: { orderStatus: facts.orderStatus, sale: facts.sale, revision: facts.revision },
        detail: { confirmedBy: input.confirmedBy === 'person' ? 'person' : facts.confirmation },
      });
      await insertPayableLot(sql, {
        conversionId: facts.id,
        influencerId: facts.influencerId,
        split,
      });
    },
  );
  return { kind: 'payable' };
}

function isConfirmed(facts: PricedFacts, input: ReleaseInput): boolean {
  if (input.confirmedBy === 'person' || facts.confirmation === 'auto') return true;
  return facts.orderStatus === 'approved' || facts.orderStatus === 'partially_refunded';
}

async function whatPayeeLacks(
  deps: ConversionDeps,
  facts: PricedFacts,
  now: Date,
): Promise<ReasonCode | undefined> {
  const payee = await loadPayee(deps.pool, facts.influencerId, now);
  return payee ? payeeHold(payee, deps.mode) : 'iin_missing';
}

/**
 * Notes what is missing, then looks once more: whoever mends it is told of the orders that say they wait
 * (fanOutPayee), so a change between the first look and the note would be heard of by nobody.
 */
async function waitForPayee(
  deps: ConversionDeps,
  facts: PricedFacts,
  now: Date,
): Promise<ReasonCode | undefined> {
  const missing = await whatPayeeLacks(deps, facts, now);
  if (!missing) return undefined;
  await noteWaiting(deps.pool, facts.id, missing);
  return whatPayeeLacks(deps, facts, now);
}
