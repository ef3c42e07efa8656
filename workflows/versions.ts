import { patched } from '@temporalio/workflow';

/**
 * Every change of a workflow's course, as a predicate that tells its story. A run that began before a change goes on
 * as it began (the marker is absent from its history); one that begins now takes the new course. A predicate and
 * the code behind `legacy/` go when no open run is older than the change: at the latest 120 days after the release
 * (hold + 90 days for a payee + one payout cycle), by `deprecatePatch` first and removal one release later.
 */

/**
 * 2026-11-30. Until then each wait of a conversion listed its own wake-ups: a person's word was not heard while an order
 * waited for its shop or payee, and an event after the release was never read. Since then one inbox and one wait
 * hear everything in every stage; what comes after the release is an adjustment of its own.
 */
export const conversionHearsEverything = (): boolean => patched('conversion-one-inbox');

/**
 * 2026-11-30. Until then requests joined a run by signals (10,000 end a workflow), an approval was a name in a message, and
 * a run waited for all payouts in flight before it began its history anew. Since then requests join in Postgres,
 * an approval is a row the API wrote, and slow payouts hold nobody up.
 */
export const runFlows = (): boolean => patched('run-flows');

/**
 * 2026-11-30. Until then a payout stop added history every minute, the give-up clock began anew with each question, and a
 * provider's hint shortened the proof of absence. Since then a stopped payout waits without history, and one
 * absolute clock ends the asking.
 */
export const payoutHasOneClock = (): boolean => patched('payout-one-clock');
