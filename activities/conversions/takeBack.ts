import { randomBytes } from 'node:crypto';

import type { Move } from '../../domain/conversions/next';
import type { ReasonCode } from '../../domain/conversions/reasons';
import type { Standing } from '../../domain/conversions/standing';
import { idFromBytes } from '../../domain/ids';
import { planTakeBack, planVoid, type Split } from '../../domain/ledger/plans';
import { formatTenge, type Tiyn } from '../../domain/money';
import { cutLot, type CutLot, type Lot } from '../../domain/payouts/lots';
import { isUnapproved } from '../../domain/payouts/runMoves';
import { moveConversion, StaleRead } from '../../store/postgres/conversionMoney';
import { insertCorrection, insertDebt } from '../../store/postgres/debts';
import {
  loadLot,
  markConversionsPaid,
  payoutsHolding,
  resizeLot,
  type HoldingPayout,
} from '../../store/postgres/lots';
import { insertNotice } from '../../store/postgres/notices';
import { takeOut, unapprovedPayoutOf } from '../../store/postgres/payoutTakeOut';
import type { Sql } from '../../store/postgres/pool';
import { netDebts } from '../../services/netDebts';

import type { ConversionDeps } from './deps';
import { partiesOf, type PricedFacts } from './facts';
import { moveOf, type Step } from './step';

/** Why a payout left its run: an order in it came back. */
const ORDER_CHANGED = 'order_changed';

/**
 * The order came back after its release, wholly or in part. First from the balance; then from payouts that nobody
 * approved, which are cancelled and give their money back; what is approved ends as it was approved (design.md §4,
 * Late truth), and what it took is a debt of the payee at once, netted from the next money of theirs.
 */
export async function takeBack(deps: ConversionDeps, step: Step<PricedFacts>): Promise<void> {
  const { facts, order, move } = step;
  const lot = await freeWhatCanBe(deps, facts, order.worth);
  const plan = planOf(facts, order, lot);
  const revision = facts.revision + 1;
  const reason = reasonOf(move, plan.debt);
  const postings = [
    ...(facts.more ? [planVoid(facts.id, facts.more.revision)] : []),
    planTakeBack(partiesOf(facts), plan.back, plan.debt, revision),
  ];
  await deps.ledger.postWith(plan.back.gross === 0n ? postings.slice(0, -1) : postings, (sql) =>
    store(sql, { ...step, lot, plan, revision, reason }),
  );
  if (plan.debt > 0n) await coverDebt(deps, facts.influencerId);
}

type Plan = { readonly back: Split; readonly cut: CutLot; readonly debt: Tiyn };

/** What is taken back, and how much of it the payee no longer has. Splits of the whole order: parts in any order sum to it. */
function planOf(facts: PricedFacts, { booked, worth }: Standing, lot: Lot): Plan {
  const back = {
    gross: booked.gross - worth.gross,
    fee: booked.fee - worth.fee,
    payable: booked.payable - worth.payable,
  };
  const cut = cutLot(lot, worth);
  // An earlier return left the lot at what was taken of it: that much is a debt already.
  const known = lot.payable - booked.payable;
  return { back, cut, debt: cut.debt - known };
}

function reasonOf(move: Move, debt: Tiyn): ReasonCode {
  if (move.to === 'CANCELLED') return debt > 0n ? 'taken_back_after_payout' : 'taken_back';
  return debt > 0n ? 'lowered_after_payout' : 'lowered_after_release';
}

type TakingBack = Step<PricedFacts> & {
  readonly lot: Lot;
  readonly plan: Plan;
  readonly revision: number;
  readonly reason: ReasonCode;
};

async function store(sql: Sql, step: TakingBack): Promise<void> {
  const { facts, order, move, lot, plan, revision, reason } = step;
  await moveConversion(
    sql,
    moveOf(step, {
      reason,
      set: { revision, more: null, ...(move.to !== 'CANCELLED' && { split: order.worth }) },
      detail: {
        takenBack: formatTenge(plan.back.payable),
        debt: formatTenge(plan.debt),
        commission: formatTenge(plan.back.gross),
      },
    }),
  );
  await mustBeAsRead(sql, facts.id, lot);
  await resizeLot(sql, facts.id, plan.cut);
  if (plan.back.gross === 0n) return;
  await insertCorrection(sql, {
    conversionId: facts.id,
    revision,
    kind: 'taken_back',
    split: plan.back,
    debt: plan.debt,
    reason,
  });
  if (plan.debt > 0n)
    await insertDebt(sql, {
      id: idFromBytes('debt', randomBytes(16)),
      influencerId: facts.influencerId,
      conversionId: facts.id,
      revision,
      amount: plan.debt,
    });
  await insertNotice(sql, {
    influencerId: facts.influencerId,
    code:
      plan.debt > 0n
        ? 'debt_made'
        : move.to === 'CANCELLED'
          ? 'order_taken_back'
          : 'order_corrected',
    params: {
      reason,
      amount: formatTenge(plan.back.payable),
      debt: formatTenge(plan.debt),
    },
    subjectId: facts.id,
  });
  // What is left of it may all be with the payee already.
  if (move.to === 'PAYABLE') await markPaidIfGone(sql, facts.id);
}

async function mustBeAsRead(sql: Sql, conversionId: string, read: Lot): Promise<void> {
  const now = await loadLot(sql, conversionId, true);
  // A payout asked for since, or one that came back, has moved what is taken of it.
  const same =
    now?.payable === read.payable && now.consumed === read.consumed && now.gross === read.gross;
  if (!same) throw new StaleRead(`the lot of ${conversionId} is no longer as it was read`);
}

async function markPaidIfGone(sql: Sql, conversionId: string): Promise<void> {
  const { rows } = await sql.query<{ payout_id: string }>({
    name: 'last_payout_of_lot',
    text: `select t.payout_id from payout_lots t join payouts p on p.id = t.payout_id
            where t.conversion_id = $1 and p.state = 'paid' order by p.settled_at desc limit 1`,
    values: [conversionId],
  });
  const last = rows[0];
  if (last) await markConversionsPaid(sql, { payoutId: last.payout_id }, [conversionId]);
}

/** The lot, after payouts that nobody approved have given back what the order needs of it. */
async function freeWhatCanBe(deps: ConversionDeps, facts: PricedFacts, keep: Split): Promise<Lot> {
  for (;;) {
    const lot = await loadLot(deps.pool, facts.id, false);
    if (!lot) throw new StaleRead(`conversion ${facts.id} has no lot`);
    if (keep.payable >= lot.consumed) return lot;
    const holding = await payoutsHolding(deps.pool, facts.id);
    const returnable = holding.find((payout) => payout.isReturnable);
    if (!returnable) return lot;
    if (!(await leaveRun(deps, returnable)))
      throw new StaleRead(`payout ${returnable.payoutId} is approved by now`);
  }
}

/** Leaves its run under the run's lock, where an approval waits too. False: it was approved or sent meanwhile. */
const leaveRun = async (
  deps: ConversionDeps,
  { payoutId, batchId }: Pick<HoldingPayout, 'payoutId' | 'batchId'>,
): Promise<boolean> => {
  const outcome = await takeOut(deps.pool, deps.ledger, {
    payoutId,
    batchId,
    reason: { code: ORDER_CHANGED },
    settledAt: deps.now(),
    from: isUnapproved,
  });
  return outcome.kind === 'left' || outcome.kind === 'left_before';
};

/**
 * Who owes is not paid: a payout of theirs that nobody approved leaves its run, and what comes back covers the debt
 * first. One that is approved ends as it was approved.
 */
async function coverDebt(deps: ConversionDeps, influencerId: string): Promise<void> {
  const open = await unapprovedPayoutOf(deps.pool, influencerId);
  if (open) await leaveRun(deps, open);
  await netDebts(deps, influencerId);
}
