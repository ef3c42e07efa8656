import { isUnapproved } from '../../../../domain/payouts/runMoves';
import { answer, changed, Refused, type Database, type Statements } from '../database';
import type { Lot } from '../rows';
import { isOpenDebt } from './conversions';

export const ENDED_PAYOUT: readonly string[] = ['paid', 'refused', 'cancelled'];

const byTime =
  <R>(time: (row: R) => number, id: (row: R) => string) =>
  (a: R, b: R): number =>
    time(a) - time(b) || (id(a) < id(b) ? -1 : 1);

export const openLotsOf = (db: Database, influencerId: string): Lot[] =>
  db.lots
    .where((lot) => lot.influencer_id === influencerId && lot.consumed_tiyn < lot.payable_tiyn)
    .sort(
      byTime(
        (lot) => lot.released_at,
        (lot) => lot.conversion_id,
      ),
    );

function putLot(db: Database, lot: Lot): void {
  const whole =
    lot.gross_tiyn === lot.fee_tiyn + lot.payable_tiyn &&
    lot.fee_tiyn >= 0n &&
    lot.payable_tiyn >= 0n &&
    lot.consumed_tiyn >= 0n &&
    lot.consumed_tiyn <= lot.payable_tiyn &&
    lot.consumed_gross_tiyn >= 0n &&
    lot.consumed_gross_tiyn <= lot.gross_tiyn;
  if (!whole) throw new Refused('23514', 'payable_lots_check');
  db.lots.put(lot);
}

/** Orders all of whose money has left: store/postgres/lots.ts, markConversionsPaid. */
function markPaid(
  db: Database,
  ids: readonly string[],
  by: Record<string, string>,
  questions: readonly (string | null)[],
): number {
  let done = 0;
  for (const id of ids) {
    const row = db.conversions.get(id);
    const lot = db.lots.get(id);
    if (row?.state !== 'PAYABLE' || row.more_revision !== null || !lot) continue;
    if (lot.payable_tiyn === 0n || lot.consumed_tiyn !== lot.payable_tiyn) continue;
    const isHeld = db.payoutLots
      .where((part) => part.conversion_id === id)
      .some((part) => !ENDED_PAYOUT.includes(db.payouts.get(part.payout_id)!.state));
    if (isHeld) continue;
    done += 1;
    db.conversions.put({
      ...row,
      state: 'PAID',
      reason_code: questions.includes(row.reason_code) ? row.reason_code : null,
    });
    tell(db, 'conversion.paid', id, { ...by, conversionId: id });
  }
  return done;
}

export function tell(
  db: Database,
  topic: string,
  subject_id: string,
  payload: Record<string, string>,
): void {
  db.outbox.insert({ id: db.number(), topic, subject_id, payload });
}

function debtStatements(known: Statements): Statements {
  return known
    .add(
      /^select id, amount_tiyn - netted_tiyn - written_off_tiyn as open from debts/,
      (db, [id]) =>
        answer(
          db.debts
            .where((debt) => debt.influencer_id === id && isOpenDebt(debt))
            .sort(
              byTime(
                (debt) => debt.created_at,
                (debt) => debt.id,
              ),
            )
            .map((debt) => ({
              id: debt.id,
              open: debt.amount_tiyn - debt.netted_tiyn - debt.written_off_tiyn,
            })),
        ),
    )
    .add('correction_insert', (db, [id, revision, kind, gross, fee, payable, debt, reason]) => {
      const made = db.corrections.insert({
        conversion_id: id,
        revision,
        kind,
        gross_tiyn: gross,
        fee_tiyn: fee,
        payable_tiyn: payable,
        debt_tiyn: debt,
        reason_code: reason,
      });
      if (!made) throw new Refused('23505', 'conversion_corrections_pkey');
      if (gross < 0n || fee < 0n || payable < 0n || debt < 0n || debt > payable)
        throw new Refused('23514', 'conversion_corrections_check');
      return changed(1);
    })
    .add('debt_insert', (db, [id, influencer_id, conversion_id, revision, amount]) => {
      if (amount <= 0n) throw new Refused('23514', 'debts_amount_tiyn_check');
      db.debts.insert({
        id,
        influencer_id,
        conversion_id,
        revision,
        amount_tiyn: amount,
        netted_tiyn: 0n,
        written_off_tiyn: 0n,
        created_at: db.now(),
      });
      return changed(1);
    })
    .add('nettings_insert', (db, [ids, debts, lots, payables, grosses]) => {
      (ids as string[]).forEach((id, i) => {
        const part = { debt_id: debts[i], lot_conversion_id: lots[i], payable_tiyn: payables[i] };
        if (!db.nettings.insert({ id, ...part, gross_tiyn: grosses[i] }))
          throw new Refused('23505', 'debt_nettings_pkey');
        const debt = db.debts.get(part.debt_id)!;
        const netted_tiyn = debt.netted_tiyn + part.payable_tiyn;
        if (netted_tiyn + debt.written_off_tiyn > debt.amount_tiyn)
          throw new Refused('23514', 'debts_check');
        db.debts.put({ ...debt, netted_tiyn });
      });
      return changed(ids.length);
    });
}

function lotStatements(known: Statements): Statements {
  return known
    .add('payable_lot_insert', (db, [id, influencer_id, gross, fee, payable]) => {
      const lot = db.lots.get(id as string);
      putLot(db, {
        conversion_id: id,
        influencer_id,
        gross_tiyn: (lot?.gross_tiyn ?? 0n) + gross,
        fee_tiyn: (lot?.fee_tiyn ?? 0n) + fee,
        payable_tiyn: (lot?.payable_tiyn ?? 0n) + payable,
        consumed_tiyn: lot?.consumed_tiyn ?? 0n,
        consumed_gross_tiyn: lot?.consumed_gross_tiyn ?? 0n,
        released_at: lot?.released_at ?? db.now(),
      });
      return changed(1);
    })
    .add(
      /^select conversion_id, gross_tiyn.* from payable_lots where influencer_id = \$1/,
      (db, [id]) => answer(openLotsOf(db, id as string)),
    )
    .add(
      /^select conversion_id, gross_tiyn.* from payable_lots where conversion_id = \$1/,
      (db, [id]) => answer([db.lots.get(id as string)].filter((lot) => lot !== undefined)),
    )
    .add('lots_move', (db, [ids, payables, grosses, sign]) => {
      (ids as string[]).forEach((id, i) => {
        const lot = db.lots.get(id)!;
        const by = BigInt(sign as number);
        putLot(db, {
          ...lot,
          consumed_tiyn: lot.consumed_tiyn + by * (payables[i] as bigint),
          consumed_gross_tiyn: lot.consumed_gross_tiyn + by * (grosses[i] as bigint),
        });
      });
      return changed(ids.length);
    })
    .add('lot_resize', (db, [id, gross, payable]) => {
      const lot = db.lots.get(id as string)!;
      putLot(db, {
        ...lot,
        gross_tiyn: gross,
        payable_tiyn: payable,
        fee_tiyn: (gross as bigint) - (payable as bigint),
      });
      return changed(1);
    })
    .add('conversions_paid', (db, [ids, by, questions]) => {
      const told = JSON.parse(by as string) as Record<string, string>;
      return changed(markPaid(db, ids as string[], told, questions as string[]));
    })
    .add('last_payout_of_lot', (db, [id]) => {
      const paid = db.payoutLots
        .where((part) => part.conversion_id === id)
        .map((part) => db.payouts.get(part.payout_id)!)
        .filter((payout) => payout.state === 'paid')
        .sort((a, b) => (b.settled_at ?? 0) - (a.settled_at ?? 0));
      return answer(paid.slice(0, 1).map((payout) => ({ payout_id: payout.id })));
    })
    .add(/^select p\.id as "payoutId", p\.batch_id as "batchId", p\.state/, (db, [id]) =>
      answer(
        db.payoutLots
          .where((part) => part.conversion_id === id)
          .map((part) => db.payouts.get(part.payout_id)!)
          .filter((payout) => !ENDED_PAYOUT.includes(payout.state))
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .map((payout) => ({
            payoutId: payout.id,
            batchId: payout.batch_id,
            state: payout.state,
            isReturnable:
              ['requested', 'reserved'].includes(payout.state) &&
              isUnapproved(db.batches.get(payout.batch_id)!.state),
          })),
      ),
    );
}

export const moneyStatements = (known: Statements): Statements =>
  lotStatements(debtStatements(known));
