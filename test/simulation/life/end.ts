import { asksAboutRaise } from '../../../domain/conversions/standing';
import { isPaused } from '../model/sql/conversions';
import { isOpen } from '../model/sql/payouts';
import type { Conversion } from '../model/rows';
import { bookedOf, promisedOf, worthOf } from './checks';
import type { World } from './world';

/**
 * What must hold when nothing happens by itself any more: each order is worth in the books what all that was said of it
 * says, in whatever order it was said, or a person is asked; and nothing waits that nobody is told of.
 */
export function checkEnd(world: World, complain: (what: string) => void): void {
  const { db, temporal } = world;
  for (const row of db.conversions.all()) checkOrder(world, row, complain);
  for (const row of db.payouts.where(isOpen))
    if (row.state !== 'review') complain(`payout ${row.id} is ${row.state} for ever`);
  for (const row of db.batches.where((one) => one.done_at === null))
    complain(`run ${row.id} is ${row.state} for ever`);
  for (const row of db.outbox.all()) complain(`message ${row.topic} ${row.subject_id} is left`);
  for (const run of temporal.open()) {
    if (run.activities.size > 0) complain(`${run.id} still does something`);
  }
}

const isFollowed = ({ temporal }: World, row: Conversion): boolean =>
  temporal.isOpen(row.driver ?? `conv/${row.id}`);

function checkOrder(world: World, row: Conversion, complain: (what: string) => void): void {
  const { db } = world;
  const { split, status, sale } = worthOf(world, row);
  const has = bookedOf(row).gross + promisedOf(row).gross;
  const name = `${row.id} (${row.state}, ${row.reason_code})`;
  const isAskedAbout = row.reason_code?.startsWith('over_') === true;
  switch (row.state) {
    case 'UNMATCHED':
      return;
    case 'RECEIVED':
      return complain(`${name} was never priced`);
    case 'HELD':
      if (has !== split.gross) complain(`${name} holds ${has} of ${split.gross}`);
      if (!isFollowed(world, row)) complain(`${name} is followed by nobody`);
      if (!isPaused(db, row.id)) complain(`${name} waits for ever, not paused`);
      return;
    case 'REVIEW':
      if (row.accrued_at !== null && has !== split.gross)
        complain(`${name} holds ${has} of ${split.gross}`);
      return;
    case 'PAYABLE':
    case 'PAID': {
      const isDismissed = row.cancelled_status === status && row.cancelled_sale_tiyn === sale;
      if (has !== split.gross && !((isAskedAbout || isDismissed) && has < split.gross))
        complain(`${name} has ${has} of ${split.gross}`);
      if (row.more_revision !== null && !isPaused(db, row.id) && !asksAboutRaise(row.reason_code))
        complain(`the raise of ${name} waits for ever`);
      return;
    }
    case 'CANCELLED':
      if (split.gross > 0n && row.cancelled_status === null)
        complain(`${name} is cancelled and its shop says ${split.gross}`);
      return;
    case 'REFUSED':
      return;
  }
}
