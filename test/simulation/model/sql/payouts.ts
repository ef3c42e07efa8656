import { answer, changed, Refused, type Answer, type Database, type Statements } from '../database';
import type { Batch, Payout } from '../rows';
import { isPayoutMove } from '../../../../domain/payouts/moves';
import { ENDED_PAYOUT } from './lots';

const at = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

const payoutRow = (row: Payout): unknown => ({
  id: row.id,
  batchId: row.batch_id,
  influencerId: row.influencer_id,
  state: row.state,
  reasonCode: row.reason_code,
  reasonText: row.reason_text,
  amount: row.amount_tiyn,
  net: row.net_tiyn,
  reference: row.reference,
  attempt: row.attempt,
  sends: row.sends,
  sentFirstAt: at(row.sent_first_at),
  sentLastAt: at(row.sent_last_at),
  providerReference: row.provider_reference,
  providerAmount: row.provider_tiyn,
});

const batchRow = (row: Batch): unknown => ({
  id: row.id,
  period: row.period,
  currency: row.currency,
  state: row.state,
  itemCount: row.item_count,
  total: row.total_tiyn,
  preparedBy: row.prepared_by,
  note: row.note,
  approvedBy: row.approved_by,
});

export const itemsOf = (db: Database, batchId: string): Payout[] =>
  db.payouts
    .where((row) => row.batch_id === batchId && row.state !== 'cancelled')
    .sort((a, b) => (a.id < b.id ? -1 : 1));

const sum = (rows: readonly Payout[], of: (row: Payout) => bigint | null): bigint =>
  rows.reduce((total, row) => total + (of(row) ?? 0n), 0n);

function changeBatch(db: Database, id: string, from: readonly string[], columns: Partial<Batch>) {
  const row = db.batches.get(id);
  if (!row || !from.includes(row.state)) return changed(0);
  db.batches.put({ ...row, ...columns });
  return changed(1);
}

function batchStatements(known: Statements): Statements {
  return known
    .add(/^select id, period, currency from payout_batches where state = 'collecting'/, (db) =>
      answer(db.batches.where((row) => row.state === 'collecting').map(batchRow)),
    )
    .add(/^insert into payout_batches \(id, period\)/, (db, [id, day]) => {
      const ofDay = db.batches.where((row) => row.period.startsWith(`${day}-`)).length;
      db.batches.insert({
        id,
        period: `${day}-${1 + ofDay}`,
        currency: 'KZT',
        state: 'collecting',
        item_count: null,
        total_tiyn: null,
        prepared_by: null,
        note: null,
        approved_by: null,
        approved_at: null,
      });
      return changed(1);
    })
    .add(
      /^select id, period, currency, state, item_count.* from payout_batches where id/,
      (db, [id]) => {
        const row = db.batches.get(id as string);
        return answer(row ? [batchRow(row)] : []);
      },
    )
    .add(/^update payout_batches set state = 'freezing' where/, (db, [id]) =>
      changeBatch(db, id as string, ['collecting'], { state: 'freezing' }),
    )
    .add(/^update payout_batches b set item_count = s\.items/, (db, [id]) => {
      const items = itemsOf(db, id as string);
      const row = db.batches.get(id as string)!;
      const total = sum(items, (item) => item.net_tiyn);
      db.batches.put({
        ...row,
        item_count: items.length,
        total_tiyn: total,
        state: row.state === 'freezing' ? 'frozen' : row.state,
      });
      return answer([{ items: items.length, total }]);
    })
    .add(/^select count\(\*\)::int as items, coalesce\(sum\(amount_tiyn\)/, (db, [id]) => {
      const items = itemsOf(db, id as string);
      return answer([{ items: items.length, total: sum(items, (item) => item.amount_tiyn) }]);
    })
    .add(/^update payout_batches set prepared_by = \$2/, (db, [id, by, note]) => {
      const row = db.batches.get(id as string)!;
      if (row.prepared_by === null) db.batches.put({ ...row, prepared_by: by, note });
      return changed(1);
    })
    .add(/^select distinct requested_by from payouts/, (db, [id]) =>
      answer(itemsOf(db, id as string).map(({ requested_by }) => ({ requested_by }))),
    )
    .add(/^update payout_batches set state = 'approved', approved_by/, (db, [id, by]) =>
      changeBatch(db, id as string, ['frozen'], {
        state: 'approved',
        approved_by: by,
        approved_at: db.now(),
      }),
    )
    .add(/^update payout_batches set state = \$2, done_at/, (db, [id, state]) =>
      changeBatch(db, id as string, ['freezing', 'frozen', 'approved'], { state }),
    )
    .add(/^select id from payouts where batch_id = \$1 and id > \$2/, (db, [id, after, limit]) =>
      answer(
        itemsOf(db, id as string)
          .filter((row) => row.id > after)
          .slice(0, limit as number)
          .map((row) => ({ id: row.id })),
      ),
    );
}

/** Migration 0016: no move that its table does not have, one payout a movement of the provider's. */
export function putPayout(db: Database, row: Payout): void {
  const before = db.payouts.get(row.id);
  if (before && before.state !== row.state && !isPayoutMove(before.state, row.state))
    throw new Refused('23514', 'payout_moves', `${before.state} to ${row.state}`);
  const isTaken = (other: Payout): boolean =>
    other.id !== row.id &&
    other.provider === row.provider &&
    other.provider_reference === row.provider_reference;
  if (row.provider_reference !== null && db.payouts.all().some(isTaken))
    throw new Refused('23505', 'payouts_provider_reference');
  db.payouts.put(row);
}

function movePayout(db: Database, values: readonly any[]): Answer {
  const [id, from, to, reason, text, provider, reference, amount, settled] = values;
  const row = db.payouts.get(id as string);
  if (!row || !(from as string[]).includes(row.state)) return changed(0);
  putPayout(db, {
    ...row,
    state: to,
    reason_code: reason,
    reason_text: text,
    provider: provider ?? row.provider,
    provider_reference: reference ?? row.provider_reference,
    provider_tiyn: amount ?? row.provider_tiyn,
    settled_at: (settled as Date | null)?.getTime() ?? row.settled_at,
  });
  return changed(1);
}

function insertPayout(db: Database, values: readonly any[]): Answer {
  const [id, influencer_id, batch_id, amount, gross, by, lots, payables, grosses] = values;
  if (db.payouts.where((row) => row.influencer_id === influencer_id && isOpen(row)).length > 0)
    throw new Refused('23505', 'payouts_one_open');
  if (gross < amount) throw new Refused('23514', 'payouts_gross_tiyn_check');
  db.payouts.insert({
    id,
    influencer_id,
    batch_id,
    state: 'requested',
    reason_code: null,
    reason_text: null,
    amount_tiyn: amount,
    gross_tiyn: gross,
    fee_tiyn: (gross as bigint) - (amount as bigint),
    regime: null,
    payment_date: null,
    net_tiyn: null,
    tax_tiyn: null,
    tax_cumulative: null,
    reference: id,
    provider: null,
    provider_reference: null,
    provider_tiyn: null,
    requested_by: by,
    attempt: 1,
    sends: 0,
    sent_first_at: null,
    sent_last_at: null,
    instrument_token: null,
    told_state: null,
    settled_at: null,
    created_at: db.now(),
  });
  (lots as string[]).forEach((conversion_id, i) =>
    db.payoutLots.insert({
      payout_id: id,
      conversion_id,
      payable_tiyn: payables[i] as bigint,
      gross_tiyn: grosses[i] as bigint,
    }),
  );
  return changed(1);
}

export const isOpen = (row: Payout): boolean => !ENDED_PAYOUT.includes(row.state);

function freeze(db: Database, values: readonly any[]): Answer {
  const [id, regime, date, net, tax, , cumulative, components, bases, amounts] = values;
  const row = db.payouts.get(id as string);
  if (row?.state !== 'requested') return changed(0);
  if (net <= 0n || net + tax !== row.amount_tiyn) throw new Refused('23514', 'payouts_check');
  db.payouts.put({
    ...row,
    state: 'reserved',
    regime,
    payment_date: date,
    net_tiyn: net,
    tax_tiyn: tax,
    tax_cumulative: JSON.parse(cumulative as string),
  });
  (components as string[]).forEach((component, i) =>
    db.withholdings.insert({
      payout_id: id,
      component,
      base_tiyn: bases[i],
      amount_tiyn: amounts[i],
    }),
  );
  return changed(1);
}

export function payoutStatements(known: Statements): Statements {
  return batchStatements(known)
    .add('payout_insert', insertPayout)
    .add('payout_move', movePayout)
    .add('payout_freeze', freeze)
    .add(
      /^select id, batch_id as "batchId", influencer_id as "influencerId", state/,
      (db, [id]) => {
        const row = db.payouts.get(id as string);
        return answer(row ? [payoutRow(row)] : []);
      },
    )
    .add(/^select component, base_tiyn as base/, (db, [id]) =>
      answer(
        db.withholdings
          .where((row) => row.payout_id === id)
          .map((row) => ({
            component: row.component,
            base: row.base_tiyn,
            amount: row.amount_tiyn,
          })),
      ),
    )
    .add(/^select conversion_id, payable_tiyn, gross_tiyn from payout_lots/, (db, [id]) =>
      answer(db.payoutLots.where((row) => row.payout_id === id)),
    )
    .add(/^select exists \(select from payouts where influencer_id/, (db, [id]) =>
      answer([{ open: db.payouts.all().some((row) => row.influencer_id === id && isOpen(row)) }]),
    )
    .add(/^select id as "payoutId", influencer_id as "influencerId", amount_tiyn/, (db, [id]) =>
      answer(
        itemsOf(db, id as string)
          .filter((row) => row.state === 'requested')
          .map((row) => ({
            payoutId: row.id,
            influencerId: row.influencer_id,
            amount: row.amount_tiyn,
            gross: row.gross_tiyn,
            fee: row.fee_tiyn,
          })),
      ),
    )
    .add(/^select tax_cumulative from payouts/, (db, [id, regime, year, without]) =>
      answer(
        db.payouts
          .where(
            (row) =>
              row.influencer_id === id &&
              row.id !== without &&
              !['requested', 'refused', 'cancelled'].includes(row.state) &&
              row.regime === regime &&
              row.tax_cumulative !== null &&
              (row.payment_date ?? '') >= `${year}-01-01`,
          )
          .sort((a, b) =>
            a.payment_date === b.payment_date
              ? b.created_at - a.created_at
              : (b.payment_date ?? '') < (a.payment_date ?? '')
                ? -1
                : 1,
          )
          .slice(0, 1),
      ),
    );
}
