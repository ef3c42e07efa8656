import { answer, changed, type Answer, type Database, type Statements } from '../database';
import type { Payout, Review } from '../rows';
import { putPayout } from './payouts';

/** What the sending of a payout and its ways out of review read and write: migration 0016. */
const at = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

const mayLeave = (db: Database, row: Payout, states: readonly string[]): boolean => {
  const run = db.batches.get(row.batch_id)!;
  return run.approved_at !== null && states.includes(run.state);
};
const isStopped = (db: Database): boolean => db.switches.get('payouts_stopped')?.is_on ?? true;

function beginSend(db: Database, values: readonly any[]): Answer {
  const [id, send, states, provider, sentAt, token] = values;
  const row = db.payouts.get(id as string);
  const may =
    row &&
    row.sends === send - 1 &&
    row.net_tiyn !== null &&
    ['reserved', 'submitting', 'unknown'].includes(row.state) &&
    (row.state !== 'reserved' || row.sent_first_at === null) &&
    mayLeave(db, row, states as string[]) &&
    !isStopped(db);
  if (!may) return changed(0);
  const now = (sentAt as Date).getTime();
  putPayout(db, {
    ...row,
    state: 'submitting',
    reason_code: null,
    reason_text: null,
    provider,
    sends: send,
    sent_first_at: row.sent_first_at ?? now,
    sent_last_at: now,
    instrument_token: token,
  });
  return changed(1);
}

const reviewRow = (row: Review): unknown => ({
  id: row.id,
  payoutId: row.payout_id,
  wayOut: row.way_out,
  providerReference: row.provider_reference,
  paid: row.paid_tiyn,
  state: row.state,
  proposedBy: row.proposed_by,
  decidedBy: row.decided_by,
  factorAt: at(row.factor_at),
  absentAt: at(row.absent_at),
});

function taxStatements(known: Statements): Statements {
  return known
    .add(/^select influencer_id as "influencerId", regime, to_char/, (db, [id]) => {
      const row = db.payouts.get(id as string);
      if (!row || row.net_tiyn === null || row.regime === null) return answer([]);
      return answer([
        {
          influencerId: row.influencer_id,
          regime: row.regime,
          paymentDate: row.payment_date,
          amount: row.amount_tiyn,
          gross: row.gross_tiyn,
          fee: row.fee_tiyn,
          net: row.net_tiyn,
          tax: row.tax_tiyn,
          deductionApplies: false,
        },
      ]);
    })
    .add(/^with moved as \( update payouts set payment_date = \$2/, (db, values) => {
      const [id, day, , cumulative] = values;
      const row = db.payouts.get(id as string);
      if (row?.state !== 'reserved') return changed(0);
      const tax_cumulative: unknown = JSON.parse(cumulative as string);
      putPayout(db, { ...row, payment_date: day, tax_cumulative });
      return changed(1);
    })
    .add(/^delete from payout_withholdings where payout_id = \$1/, (db, [id]) => {
      for (const row of db.withholdings.where((one) => one.payout_id === id))
        db.withholdings.delete(`${row.payout_id} ${row.component}`);
      return changed(1);
    })
    .add(
      /^with fixed as \( update payouts set amount_tiyn = \$2, gross_tiyn = \$3/,
      (db, values) => {
        const [id, amount, gross, net, tax, , cumulative, components, bases, amounts] = values;
        putPayout(db, {
          ...db.payouts.get(id as string)!,
          amount_tiyn: amount,
          gross_tiyn: gross,
          fee_tiyn: (gross as bigint) - (amount as bigint),
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
      },
    )
    .add(/^delete from payout_lots l using unnest/, (db, [id, ids, payables]) => {
      (ids as string[]).forEach((lot, i) => {
        const part = db.payoutLots.get(`${id} ${lot}`);
        if (part?.payable_tiyn === payables[i]) db.payoutLots.delete(`${id} ${lot}`);
      });
      return changed(1);
    })
    .add(/^update payout_lots l set payable_tiyn = l\.payable_tiyn - /, (db, values) => {
      const [id, ids, payables, grosses] = values;
      (ids as string[]).forEach((lot, i) => {
        const part = db.payoutLots.get(`${id} ${lot}`);
        if (!part) return;
        const payable_tiyn = part.payable_tiyn - (payables[i] as bigint);
        const gross_tiyn = part.gross_tiyn - (grosses[i] as bigint);
        db.payoutLots.put({ ...part, payable_tiyn, gross_tiyn });
      });
      return changed(1);
    });
}

function reviewStatements(known: Statements): Statements {
  return known
    .add(/^select r\.id, r\.payout_id as "payoutId".* where r\.id = \$1/, (db, [id]) => {
      const row = db.reviews.get(id as string);
      return answer(row ? [reviewRow(row)] : []);
    })
    .add(/^update payout_reviews set absent_at/, (db, [id, seen]) => {
      const row = db.reviews.get(id as string)!;
      db.reviews.put({ ...row, absent_at: row.absent_at ?? (seen as Date).getTime() });
      return changed(1);
    })
    .add(/^update payout_reviews set state = \$2, effect/, (db, [id, state, , failure]) => {
      const row = db.reviews.get(id as string);
      if (row?.state !== 'confirmed') return changed(0);
      db.reviews.put({ ...row, state });
      db.note(`review ${row.way_out} ${failure ?? state}`);
      return changed(1);
    })
    .add(/^update payouts set told_state = \$2/, (db, [id, state, , reference, amount]) => {
      const row = db.payouts.get(id as string);
      if (row?.state !== 'review') return changed(0);
      putPayout(db, {
        ...row,
        told_state: state,
        provider_reference: reference ?? row.provider_reference,
        provider_tiyn: amount ?? row.provider_tiyn,
      });
      return changed(1);
    })
    .add(/^with ended as \( insert into payout_attempts/, (db, [id]) => {
      const row = db.payouts.get(id as string)!;
      putPayout(db, {
        ...row,
        attempt: row.attempt + 1,
        reference: `${row.id}.${row.attempt + 1}`,
        sent_first_at: null,
        sent_last_at: null,
        provider_reference: null,
        provider_tiyn: null,
        told_state: null,
      });
      return changed(1);
    });
}

export function sendStatements(known: Statements): Statements {
  return taxStatements(reviewStatements(known))
    .add('payout_begin_send', beginSend)
    .add('payout_standing', (db, [id, states]) => {
      const row = db.payouts.get(id as string);
      if (!row) return answer([]);
      const open = db.reviews.where((one) => one.payout_id === id && one.state === 'confirmed');
      return answer([
        {
          state: row.state,
          reasonCode: row.reason_code,
          isTaxed: row.net_tiyn !== null,
          attempt: row.attempt,
          sends: row.sends,
          sentFirstAt: at(row.sent_first_at),
          sentLastAt: at(row.sent_last_at),
          mayLeave: mayLeave(db, row, states as string[]),
          isStopped: isStopped(db),
          confirmedReviewId: open[0]?.id ?? null,
        },
      ]);
    })
    .add(/^select coalesce\(p\.instrument_token, i\.instrument_token\) as token/, (db, [id]) => {
      const row = db.payouts.get(id as string)!;
      const person = db.influencers.get(row.influencer_id)!;
      const token = row.instrument_token ?? person.instrument_token;
      const isHeld = person.instrument_token === token && person.instrument_stopped_at === null;
      const isGone = !isHeld && person.stopped_tokens.includes(token as string);
      return answer([
        { token, kind: person.instrument_kind, last4: person.instrument_last4, isGone },
      ]);
    });
}
