import { isPaused } from '../model/sql/conversions';
import { DAY, type World } from './world';

/** The shop is asked once a day here; a worker that dies costs such a day, and some do in a row. */
const LATE_MS = 8 * DAY;

/**
 * What must hold when all of us wait for the clock: whoever follows an order acts when its day has come. An order that
 * still says its return period runs, long after that ended, is one whose follower waits for something that has happened.
 */
export function checkQuiet(world: World, complain: (what: string) => void): void {
  const { db, now } = world;
  for (const row of db.conversions.all()) {
    if (row.state !== 'HELD' || row.reason_code !== 'hold_running' || row.held_until === null)
      continue;
    const lateMs = now - Math.max(row.held_until, row.waits_since ?? 0);
    if (lateMs > LATE_MS && !isPaused(db, row.id))
      complain(`the return period of ${row.id} ended ${Math.floor(lateMs / DAY)} days ago`);
  }
}
