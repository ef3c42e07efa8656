import { answer, changed, type Database, type Statements } from '../database';
import type { Conversion } from '../rows';

const at = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

export function isPaused(db: Database, id: string): boolean {
  let last: { id: bigint; action: string } | undefined;
  for (const word of db.words.where((one) => one.conversion_id === id))
    if (word.action === 'hold' || word.action === 'resume')
      if (!last || word.id > last.id) last = word;
  return last?.action === 'hold';
}

export const isOpenDebt = (debt: {
  amount_tiyn: bigint;
  netted_tiyn: bigint;
  written_off_tiyn: bigint;
}): boolean => debt.netted_tiyn + debt.written_off_tiyn < debt.amount_tiyn;

function factsRow(db: Database, row: Conversion): unknown {
  const programme = db.programmes.get(row.programme_id)!;
  const brand = db.brands.get(programme.brand_id)!;
  return {
    ...row,
    held_until: at(row.held_until),
    accrued_at: at(row.accrued_at),
    more_held_until: at(row.more_held_until),
    waits_since: at(row.waits_since),
    received_at: at(row.received_at),
    ordered_at: at(row.ordered_at),
    clicked_at: at(row.clicked_at),
    brand_id: brand.id,
    confirmation: programme.confirmation,
    order_source: programme.order_source,
    order_limit_tiyn: programme.order_limit_tiyn,
    day_limit_tiyn: programme.day_limit_tiyn,
    credit_limit_tiyn: brand.credit_limit_tiyn,
    paused: isPaused(db, row.id),
    has_debt: db.debts.where((one) => one.influencer_id === row.influencer_id && isOpenDebt(one))
      .length,
    terms: row.terms ?? programme.terms,
  };
}

const TIMES = ['held_until', 'accrued_at', 'more_held_until', 'waits_since'];
const AMOUNTS = /_tiyn$|_by_action$/;

/** jsonb_populate_record: what is not named stays. */
function columnsOf(json: string): Partial<Conversion> {
  const columns = JSON.parse(json) as Record<string, unknown>;
  for (const [name, value] of Object.entries(columns)) {
    if (value === null) continue;
    if (TIMES.includes(name)) columns[name] = Date.parse(value as string);
    else if (AMOUNTS.test(name)) columns[name] = BigInt(value as string);
  }
  return columns;
}

function waitsSince(db: Database, row: Conversion, state: string, reason: string | null): number {
  const same = row.state === state && row.reason_code === reason;
  return same ? (row.waits_since ?? db.now()) : db.now();
}

export function conversionStatements(known: Statements): Statements {
  return known
    .add('conversion_facts', (db, [id]) => {
      const row = db.conversions.get(id as string);
      return answer(row ? [factsRow(db, row)] : []);
    })
    .add('conversion_move', (db, values) => {
      const [id, from, to, reason, , status, sale, revision, columns] = values;
      const row = db.conversions.get(id as string);
      const holds =
        row &&
        (from as string[]).includes(row.state) &&
        (status === null || row.order_status === status) &&
        (sale === null || row.sale_tiyn === sale) &&
        (revision === null || row.revision === revision);
      if (!holds) return changed(0);
      db.note(`order ${row.state} ${to} ${reason ?? ''}`.trim());
      db.conversions.put({
        ...row,
        ...columnsOf(columns as string),
        state: to,
        reason_code: reason,
        waits_since: waitsSince(db, row, to as string, reason as string | null),
      });
      return changed(1);
    })
    .add('conversion_waiting', (db, [id, reason]) => {
      const row = db.conversions.get(id as string);
      if (row?.state !== 'HELD' || row.reason_code === reason) return changed(0);
      db.conversions.put({ ...row, reason_code: reason, waits_since: db.now() });
      return changed(1);
    })
    .add(/^select from conversions where id = \$1 for update$/, (db, [id]) =>
      answer(db.conversions.get(id as string) ? [{}] : []),
    )
    .add(/^select c\.id, c\.state, c\.reason_code as "reasonCode"/, (db, [id]) => {
      const row = db.conversions.get(id as string);
      if (!row) return answer([]);
      return answer([
        {
          id: row.id,
          state: row.state,
          reasonCode: row.reason_code,
          orderStatus: row.order_status,
          sale: row.sale_tiyn,
          heldUntil: at(row.held_until),
          accruedAt: at(row.accrued_at),
          cancelledByAction: row.cancelled_by_action,
          driver: row.driver,
          paused: isPaused(db, row.id),
        },
      ]);
    })
    .add(/^insert into conversion_actions/, (db, [conversion_id, action, , acted_by]) => {
      const id = db.number();
      db.words.insert({ id, conversion_id, action, acted_by });
      return answer([{ id }]);
    })
    .add('payee_facts', (db, [id, now]) => {
      const row = db.influencers.get(id as string);
      if (!row) return answer([]);
      return answer([
        {
          has_iin: row.has_iin,
          stopped: row.instrument_stopped_at !== null,
          instrument: row.instrument_token === null ? null : row.instrument_kind,
          regime: row.regime,
          pending: row.regime_pending,
          expires_at: at(row.regime_expires_at),
          deduction: false,
          now,
        },
      ]);
    })
    .add('brand_owes', (db, [code]) => {
      const account = db.accounts.get(code as string);
      const owed = account ? account.pending_out - account.posted : 0n;
      return answer(account ? [{ owed: owed > 0n ? owed : 0n }] : []);
    })
    .add('programme_day_take', (db, [programme, day, sale, limit]) => {
      const key = `${programme} ${day}`;
      const after = (db.days.get(key)?.sale ?? 0n) + (sale as bigint);
      if (after > (limit as bigint)) return changed(0);
      db.days.put({ key, sale: after });
      return changed(1);
    });
}
