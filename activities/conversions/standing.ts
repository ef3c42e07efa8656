import { overLimit } from '../../domain/conversions/limits';
import type { ReasonCode } from '../../domain/conversions/reasons';
import { NO_MONEY, type Standing } from '../../domain/conversions/standing';
import { splitSale, type Split } from '../../domain/ledger/plans';
import { brandOwes } from '../../store/postgres/limits';

import type { ConversionDeps } from './deps';
import type { MatchedFacts } from './facts';

/** A shop's clock may be slow by this much; an order older than its click by more was not made through it. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

const isWithdrawn = ({ orderStatus }: MatchedFacts): boolean =>
  orderStatus === 'rejected' || orderStatus === 'refunded';

/** The commission on the order as it stands now, under the terms that price it. */
function worthOf(facts: MatchedFacts): Split {
  const { terms } = facts;
  if (terms === null || isWithdrawn(facts)) return NO_MONEY;
  return splitSale(facts.sale, terms.commissionBps, terms.platformFeeBps);
}

/** Attribution's last word: the click must be inside the window of the terms, and before the order. */
function refusalOf(facts: MatchedFacts, worth: Split): ReasonCode | null {
  const { terms, clickedAt } = facts;
  if (terms === null) return 'no_terms';
  // An order its shop took back at once is cancelled, not refused.
  if (isWithdrawn(facts)) return null;
  if (clickedAt) {
    const ageMs = facts.orderedAt.getTime() - clickedAt.getTime();
    if (ageMs < -CLOCK_TOLERANCE_MS) return 'order_before_click';
    if (ageMs > terms.clickWindowSeconds * 1000) return 'click_window_passed';
  }
  return worth.payable > 0n ? null : 'commission_zero';
}

function isConfirmed({
  confirmation,
  orderStatus,
  terms,
  releasedByAction,
}: MatchedFacts): boolean {
  if (releasedByAction !== null) return true;
  if (orderStatus === 'approved' || orderStatus === 'partially_refunded') return true;
  return confirmation === 'auto' && terms?.holdFrom !== 'delivery';
}

/** Why the order withdrawn now was: in the words of domain/conversions/reasons.ts. */
export const withdrawnReason = ({ orderStatus }: MatchedFacts): ReasonCode =>
  orderStatus === 'rejected' ? 'order_rejected' : 'refunded_in_hold';

/** What decides about the order next. The ceilings are looked at only where the order asks for more than it has. */
export async function standingOf(deps: ConversionDeps, facts: MatchedFacts): Promise<Standing> {
  const priced = worthOf(facts);
  // Less than a tiyn for the influencer is nothing for anybody.
  const worth = priced.payable > 0n || facts.state === 'RECEIVED' ? priced : NO_MONEY;
  const isReleased = facts.state === 'PAYABLE' || facts.state === 'PAID';
  const promise =
    !isReleased && facts.accruedAt && facts.split
      ? { split: facts.split, heldUntil: facts.heldUntil }
      : null;
  const has = promise?.split.gross ?? (isReleased ? (facts.split?.gross ?? 0n) : 0n);
  const asksForMore = worth.gross > has + (facts.more?.split.gross ?? 0n);
  return {
    state: facts.state,
    reasonCode: facts.reasonCode,
    status: facts.orderStatus,
    sale: facts.sale,
    worth,
    booked: isReleased && facts.split ? facts.split : NO_MONEY,
    promise,
    more: facts.more,
    refusal: facts.state === 'RECEIVED' ? refusalOf(facts, worth) : null,
    overLimit: asksForMore ? await ceilingOf(deps, facts, worth.gross - has) : null,
    confirmed: isConfirmed(facts),
    paused: facts.paused,
    cancelDecided: facts.cancelledByAction !== null,
    cancelledAs: facts.cancelledAs,
    waitsSince: facts.waitsSince,
  };
}

/** A person has looked at this sale, or a larger one, and let it pass. */
export const isLetPass = ({ releasedSale, sale }: MatchedFacts): boolean =>
  releasedSale !== null && sale <= releasedSale;

async function ceilingOf(
  deps: ConversionDeps,
  facts: MatchedFacts,
  added: bigint,
): Promise<ReasonCode | null> {
  if (isLetPass(facts)) return null;
  const owed = facts.creditLimit === null ? 0n : await brandOwes(deps.pool, facts.brandId);
  const limits = { order: facts.orderLimit ?? deps.orderLimit, credit: facts.creditLimit };
  return overLimit(limits, { sale: facts.sale, gross: added }, owed);
}
