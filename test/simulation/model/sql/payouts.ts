import { answer, changed, Refused, type Answer, type Database, type Statements } from '../database';
import type { Payout } from '../rows';
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
  instrumentToken: row.instrument_token,
  instrumentKind: 'card',
  instrumentLast4: '0001',
  providerReference: row.provider_reference,
  providerAmount: row.provider_tiyn,
});

export const itemsOf = (db: Database, batchId: string): Payout[] =>
  db.payouts
    .where((row) => row.batch_id === batchId && row.state !== 'cancelled')
    .sort((a, b) => (a.id < b.id ? -1 : 1));

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
  if (before) checkAsApproved(before, row);
  if (before && before.state !== row.state) db.note(`payout ${before.state} ${row.state}`);
  db.payouts.put(row);
}

/** Migration 0015, payout_as_approved. */
function checkAsApproved(before: Payout, row: Payout): void {
  if (row.state === 'submitting' && before.state === 'reserved' && row.approval_id === null)
    throw new Refused('PR003', '', `payout ${row.id} is in no approved run`);
  const isPart = before.state === 'paid' && before.reason_code === 'paid_in_part';
  const approved = (one: Payout): string =>
    [
      one.approval_id,
      one.instrument_token,
      ...(isPart ? [] : [one.amount_tiyn, one.net_tiyn]),
    ].join();
  if (before.approval_id !== null && approved(before) !== approved(row))
    throw new Refused('PR004', '', `payout ${row.id} is not changed after its approval`);
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
  const [id, influencer_id, batch_id, amount, gross, by, lots, payables, grosses, token] = values;
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
    instrument_token: token,
    approval_id: null,
    approved_amount_tiyn: null,
    approved_net_tiyn: null,
    started_at: null,
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
  return known
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
    .add(/^select instrument_token as token/, (db, [id]) => {
      const row = db.influencers.get(id as string);
      if (!row) return answer([]);
      const { instrument_token: token, instrument_kind: kind, instrument_last4: last4 } = row;
      return answer([{ token, kind, last4, stopped: row.instrument_stopped_at !== null }]);
    })
    .add(/^select instrument_set_at as since/, (db, [id]) =>
      answer([{ since: at(db.influencers.get(id as string)?.instrument_since ?? null) }]),
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
