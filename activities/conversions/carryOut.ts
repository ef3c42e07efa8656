import { holdEndMs } from '../../domain/conversions/hold';
import type { ReasonCode } from '../../domain/conversions/reasons';
import { planAccrue, planRelease, planVoid, type Split } from '../../domain/ledger/plans';
import type { LedgerTransaction } from '../../domain/ledger/transaction';
import { formatTenge } from '../../domain/money';
import { unreachable } from '../../domain/result';
import { almatyDate } from '../../domain/time';
import { insertPayableLot, moveConversion } from '../../store/postgres/conversionMoney';
import { insertCorrection } from '../../store/postgres/debts';
import { takeFromDay } from '../../store/postgres/limits';
import { insertNotice } from '../../store/postgres/notices';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { netDebts } from '../../services/netDebts';

import type { ConversionDeps } from './deps';
import { amountsOf, partiesOf, type MatchedFacts, type PricedFacts } from './facts';
import { isLetPass, withdrawnReason } from './standing';
import { moveOf, type Step } from './step';
import { takeBack } from './takeBack';

/** The transaction is rolled back whole: the order goes to a person instead. */
class DayIsFull extends Error {
  override readonly name = 'DayIsFull';
}

/** Carries out one move of the table: postings, row, history and notice in one transaction, or none of them. */
export async function carryOut(deps: ConversionDeps, step: Step): Promise<void> {
  const { money } = step.move;
  switch (money) {
    case 'none':
      return moveOnly(deps, step);
    case 'accrue':
      return accrue(deps, priced(step));
    case 'reprice':
      return reprice(deps, priced(step));
    case 'void':
      return takeBackPromise(deps, step);
    case 'release':
      return release(deps, priced(step));
    case 'take_back':
      return takeBack(deps, priced(step));
    case 'accrue_more':
      return accrueMore(deps, priced(step));
    case 'void_more':
      return voidMore(deps, step);
    case 'release_more':
      return releaseMore(deps, priced(step));
    default:
      return unreachable(money);
  }
}

function priced(step: Step): Step<PricedFacts> {
  const { facts } = step;
  const { terms } = facts;
  if (terms === null) throw new Error(`conversion ${facts.id} has no terms`);
  return { ...step, facts: { ...facts, terms } };
}

/** The exact reason of a move whose cell leaves it open. */
function reasonOf({ facts, order, event, move }: Step): ReasonCode | null {
  if (move.reason) return move.reason;
  if (event === 'refused_by_rules') return order.refusal;
  if (event === 'over_limit') return order.overLimit ?? 'over_day_limit';
  if (event === 'withdrawn') return withdrawnReason(facts);
  // A change in review leaves the reason for which a person looks.
  return facts.reasonCode as ReasonCode | null;
}

/** An order that an adjustment brings back is the adjustment's to see through. */
const drivenBy = ({ driver }: Step): { readonly driver?: string } =>
  driver === undefined ? {} : { driver };

async function moveOnly(deps: ConversionDeps, step: Step): Promise<void> {
  const { facts, event, move } = step;
  const reason = reasonOf(step);
  const begins = event === 'delivered' ? holdEnd(facts, deps.now()) : undefined;
  await inTransaction(deps.pool, async (sql) => {
    await moveConversion(
      sql,
      moveOf(step, {
        reason,
        detail: begins ? { delivered: true, heldUntil: begins.toISOString() } : {},
        set: {
          ...(begins && { heldUntil: begins }),
          ...drivenBy(step),
          // A decision belongs to the review it was given in.
          ...(move.to === 'REVIEW' && { forgetPeople: true as const }),
        },
      }),
    );
    if (move.to === 'CANCELLED' || move.to === 'REFUSED') await tellCancelled(sql, facts, reason);
  });
}

const tellCancelled = (sql: Sql, facts: MatchedFacts, reason: ReasonCode | null): Promise<void> =>
  insertNotice(sql, {
    influencerId: facts.influencerId,
    code: 'order_cancelled',
    params: {
      reason: reason ?? '',
      ...(facts.split && facts.accruedAt && { amount: formatTenge(facts.split.payable) }),
    },
    subjectId: facts.id,
  });

const holdEnd = (facts: MatchedFacts, from: Date): Date =>
  new Date(holdEndMs(from.getTime(), facts.terms?.holdSeconds ?? 0, facts.id));

/**
 * The commission is promised to both sides as a pending transaction. The terms are snapshotted: a later change of
 * the programme never reprices this order. A first hold runs from our receipt of the order, that of an order
 * that comes back from now; where it runs from the delivery, it begins when the shop says so.
 */
async function accrue(deps: ConversionDeps, step: Step<PricedFacts>): Promise<void> {
  const { facts, order, move } = step;
  const revision = facts.revision + 1;
  const isFirst = facts.state === 'RECEIVED' && facts.revision === 0;
  const waitsForDelivery = facts.terms.holdFrom === 'delivery' && !order.confirmed;
  const heldUntil = waitsForDelivery
    ? null
    : holdEnd(facts, isFirst ? facts.receivedAt : deps.now());
  const split = order.worth;
  try {
    await deps.ledger.postWith([planAccrue(partiesOf(facts), split, revision)], async (sql) => {
      await takeDay(deps, sql, facts, facts.sale);
      await moveConversion(
        sql,
        moveOf(step, {
          reason: waitsForDelivery ? 'waiting_for_delivery' : move.reason,
          set: {
            revision,
            split,
            heldUntil,
            terms: facts.terms,
            accruedAt: deps.now(),
            ...drivenBy(step),
            ...(!isFirst && facts.state !== 'RECEIVED' && { forgetPeople: true as const }),
          },
          detail: amountsOf(split),
        }),
      );
    });
  } catch (thrown) {
    if (!(thrown instanceof DayIsFull)) throw thrown;
    const full = { to: 'REVIEW', money: 'none', reason: 'over_day_limit' } as const;
    await moveOnly(deps, { ...step, event: 'over_limit', move: full });
  }
}

async function takeDay(
  deps: ConversionDeps,
  sql: Sql,
  facts: MatchedFacts,
  sale: bigint,
): Promise<void> {
  if (facts.dayLimit === null || isLetPass(facts)) return;
  const day = almatyDate(deps.now());
  const fits = await takeFromDay(sql, facts.programmeId, day, sale, facts.dayLimit);
  if (!fits) throw new DayIsFull(`programme ${facts.programmeId} has reached its limit of ${day}`);
}

/** Another amount: void this revision and promise the next under the SAME terms and hold end. */
async function reprice(deps: ConversionDeps, step: Step<PricedFacts>): Promise<void> {
  const { facts, order, move } = step;
  const revision = facts.revision + 1;
  const split = order.worth;
  const plans: LedgerTransaction[] = [
    planVoid(facts.id, facts.revision),
    planAccrue(partiesOf(facts), split, revision),
  ];
  await deps.ledger.postWith(plans, (sql) =>
    moveConversion(
      sql,
      moveOf(step, {
        reason: move.to === 'REVIEW' ? facts.reasonCode : move.reason,
        set: { revision, split, accruedAt: facts.accruedAt ?? deps.now() },
        detail: { ...amountsOf(split), changed: true },
      }),
    ),
  );
}

/** Takes the promise back, where there is one: a review of an order beyond a ceiling has none. */
async function takeBackPromise(deps: ConversionDeps, step: Step): Promise<void> {
  const { facts, order, event, move } = step;
  const reason = reasonOf(step);
  const byPerson = event === 'cancel_decided';
  const follow = async (sql: Sql): Promise<void> => {
    await moveConversion(
      sql,
      moveOf(step, {
        reason,
        ...(byPerson && { expect: { revision: facts.revision } }),
        detail: { revision: facts.revision },
        set: {
          accruedAt: null,
          ...(byPerson && { cancelledAs: { status: facts.orderStatus, sale: facts.sale } }),
          ...(move.to === 'REVIEW' && { forgetPeople: true as const }),
        },
      }),
    );
    if (move.to === 'CANCELLED') await tellCancelled(sql, facts, reason);
  };
  if (order.promise === null) await inTransaction(deps.pool, follow);
  else await deps.ledger.postWith([planVoid(facts.id, facts.revision)], follow);
}

/** The promise becomes payable exactly when the hold is over, the order is confirmed and the payee can be paid. */
async function release(deps: ConversionDeps, step: Step<PricedFacts>): Promise<void> {
  const { facts, order } = step;
  const split = order.promise?.split ?? order.worth;
  const confirmedBy = facts.releasedByAction === null ? facts.confirmation : 'person';
  await releasePromise(deps, facts, { split, revision: facts.revision }, (sql) =>
    moveConversion(
      sql,
      moveOf(step, { reason: null, set: { accruedAt: null }, detail: { confirmedBy } }),
    ),
  );
}

/** What becomes payable is a lot of its own, and covers first what its payee owes. */
async function releasePromise(
  deps: ConversionDeps,
  facts: PricedFacts,
  { split, revision }: { readonly split: Split; readonly revision: number },
  follow: (sql: Sql) => Promise<void>,
): Promise<void> {
  const { id: conversionId, influencerId } = facts;
  await deps.ledger.postWith([planRelease(partiesOf(facts), split, revision)], async (sql) => {
    await follow(sql);
    await insertPayableLot(sql, { conversionId, influencerId, split });
  });
  if (facts.hasDebt) await netDebts(deps, influencerId);
}

const minus = (a: Split, b: Split): Split => ({
  gross: a.gross - b.gross,
  fee: a.fee - b.fee,
  payable: a.payable - b.payable,
});
const plus = (a: Split, b: Split): Split => ({
  gross: a.gross + b.gross,
  fee: a.fee + b.fee,
  payable: a.payable + b.payable,
});

/** The order rose after its release: the difference is promised anew and waits out a hold of its own. */
async function accrueMore(deps: ConversionDeps, step: Step<PricedFacts>): Promise<void> {
  const { facts, order } = step;
  const revision = facts.revision + 1;
  const split = minus(order.worth, order.booked);
  const plans: LedgerTransaction[] = [
    ...(facts.more ? [planVoid(facts.id, facts.more.revision)] : []),
    planAccrue(partiesOf(facts), split, revision),
  ];
  // A raise that only grows keeps nothing of the earlier hold: the new amount is new.
  const heldUntil = holdEnd(facts, deps.now());
  await deps.ledger.postWith(plans, (sql) =>
    moveConversion(
      sql,
      moveOf(step, {
        to: facts.state,
        set: { revision, more: { revision, split, heldUntil }, ...drivenBy(step) },
        detail: { ...amountsOf(split), heldUntil: heldUntil.toISOString() },
      }),
    ),
  );
}

async function voidMore(deps: ConversionDeps, step: Step): Promise<void> {
  const { facts } = step;
  const { more } = facts;
  if (!more) return;
  await deps.ledger.postWith([planVoid(facts.id, more.revision)], (sql) =>
    moveConversion(
      sql,
      moveOf(step, { to: facts.state, set: { more: null }, detail: amountsOf(more.split) }),
    ),
  );
}

async function releaseMore(deps: ConversionDeps, step: Step<PricedFacts>): Promise<void> {
  const { facts } = step;
  const { more, split } = facts;
  if (!more || !split) return;
  await releasePromise(deps, facts, more, async (sql) => {
    await moveConversion(
      sql,
      moveOf(step, {
        set: { split: plus(split, more.split), more: null },
        detail: amountsOf(more.split),
      }),
    );
    await insertCorrection(sql, {
      conversionId: facts.id,
      revision: more.revision,
      kind: 'raised',
      split: more.split,
      debt: 0n,
      reason: 'raised_after_release',
    });
  });
}
