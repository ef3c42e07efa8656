import { isUnapproved, mayMoveRun, type RunState } from '../../../../domain/payouts/runMoves';
import { answer, changed, Refused, type Answer, type Database, type Statements } from '../database';
import type { Batch, Conversion, Payout } from '../rows';
import { itemsOf, putPayout } from './payouts';

/** Runs and their approvals: migration 0015, with the triggers that let nothing else become approved. */
const at = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

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
  paymentDate: row.payment_date,
  doneAt: at(row.done_at),
  fundsMissing: row.funds_missing_tiyn,
  collectUntil: at((row.reopened_at ?? row.created_at) + row.collect_ms),
  approveUntil: at(row.frozen_at === null ? null : row.frozen_at + row.approve_within_ms),
});

const sum = (rows: readonly Payout[], of: (row: Payout) => bigint | null): bigint =>
  rows.reduce((total, row) => total + (of(row) ?? 0n), 0n);

/** payout_run_hash: what an approval is of. */
function hashOf(db: Database, run: Batch): string {
  const items = db.payouts
    .where((row) => row.batch_id === run.id)
    .filter((row) => (run.approved_at === null ? row.state !== 'cancelled' : row.approval_id))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((row) =>
      [
        row.id,
        row.influencer_id,
        row.approved_amount_tiyn ?? row.amount_tiyn,
        row.approved_net_tiyn ?? row.net_tiyn,
        row.instrument_token,
      ].join('|'),
    );
  return [run.id, run.payment_date, ...items].join('\n');
}

function putBatch(db: Database, row: Batch): void {
  const before = db.batches.get(row.id)!;
  if (before.state !== row.state) {
    db.note(`run ${before.state} ${row.state}`);
    if (!mayMoveRun(before.state, row.state)) throw new Refused('PR001', '', row.state);
    const approval = db.approvals.get(row.id);
    const isApproved =
      approval?.approved_by === row.approved_by &&
      approval?.approved_by !== row.prepared_by &&
      approval?.expected_total_tiyn === row.total_tiyn &&
      approval?.items_hash === hashOf(db, before);
    if (row.state === 'approved' && !isApproved)
      throw new Refused('PR002', '', `${row.id} is not approved as it stands`);
  }
  db.batches.put(row);
}

function dropTaxes(db: Database, id: string): Answer {
  for (const row of db.payouts.where((one) => one.batch_id === id && one.state === 'reserved')) {
    // The move back is a run's, not a payout's own: 0015 has its own way for it.
    db.payouts.put({
      ...row,
      state: 'requested',
      regime: null,
      payment_date: null,
      net_tiyn: null,
      tax_tiyn: null,
      tax_cumulative: null,
    });
    for (const line of db.withholdings.where((one) => one.payout_id === row.id))
      db.withholdings.delete(`${line.payout_id} ${line.component}`);
  }
  return changed(1);
}

function setTotals(db: Database, id: string): Answer {
  const items = itemsOf(db, id);
  const row = db.batches.get(id)!;
  const total = sum(items, (item) => item.net_tiyn);
  const days = items.map((item) => item.payment_date ?? '').sort();
  putBatch(db, {
    ...row,
    item_count: items.length,
    total_tiyn: total,
    payment_date: days.at(-1) || row.payment_date,
    state: row.state === 'freezing' ? 'frozen' : row.state,
    frozen_at: row.frozen_at ?? db.now(),
  });
  return answer([{ items: items.length, total }]);
}

function insertBatch(db: Database, [id, day, collect, approve]: readonly any[]): Answer {
  const isTaken = db.batches.where((row) => row.state === 'collecting' && row.reopened_at === null);
  if (isTaken.length > 0) return changed(0);
  const ofDay = db.batches.where((row) => row.period.startsWith(`${day}-`)).length;
  db.batches.insert({
    id,
    period: `${day}-${1 + ofDay}`,
    currency: 'KZT',
    state: 'collecting',
    collect_ms: collect,
    approve_within_ms: approve,
    created_at: db.now(),
    reopened_at: null,
    frozen_at: null,
    done_at: null,
    payment_date: null,
    item_count: null,
    total_tiyn: null,
    funds_missing_tiyn: null,
    prepared_by: null,
    note: null,
    approved_by: null,
    approved_at: null,
  });
  return changed(1);
}

function batchStatements(known: Statements): Statements {
  return known
    .add(/^select id, period, currency from payout_batches where state = 'collecting'/, (db) =>
      answer(
        db.batches
          .where((row) => row.state === 'collecting')
          .sort((a, b) => a.created_at - b.created_at)
          .slice(0, 1)
          .map(batchRow),
      ),
    )
    .add(/^insert into payout_batches \(id, period, collect_ms/, insertBatch)
    .add(
      /^select id, period, currency, state, item_count.* from payout_batches where id/,
      (db, [id]) => {
        const row = db.batches.get(id as string);
        return answer(row ? [batchRow(row)] : []);
      },
    )
    .add(/^update payout_batches set state = \$2 where id = \$1 and state = any/, (db, values) => {
      const [id, to, from] = values as readonly [string, RunState, readonly RunState[]];
      const row = db.batches.get(id);
      if (!row || !from.includes(row.state)) return changed(0);
      putBatch(db, { ...row, state: to });
      return changed(1);
    })
    .add(/^update payout_batches set state = 'freezing' where/, (db, [id]) => {
      const row = db.batches.get(id as string);
      if (row?.state !== 'collecting') return changed(0);
      putBatch(db, { ...row, state: 'freezing' });
      return changed(1);
    })
    .add(/^update payout_batches set done_at = now\(\)/, (db, [id]) => {
      const row = db.batches.get(id as string)!;
      if (row.done_at === null)
        db.batches.put({ ...row, done_at: db.now(), funds_missing_tiyn: null });
      return changed(1);
    })
    .add(/^update payout_batches set state = 'closed'/, (db, [id]) => {
      putBatch(db, { ...db.batches.get(id as string)!, state: 'closed', funds_missing_tiyn: null });
      return changed(1);
    })
    .add(/^update payout_batches b set item_count = s\.items/, (db, [id]) =>
      setTotals(db, id as string),
    )
    .add(/^select count\(\*\)::int as items, coalesce\(sum\(amount_tiyn\)/, (db, [id]) => {
      const items = itemsOf(db, id as string);
      return answer([{ items: items.length, total: sum(items, (item) => item.amount_tiyn) }]);
    })
    .add(/^update payout_batches set prepared_by = \$2/, (db, [id, by, note]) => {
      const row = db.batches.get(id as string)!;
      if (row.prepared_by === null) db.batches.put({ ...row, prepared_by: by, note });
      return changed(1);
    })
    .add(/^with dropped as \( update payouts set state = 'requested'/, (db, [id]) =>
      dropTaxes(db, id as string),
    )
    .add(/^update payout_batches set state = 'freezing', item_count = null/, (db, [id]) => {
      const row = db.batches.get(id as string)!;
      putBatch(db, {
        ...row,
        state: 'freezing',
        item_count: null,
        total_tiyn: null,
        payment_date: null,
      });
      return changed(1);
    })
    .add(/^update payout_batches set state = 'collecting', reopened_at/, (db, [id]) => {
      putBatch(db, {
        ...db.batches.get(id as string)!,
        state: 'collecting',
        reopened_at: db.now(),
        frozen_at: null,
        item_count: null,
        total_tiyn: null,
        payment_date: null,
        prepared_by: null,
        note: null,
        funds_missing_tiyn: null,
      });
      return changed(1);
    });
}

const partsOf = (db: Database, row: Payout): Conversion[] =>
  db.payoutLots
    .where((part) => part.payout_id === row.id)
    .map((part) => db.conversions.get(part.conversion_id)!);

function cameBack(row: Conversion): boolean {
  if (!['PAYABLE', 'PAID'].includes(row.state)) return false;
  const isGone = row.order_status === 'rejected' || row.order_status === 'refunded';
  const bps = BigInt(row.terms!.commissionBps);
  // As the statement has it: what is below half a tiyn more is no whole one.
  return (isGone ? 0n : (row.sale_tiyn * bps + 5000n) / 10_000n) < row.gross_tiyn!;
}

function approvalStatements(known: Statements): Statements {
  return known
    .add(/^select coalesce\(array_agg\(distinct p\.requested_by\)/, (db, [id, day]) => {
      const items = itemsOf(db, id as string);
      const isMoved = (row: Payout): boolean => {
        const person = db.influencers.get(row.influencer_id)!;
        const isSame = person.instrument_token === row.instrument_token;
        return row.instrument_token !== null && (!isSame || person.instrument_stopped_at !== null);
      };
      return answer([
        {
          requesters: [...new Set(items.map((row) => row.requested_by))],
          otherDay: items.filter((row) => row.payment_date !== day).length,
          moved: items.filter(isMoved).length,
          returned: items.flatMap((row) => partsOf(db, row)).filter((one) => cameBack(one)).length,
        },
      ]);
    })
    .add(/^insert into payout_approvals/, (db, values) => {
      const [id, batch_id, approved_by, , , , expected_total_tiyn, item_count] = values;
      const items_hash = hashOf(db, db.batches.get(batch_id as string)!);
      const row = { id, batch_id, approved_by, expected_total_tiyn, item_count, items_hash };
      if (!db.approvals.insert(row)) throw new Refused('23505', 'payout_approvals_batch_id_key');
      return changed(1);
    })
    .add(/^update payouts set approval_id = \$2/, (db, [id, approval_id]) => {
      for (const row of itemsOf(db, id as string))
        putPayout(db, {
          ...row,
          approval_id,
          approved_amount_tiyn: row.amount_tiyn,
          approved_net_tiyn: row.net_tiyn,
        });
      return changed(1);
    })
    .add(/^update payout_batches set state = 'approved', approved_by/, (db, [id, by]) => {
      const row = db.batches.get(id as string)!;
      if (row.state !== 'frozen') return changed(0);
      putBatch(db, { ...row, state: 'approved', approved_by: by, approved_at: db.now() });
      return changed(1);
    })
    .add(/^select a\.id, a\.batch_id as "batchId", a\.approved_by/, (db, [id]) => {
      const approval = db.approvals.get(id as string);
      const run = db.batches.get(id as string);
      if (!approval || !run || run.approved_at === null) return answer([]);
      return answer([
        {
          id: approval.id,
          batchId: run.id,
          approvedBy: approval.approved_by,
          itemCount: approval.item_count,
          total: approval.expected_total_tiyn,
          holds:
            approval.items_hash === hashOf(db, run) && approval.approved_by === run.approved_by,
        },
      ]);
    });
}

const SETTLED = ['paid', 'refused', 'cancelled', 'review'];
const UNDER_WAY = ['reserved', 'submitting', 'unknown'];

function itemStatements(known: Statements): Statements {
  return known
    .add('run_counts', (db, [id]) => {
      const run = db.batches.get(id as string)!;
      const all = db.payouts.where((row) => row.batch_id === id);
      const live = all.filter((row) => row.state !== 'cancelled');
      const count = (holds: (row: Payout) => boolean): number => all.filter(holds).length;
      return answer([
        {
          items: run.item_count ?? live.length,
          total: run.total_tiyn ?? sum(live, (row) => row.amount_tiyn),
          paid: count((row) => row.state === 'paid'),
          refused: count(
            (row) =>
              ['refused', 'cancelled'].includes(row.state) &&
              (run.approved_at === null || row.approval_id !== null),
          ),
          unknown: count((row) => row.state === 'unknown'),
          review: count((row) => row.state === 'review'),
          open: count((row) => !SETTLED.includes(row.state)),
        },
      ]);
    })
    .add('run_items_to_send', (db, [id, after, limit]) =>
      answer(
        itemsOf(db, id as string)
          .filter(
            (row) => row.id > after && row.approval_id !== null && UNDER_WAY.includes(row.state),
          )
          .slice(0, limit as number)
          .map((row) => ({ id: row.id, net: row.net_tiyn, started: row.started_at !== null })),
      ),
    )
    .add(/^select pg_advisory_xact_lock/, () => answer([]))
    .add('payouts_spoken_for', (db, [seenAt]) => {
      const open = db.payouts.where(
        (row) => UNDER_WAY.includes(row.state) && row.started_at !== null,
      );
      const from = (seenAt as Date).getTime() - 10_000;
      const paid = db.payouts.where((row) => row.state === 'paid' && (row.settled_at ?? 0) >= from);
      return answer([{ total: sum([...open, ...paid], (row) => row.net_tiyn) }]);
    })
    .add('payouts_started', (db, [ids]) => {
      for (const id of ids as string[]) {
        const row = db.payouts.get(id)!;
        if (row.started_at === null) putPayout(db, { ...row, started_at: db.now() });
      }
      return changed(1);
    })
    .add(
      /^select coalesce\(sum\(net_tiyn\), 0\)::bigint as total from payouts where batch_id/,
      (db, [id]) => {
        const left = itemsOf(db, id as string).filter(
          (row) => row.approval_id !== null && row.state === 'reserved' && row.started_at === null,
        );
        return answer([{ total: sum(left, (row) => row.net_tiyn) }]);
      },
    )
    .add(/^select clock_timestamp\(\) as now/, (db) => answer([{ now: new Date(db.now()) }]))
    .add(/^update payout_batches set funds_missing_tiyn = \$2/, (db, [id, missing]) => {
      const row = db.batches.get(id as string)!;
      const isOpen = row.state === 'frozen' || row.state === 'approved';
      if (!isOpen || row.funds_missing_tiyn === missing) return changed(0);
      db.batches.put({ ...row, funds_missing_tiyn: missing });
      return changed(1);
    })
    .add(/^select id from payouts where batch_id = \$1 and id > \$2/, (db, [id, after, limit]) =>
      answer(
        itemsOf(db, id as string)
          .filter((row) => row.id > after && ['requested', 'reserved'].includes(row.state))
          .slice(0, limit as number)
          .map((row) => ({ id: row.id })),
      ),
    )
    .add(/^select p\.id as "payoutId", p\.batch_id as "batchId" from payouts p join/, (db, [id]) =>
      answer(
        db.payouts
          .where(
            (row) =>
              row.influencer_id === id &&
              ['requested', 'reserved'].includes(row.state) &&
              isUnapproved(db.batches.get(row.batch_id)!.state),
          )
          .map((row) => ({ payoutId: row.id, batchId: row.batch_id })),
      ),
    );
}

export const runStatements = (known: Statements): Statements =>
  itemStatements(approvalStatements(batchStatements(known)));
