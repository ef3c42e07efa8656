import { holdEndMs } from '../../domain/conversions/hold';
import type { ConversionEvent, Move } from '../../domain/conversions/next';
import type { ReasonCode } from '../../domain/conversions/reasons';
import type { Standing } from '../../domain/conversions/standing';
import { planAccrue, planRelease, planVoid, type Split } from '../../domain/ledger/plans';
import type { LedgerTransaction } from '../../domain/ledger/transaction';
import { formatTenge } from '../../domain/money';
import { unreachable } from '../../domain/result';
import { almatyDate } from '../../domain/time';
import {
  insertPayableLot,
  moveConversion,
  type Move as StoredMove,
} from '../../store/postgres/conversionMoney';
import { insertCorrection } from '../../store/postgres/debts';
import { takeFromDay } from '../../store/postgres/limits';
import { insertNotice } from '../../store/postgres/notices';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { netDebts } from '../../services/netDebts';

import type { ConversionDeps } from './deps';
import { amountsOf, carriedOutBy, partiesOf, type MatchedFacts, type PricedFacts } from './facts';
import { isLetPass, withdrawnReason } from './standing';
import { takeBack } from './takeBack';

/** The transaction is rolled back whole: the order goes to a person instead. */
class DayIsFull extends Error {
  override readonly name = 'DayIsFull';
}

/** Carries out one move of the table: postings, row, history and notice in one transaction, or none of them. */
export async function carryOut(
  deps: ConversionDeps,
  facts: MatchedFacts,
  order: Standing,
  event: ConversionEvent,
  move: Move,
  driver: string | undefined,
): Promise<void> {
  switch (move.money) {
    case 'none':
      return moveOnly(deps, facts, order, event, move, driver);
    case 'accrue':
      return accrue(deps, priced(facts), order, move, driver);
    case 'reprice':
      return reprice(deps, priced(facts), order, move, driver);
    case 'void':
      return takeBackPromise(deps, facts, order, event, move, driver);
    case 'release':
      return release(deps, priced(facts), order, move, driver);
    case 'take_back':
      return takeBack(deps, priced(facts), order, move, driver);
    case 'accrue_more':
      return accrueMore(deps, priced(facts), order, move, driver);
    case 'void_more':
      return voidMore(deps, facts, move, driver);
    case 'release_more':
      return releaseMore(deps, priced(facts), move, driver);
    default:
      return unreachable(move.money);
  }
}

function priced(facts: MatchedFacts): PricedFacts {
  const { terms } = facts;
  if (terms === null) throw new Error(`conversion ${facts.id} has no terms`);
  return { ...facts, terms };
}

/** What every move expects of the row: decided on what was read, or not at all. */
const asRead = (facts: MatchedFacts): StoredMove['expect'] => ({
  orderStatus: facts.orderStatus,
  sale: facts.sale,
  revision: facts.revision,
});

/** The exact reason of a move whose cell leaves it open. */
function reasonOf(
  facts: MatchedFacts,
  order: Standing,
  event: ConversionEvent,
  move: Move,
): ReasonCode | null {
  if (move.reason) return move.reason;
  if (event === 'refused_by_rules') return order.refusal;
  if (event === 'over_limit') return order.overLimit ?? 'over_day_limit';
  if (event === 'withdrawn') return withdrawnReason(facts);
  // A change in review leaves the reason for which a person looks.
  return facts.reasonCode as ReasonCode | null;
}

async function moveOnly(
  deps: ConversionDeps,
  facts: MatchedFacts,
  order: Standing,
  event: ConversionEvent,
  move: Move,
  driver: string | undefined,
): Promise<void> {
  const reason = reasonOf(facts, order, event, move);
  const begins = event === 'delivered' ? holdEnd(facts, deps.now()) : undefined;
  const set = { ...(begins && { heldUntil: begins }), ...(driver !== undefined && { driver }) };
  await inTransaction(deps.pool, async (sql) => {
    await moveConversion(sql, {
      conversionId: facts.id,
      from: [facts.state],
      to: move.to,
      reason,
      expect: asRead(facts),
      detail: {
        ...(begins && { delivered: true, heldUntil: begins.toISOString() }),
        ...carriedOutBy(driver),
      },
      // A decision belongs to the review it was given in.
      set: { ...set, ...(move.to === 'REVIEW' && { forgetPeople: true as const }) },
    });
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
async function accrue(
  deps: ConversionDeps,
  facts: PricedFacts,
  order: Standing,
  move: Move,
  driver: string | undefined,
): Promise<void> {
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
      await moveConversion(sql, {
        conversionId: facts.id,
        from: [facts.state],
        to: move.to,
        reason: waitsForDelivery ? 'waiting_for_delivery' : move.reason,
        expect: asRead(facts),
        set: {
          revision,
          split,
          heldUntil,
          terms: facts.terms,
          accruedAt: deps.now(),
          ...(driver !== undefined && { driver }),
          ...(!isFirst && facts.state !== 'RECEIVED' && { forgetPeople: true as const }),
        },
        detail: { ...amountsOf(split), ...carriedOutBy(driver) },
      });
    });
  } catch (thrown) {
    if (!(thrown instanceof DayIsFull)) throw thrown;
    const full = { to: 'REVIEW', money: 'none', reason: 'over_day_limit' } as const;
    await moveOnly(deps, facts, order, 'over_limit', full, driver);
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
async function reprice(
  deps: ConversionDeps,
  facts: PricedFacts,
  order: Standing,
  move: Move,
  driver: string | undefined,
): Promise<void> {
  const revision = facts.revision + 1;
  const split = order.worth;
  const plans: LedgerTransaction[] = [
    planVoid(facts.id, facts.revision),
    planAccrue(partiesOf(facts), split, revision),
  ];
  await deps.ledger.postWith(plans, (sql) =>
    moveConversion(sql, {
      conversionId: facts.id,
      from: [facts.state],
      to: move.to,
      reason: move.to === 'REVIEW' ? (facts.reasonCode as ReasonCode) : move.reason,
      expect: asRead(facts),
      set: { revision, split, accruedAt: facts.accruedAt ?? deps.now() },
      detail: { ...amountsOf(split), changed: true, ...carriedOutBy(driver) },
    }),
  );
}

/** Takes the promise back, where there is one: a review of an order beyond a ceiling has none. */
async function takeBackPromise(
  deps: ConversionDeps,
  facts: MatchedFacts,
  order: Standing,
  event: ConversionEvent,
  move: Move,
  driver: string | undefined,
): Promise<void> {
  const reason = reasonOf(facts, order, event, move);
  const byPerson = event === 'cancel_decided';
  const follow = async (sql: Sql): Promise<void> => {
    await moveConversion(sql, {
      conversionId: facts.id,
      from: [facts.state],
      to: move.to,
      reason,
      expect: byPerson ? { revision: facts.revision } : asRead(facts),
      detail: { revision: facts.revision, ...carriedOutBy(driver) },
      set: {
        accruedAt: null,
        ...(byPerson && { cancelledAs: { status: facts.orderStatus, sale: facts.sale } }),
        ...(move.to === 'REVIEW' && { forgetPeople: true as const }),
      },
    });
    if (move.to === 'CANCELLED') await tellCancelled(sql, facts, reason);
  };
  if (order.promise === null) await inTransaction(deps.pool, follow);
  else await deps.ledger.postWith([planVoid(facts.id, facts.revision)], follow);
}

/** The promise becomes payable exactly when the hold is over, the order is confirmed and the payee can be paid. */
async function release(
  deps: ConversionDeps,
  facts: PricedFacts,
  order: Standing,
  move: Move,
  driver: string | undefined,
): Promise<void> {
  const split = order.promise?.split ?? order.worth;
  await releasePromise(deps, facts, { split, revision: facts.revision }, (sql) =>
    moveConversion(sql, {
      conversionId: facts.id,
      from: [facts.state],
      to: move.to,
      expect: asRead(facts),
      set: { accruedAt: null },
      detail: {
        confirmedBy: facts.releasedByAction === null ? facts.confirmation : 'person',
        ...carriedOutBy(driver),
      },
    }),
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
async function accrueMore(
  deps: ConversionDeps,
  facts: PricedFacts,
  order: Standing,
  move: Move,
  driver: string | undefined,
): Promise<void> {
  const revision = facts.revision + 1;
  const split = minus(order.worth, order.booked);
  const plans: LedgerTransaction[] = [
    ...(facts.more ? [planVoid(facts.id, facts.more.revision)] : []),
    planAccrue(partiesOf(facts), split, revision),
  ];
  // A raise that only grows keeps nothing of the earlier hold: the new amount is new.
  const heldUntil = holdEnd(facts, deps.now());
  await deps.ledger.postWith(plans, (sql) =>
    moveConversion(sql, {
      conversionId: facts.id,
      from: [facts.state],
      to: facts.state,
      reason: move.reason,
      expect: asRead(facts),
      set: {
        revision,
        more: { revision, split, heldUntil },
        ...(driver !== undefined && { driver }),
      },
      detail: {
        ...amountsOf(split),
        heldUntil: heldUntil.toISOString(),
        ...carriedOutBy(driver),
      },
    }),
  );
}

async function voidMore(
  deps: ConversionDeps,
  facts: MatchedFacts,
  move: Move,
  driver: string | undefined,
): Promise<void> {
  const { more } = facts;
  if (!more) return;
  await deps.ledger.postWith([planVoid(facts.id, more.revision)], (sql) =>
    moveConversion(sql, {
      conversionId: facts.id,
      from: [facts.state],
      to: facts.state,
      reason: move.reason,
      expect: asRead(facts),
      set: { more: null },
      detail: { ...amountsOf(more.split), ...carriedOutBy(driver) },
    }),
  );
}

async function releaseMore(
  deps: ConversionDeps,
  facts: PricedFacts,
  move: Move,
  driver: string | undefined,
): Promise<void> {
  const { more, split } = facts;
  if (!more || !split) return;
  const whole = plus(split, more.split);
  await releasePromise(deps, facts, more, async (sql) => {
    await moveConversion(sql, {
      conversionId: facts.id,
      from: [facts.state],
      to: move.to,
      reason: move.reason,
      expect: asRead(facts),
      set: { split: whole, more: null },
      detail: { ...amountsOf(more.split), ...carriedOutBy(driver) },
    });
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
