import { reason } from '../../domain/conversions/reasons';
import { mayBeWrittenOff, writeOffFrom } from '../../domain/debts/writeOff';
import { formatTenge, type Tiyn } from '../../domain/money';
import type { DebtRow } from '../../store/postgres/debtViews';
import { actor, named } from '../ops/shapes';
import { titleOf } from './covers';

type Covers = readonly unknown[];

export const openOf = (row: DebtRow): Tiyn =>
  row.amount_tiyn - row.netted_tiyn - row.written_off_tiyn;

/** What the payee reads: which order came back, what of it is still owed, and how it was covered so far. */
export const ownDebt = (row: DebtRow, covers: Covers): Record<string, unknown> => ({
  id: row.id,
  conversion_id: row.conversion_id,
  title: titleOf(row),
  programme: row.programme,
  reason: reason(row.reason_code),
  amount: formatTenge(row.amount_tiyn),
  netted: formatTenge(row.netted_tiyn),
  written_off: formatTenge(row.written_off_tiyn),
  open: formatTenge(openOf(row)),
  created_at: row.created_at,
  covered_by: covers,
});

export const opsDebt = (row: DebtRow, covers: Covers, nowMs: number): Record<string, unknown> => ({
  ...ownDebt(row, covers),
  transaction_id: row.transaction_id,
  influencer: named(row.influencer_id, row.influencer_name),
  write_off: {
    allowed: openOf(row) > 0n && mayBeWrittenOff(row.created_at, nowMs),
    from: writeOffFrom(row.created_at),
    proposal:
      row.proposed_by === null
        ? null
        : {
            by: actor(row.proposed_by, row.proposed_by_name),
            reason: row.proposed_reason,
            amount: formatTenge(row.proposed_amount_tiyn ?? 0n),
            at: row.proposed_at,
          },
  },
});
