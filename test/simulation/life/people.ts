import type { randomBytes } from 'node:crypto';

import { createPayoutCommands } from '../../../api/payoutCommands';
import { inTransaction } from '../../../store/postgres/pool';
import { actOnOrder, CONVERSION_ACTIONS } from '../../../services/actOnOrder';
import type { OrderStatus } from '../../../domain/intake/fold';
import { createRunCommands } from '../../../api/runCommands';
import type { Turn } from '../model/database';
import { clientOf } from '../model/client';
import { isOpen } from '../model/sql/payouts';
import { takeIn, type Told } from '../model/sql/intake';
import { openLotsOf, tell } from '../model/sql/lots';
import type { Receipt } from '../model/rows';
import { BATCH, DAY, type World } from './world';

/** Who takes part, and what they may do at any moment. */
export type Life = {
  readonly influencers: readonly string[];
  readonly programmes: readonly string[];
  readonly orders: string[];
  ordersLeft: number;
};

export function populate(world: World): Life {
  const { chance, db } = world;
  for (const id of ['brd_a', 'brd_b'])
    db.brands.put({ id, credit_limit_tiyn: chance.is(15) ? 200_000n : null });
  const kinds = [
    { confirmation: 'postback', order_source: null, holdFrom: 'order' },
    { confirmation: 'poll', order_source: 'model', holdFrom: 'delivery' },
    { confirmation: 'auto', order_source: null, holdFrom: 'order' },
    { confirmation: 'postback', order_source: null, holdFrom: 'delivery' },
  ] as const;
  const programmes = [0, 1].map((n) => {
    const { confirmation, order_source, holdFrom } = n === 0 ? kinds[0] : chance.of(kinds);
    const id = `prg_${n}`;
    db.programmes.put({
      id,
      brand_id: chance.of(['brd_a', 'brd_b']),
      confirmation,
      order_source,
      order_limit_tiyn: chance.is(20) ? 1_000_000n : null,
      day_limit_tiyn: chance.is(15) ? 1_500_000n : null,
      terms: {
        validFrom: new Date(0).toISOString(),
        commissionBps: chance.of([1, 500, 1000, 1000, 3333]),
        platformFeeBps: chance.of([0, 2000, 3333]),
        holdSeconds: chance.of([0, 0, 3600, 3600, 3 * 86_400]),
        clickWindowSeconds: 30 * 86_400,
        holdFrom,
      },
    });
    return id;
  });
  const influencers = chance.is(60) ? ['inf_a'] : ['inf_a', 'inf_b'];
  for (const id of influencers)
    db.influencers.put({
      id,
      has_iin: true,
      instrument_token: `card-${id}`,
      instrument_kind: 'card',
      instrument_last4: '0001',
      instrument_stopped_at: null,
      stopped_tokens: [],
      instrument_since: 0,
      regime: 'demo_flat_10',
      regime_pending: false,
      regime_expires_at: null,
    });
  db.switches.put({ name: 'payouts_stopped', is_on: false });
  return { influencers, programmes, orders: [], ordersLeft: chance.between(1, 4) };
}

const SALES = [0n, 1n, 99n, 10_000n, 33_333n, 66_667n, 100_000n, 300_000n, 700_001n, 1_200_000n];
const STATUSES: Readonly<Record<OrderStatus, number>> = {
  pending: 2,
  approved: 5,
  partially_refunded: 3,
  rejected: 2,
  refunded: 3,
};

const newWebhook = (world: World): string => `w${world.count()}`;

function store(world: World, told: Told, programmeId: string): void {
  world.begin(`postback ${told.conversionId}`, async (turn) => {
    await turn.wait('intake');
    const verdict = takeIn(world.db, told, programmeId);
    world.say(
      `shop: ${told.conversionId} ${told.status} ${told.sale} version ${told.version}: ${verdict}`,
    );
  });
}

export function newOrder(world: World, life: Life): void {
  const { chance } = world;
  life.ordersLeft -= 1;
  const conversionId = `cnv_${life.orders.length}`;
  life.orders.push(conversionId);
  const programmeId = chance.of(life.programmes);
  const polled = world.db.programmes.get(programmeId)!.order_source !== null;
  const told: Told = {
    conversionId,
    webhookId: newWebhook(world),
    status: polled
      ? 'pending'
      : chance.weighted({ ...STATUSES, pending: 8, approved: 8, rejected: 1, refunded: 1 }),
    sale: chance.of(SALES.slice(1)),
    version: chance.of([0, 0, 5]),
    occurredAt: world.now - chance.of([0, 1000, 2000, -4 * 60_000]),
    influencerId: chance.is(92) ? chance.of(life.influencers) : null,
    clickedAt: world.now - (chance.is(3) ? 60 * DAY : DAY),
  };
  store(world, told, programmeId);
}

/** A new word, an old one that was late, one that ties with another, one told again. */
export function shopSpeaks(world: World, life: Life): void {
  const { chance, db } = world;
  const known = db.conversions.where((row) => life.orders.includes(row.id));
  if (known.length === 0) return;
  const order = chance.of(known);
  const earlier = db.receipts.where(
    (row) => row.conversion_id === order.id && row.webhook_id.startsWith('w'),
  );
  const again = earlier.length > 0 && chance.is(15) ? chance.of(earlier) : undefined;
  const newest = Math.max(0, ...earlier.map((row) => row.event_version));
  const base = { conversionId: order.id, webhookId: newWebhook(world), clickedAt: world.now - DAY };
  const influencerId = order.influencer_id ?? (chance.is(60) ? chance.of(life.influencers) : null);
  store(
    world,
    again
      ? { ...base, ...same(again), influencerId }
      : {
          ...base,
          status: chance.weighted(STATUSES),
          sale: chance.is(25) ? null : chance.of(SALES),
          version: newest === 0 ? 0 : chance.of([newest + 1, newest + 1, newest, newest - 1, 0]),
          // A shop's clock may be ahead, as far as its signature lets it.
          occurredAt: world.now - chance.of([0, 0, 0, 1000, DAY, -4 * 60_000]),
          influencerId,
        },
    order.programme_id,
  );
}

const same = (row: Receipt) => ({
  status: row.order_status,
  sale: row.sale_tiyn,
  version: row.event_version,
  occurredAt: row.occurred_at,
});

export function personSpeaks(world: World, life: Life): void {
  const { chance } = world;
  if (life.orders.length === 0) return;
  const conversionId = chance.of(life.orders);
  const action = chance.of(CONVERSION_ACTIONS);
  const input = { conversionId, action, reason: 'looked', by: 'usr_ops', requestId: 'r' };
  world.begin(`word ${action} ${conversionId}`, async (turn) => {
    const updateId = newWebhook(world);
    const acted = await inTransaction(world.poolFor(turn), (sql) =>
      actOnOrder(sql, { ...input, updateId }),
    );
    world.say(`person: ${action} ${conversionId}: ${acted.ok ? acted.value.state : acted.error}`);
  });
}

export function payeeChanges(world: World, life: Life): void {
  const { chance, db } = world;
  const id = chance.of(life.influencers);
  const change = chance.weighted({ status: 3, stop: 2, card: 3, mend: 4 });
  world.say(`payee ${id}: ${change}`);
  if (change === 'card') return newCard(world, id);
  const row = db.influencers.get(id)!;
  if (change === 'status') db.influencers.put({ ...row, regime: chance.of([null, 'esp']) });
  else if (change === 'stop')
    db.influencers.put({
      ...row,
      instrument_stopped_at: world.now,
      stopped_tokens: [...row.stopped_tokens, row.instrument_token!],
    });
  else mend(world, id);
  tell(db, 'payee.updated', id, {});
}

/** As the API stores it: what nobody approved leaves its run in the same transaction. */
function newCard(world: World, id: string): void {
  const { db } = world;
  const token = `card-${world.count()}`;
  world.begin(`new card of ${id}`, async (turn) => {
    await payoutCommandsOf(world, turn).changeDestination(id, () => {
      const row = db.influencers.get(id)!;
      const since = { instrument_stopped_at: null, instrument_since: world.now };
      db.influencers.put({ ...row, ...since, instrument_token: token });
      tell(db, 'payee.updated', id, {});
      return Promise.resolve();
    });
  });
}

export function mend(world: World, id: string): void {
  const row = world.db.influencers.get(id)!;
  world.db.influencers.put({
    ...row,
    regime: 'demo_flat_10',
    instrument_stopped_at: null,
    regime_pending: false,
  });
}

const quiet = { warn: () => undefined } as never;

function runDeps(world: World) {
  return { client: clientOf(world.temporal), batch: BATCH, timeoutMs: 1000, log: quiet };
}

function payoutCommandsOf(world: World, turn: Turn) {
  const { pool, ledger, now } = world.depsFor(turn);
  return createPayoutCommands({
    pool,
    ledger,
    now,
    runs: runDeps(world),
    times: BATCH,
    minimum: 1n,
    mode: 'test',
    instrumentWaitMs: DAY,
    poke: () => undefined,
  });
}

export function asksForPayout(world: World, life: Life): void {
  const { chance } = world;
  const rich = life.influencers.filter((id) => openLotsOf(world.db, id).length > 0);
  const influencerId = chance.of(rich.length > 0 ? rich : life.influencers);
  const amount = chance.is(65) ? undefined : BigInt(chance.between(1, 40_000));
  world.begin(`payout request of ${influencerId}`, async (turn) => {
    const asked = await payoutCommandsOf(world, turn).requestPayout({
      influencerId,
      amount,
      requestedBy: influencerId,
    });
    world.say(`${influencerId} asks: ${asked.ok ? asked.value.amount : asked.error.code}`);
  });
}

const RUN_ACTS = {
  prepare: 5,
  approve: 7,
  exclude: 1,
  stop: 1,
  hint: 1,
  review: 3,
  reopen: 1,
  close: 1,
  restart: 1,
};

/** What people who do their work would do next. */
function dutyOf({ db }: World): keyof typeof RUN_ACTS {
  if (db.switches.get('payouts_stopped')!.is_on) return 'stop';
  if (db.payouts.where((row) => row.state === 'review').length > 0) return 'review';
  const run = db.batches.where((row) => row.done_at === null)[0];
  return run?.state === 'frozen' && run.prepared_by !== null ? 'approve' : 'prepare';
}

/** Two people of ours, one provider's hint, the stop: all that moves a run or a payout from outside. */
export function runIsHandled(world: World, wanted?: keyof typeof RUN_ACTS): void {
  const { chance, db } = world;
  const act = wanted ?? (chance.is(80) ? dutyOf(world) : chance.weighted(RUN_ACTS));
  if (act === 'stop')
    return db.switches.put({
      name: 'payouts_stopped',
      is_on: !db.switches.get('payouts_stopped')!.is_on,
    });
  const open = db.payouts.where(isOpen);
  if (act === 'hint') {
    const sent = open.find((row) => row.sends > 0);
    const told = sent && { batchId: sent.batch_id, eventId: newWebhook(world) };
    return sent && told && tell(db, 'payout.item', sent.id, told);
  }
  if (act === 'review') return leavesReview(world);
  const batch = db.batches.where((row) => row.done_at === null)[0];
  if (!batch) return;
  const item = open.find((row) => row.batch_id === batch.id);
  const call = { batchId: batch.id, requestId: newWebhook(world), by: 'usr_maker', reason: 'so' };
  // What the approver sees, or a little earlier saw.
  const expectedTotal = batch.total_tiyn ?? 0n;
  world.begin(`${act} ${batch.id}`, async (turn) => {
    const { pool, ledger, now } = world.depsFor(turn);
    const runs = createRunCommands({
      pool,
      ledger,
      now,
      runs: runDeps(world),
      poke: () => undefined,
    });
    const approver = { id: 'usr_checker', role: 'ops_checker', via: 'session', factorAt: now() };
    const done =
      act === 'approve'
        ? await payoutCommandsOf(world, turn).approveBatch({
            ...call,
            approver,
            expectedTotal,
          } as never)
        : act === 'prepare'
          ? await runs.prepareBatch({ ...call, note: null })
          : act === 'exclude'
            ? item && (await runs.excludePayout({ ...call, payoutId: item.id }))
            : act === 'reopen'
              ? await runs.reopenRun(call)
              : act === 'close'
                ? await runs.closeRun(call)
                : await runs.restartRun(call);
    world.say(`${act} ${batch.id}: ${done?.ok ? 'done' : done?.error.code}`);
  });
}

/** Temporal keeps what is closed for its retention only. */
export async function temporalForgets(world: World): Promise<void> {
  const closed = [...world.temporal.runs.values()].filter((run) => run.closed);
  if (closed.length === 0) return;
  const run = world.chance.of(closed);
  world.say(`Temporal forgets ${run.id}`);
  await world.temporal.forget(run.id);
}

export const chanceBytes = (world: World): typeof randomBytes =>
  ((length: number) => world.chance.bytes(length)) as typeof randomBytes;

/** Two people agree on a way out, knowing the provider's own books. A new attempt they may want without knowing. */
export function leavesReview(world: World): void {
  const { chance, db, provider } = world;
  const row = db.payouts.where((one) => one.state === 'review')[0];
  if (!row || db.reviews.where((one) => one.payout_id === row.id && one.state === 'confirmed')[0])
    return;
  const booked = provider.of(row.id).filter((one) => one.state !== 'refused');
  const moved = booked.find((one) => one.state === 'paid');
  if (booked.length > 0 && !moved) return;
  const way_out = chance.is(20) ? 'resend' : moved ? 'paid' : chance.is(50) ? 'resend' : 'void';
  const id = `prv_${newWebhook(world)}`;
  world.say(`two people: ${row.id} ${way_out} ${moved?.amount}`);
  db.reviews.insert({
    id,
    payout_id: row.id,
    way_out,
    provider_reference: way_out === 'paid' ? moved!.providerId : null,
    paid_tiyn: way_out === 'paid' ? moved!.amount : null,
    state: 'confirmed',
    proposed_by: 'usr_maker',
    decided_by: 'usr_checker',
    factor_at: world.now,
    absent_at: null,
  });
  tell(db, 'payout.item', row.id, { batchId: row.batch_id, reviewId: id });
}
