import type { ReasonCode } from '../../domain/conversions/reasons';
import { holdEndMs } from '../../domain/conversions/hold';
import { planAccrue, splitSale, type Split } from '../../domain/ledger/plans';
import { formatTenge } from '../../domain/money';
import { moveConversion } from '../../store/postgres/conversionMoney';
import { insertNotice } from '../../store/postgres/notices';
import { inTransaction } from '../../store/postgres/pool';

import {
  partiesOf,
  readMatched,
  withdrawnReason,
  type MatchedFacts,
  type PricedFacts,
} from './facts';
import type { ConversionDeps } from './deps';

export type AccrueInput = { readonly conversionId: string; readonly revision: number };

export type Accrued = {
  readonly kind: 'held';
  readonly heldFrom: string;
  readonly heldUntil: string;
  readonly sale: string;
  readonly amounts: { readonly gross: string; readonly fee: string; readonly payable: string };
  readonly influencerId: string;
  readonly brandId: string;
  /** Set when the shop has not confirmed the order and is to be asked: how often, in ms. Saves a release in vain. */
  readonly pollEveryMs: number | null;
};

export type AccrueOutcome =
  | Accrued
  | {
      readonly kind: 'ended';
      readonly state: 'CANCELLED' | 'REFUSED';
      readonly reason: ReasonCode;
    };

/**
 * Attribution's last word and the first posting, in one transaction: the click must be inside the window of
 * the terms, then the commission is promised to both sides as a pending transaction. The terms are
 * snapshotted: a later change of the programme never reprices this order.
 */
export async function accrueConversion(
  deps: ConversionDeps,
  input: AccrueInput,
): Promise<AccrueOutcome> {
  const matched = await readMatched(deps, input.conversionId);
  if (matched.terms === null) return end(deps, matched, { state: 'REFUSED', reason: 'no_terms' });
  const facts: PricedFacts = { ...matched, terms: matched.terms };
  if (facts.state === 'HELD' && facts.split && facts.heldUntil)
    return accruedOf(deps, facts, facts.split, facts.heldUntil);
  const refusal = refusalOf(facts);
  if (refusal) return end(deps, facts, refusal);

  const split = splitSale(facts.sale, facts.terms.commissionBps, facts.terms.platformFeeBps);
  const heldUntil = new Date(
    holdEndMs(facts.receivedAt.getTime(), facts.terms.holdSeconds, facts.id),
  );
  await deps.ledger.postWith([planAccrue(partiesOf(facts), split, input.revision)], (sql) =>
    moveConversion(sql, {
      conversionId: facts.id,
      from: ['RECEIVED'],
      to: 'HELD',
      reason: 'hold_running',
      expect: { orderStatus: facts.orderStatus, sale: facts.sale, revision: 0 },
      set: { revision: input.revision, split, heldUntil, terms: facts.terms },
      detail: {
        gross: formatTenge(split.gross),
        fee: formatTenge(split.fee),
        payable: formatTenge(split.payable),
      },
    }),
  );
  return accruedOf(deps, facts, split, heldUntil);
}

type Refusal = { readonly state: 'CANCELLED' | 'REFUSED'; readonly reason: ReasonCode };

/** A shop's clock may be slow by this much; an order older than its click by more was not made through it. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

function refusalOf(facts: PricedFacts): Refusal | undefined {
  const withdrawn = withdrawnReason(facts);
  if (withdrawn) return { state: 'CANCELLED', reason: withdrawn };
  if (facts.clickedAt) {
    const ageMs = facts.orderedAt.getTime() - facts.clickedAt.getTime();
    if (ageMs < -CLOCK_TOLERANCE_MS) return { state: 'REFUSED', reason: 'order_before_click' };
    if (ageMs > facts.terms.clickWindowSeconds * 1000)
      return { state: 'REFUSED', reason: 'click_window_passed' };
  }
  const { payable } = splitSale(facts.sale, facts.terms.commissionBps, facts.terms.platformFeeBps);
  return payable > 0n ? undefined : { state: 'REFUSED', reason: 'commission_zero' };
}

async function end(
  deps: ConversionDeps,
  facts: MatchedFacts,
  refusal: Refusal,
): Promise<AccrueOutcome> {
  if (facts.state !== refusal.state) {
    await inTransaction(deps.pool, async (sql) => {
      await moveConversion(sql, {
        conversionId: facts.id,
        from: ['RECEIVED'],
        to: refusal.state,
        reason: refusal.reason,
        expect: { orderStatus: facts.orderStatus, sale: facts.sale },
      });
      await insertNotice(sql, {
        influencerId: facts.influencerId,
        code: 'order_cancelled',
        params: { reason: refusal.reason },
        subjectId: facts.id,
      });
    });
  }
  return { kind: 'ended', ...refusal };
}

export function accruedOf(
  deps: ConversionDeps,
  facts: PricedFacts,
  split: Split,
  heldUntil: Date,
): Accrued {
  return {
    kind: 'held',
    heldFrom: facts.receivedAt.toISOString(),
    heldUntil: heldUntil.toISOString(),
    sale: formatTenge(facts.sale),
    amounts: {
      gross: formatTenge(split.gross),
      fee: formatTenge(split.fee),
      payable: formatTenge(split.payable),
    },
    influencerId: facts.influencerId,
    brandId: facts.brandId,
    pollEveryMs:
      facts.confirmation === 'poll' && facts.orderStatus === 'pending' ? deps.pollEveryMs : null,
  };
}
