import crypto from 'node:crypto';

import type { Host } from '../model/hosts';
import { Chance } from '../model/random';
import { isOpen } from '../model/sql/payouts';
import { checkNow } from './checks';
import { checkEnd } from './end';
import * as people from './people';
import { checkQuiet } from './quiet';
import { DAY, World } from './world';

export type Lived = {
  readonly seed: number;
  readonly steps: number;
  readonly days: number;
  readonly bugs: readonly string[];
  readonly log: readonly string[];
  readonly happened: ReadonlyMap<string, number>;
  /** What a life came to, to be compared between hosts. */
  readonly books: () => string;
};

/** More steps than any life of ours needs: what goes on for ever is a bug. */
const STEPS_MAX = 40_000;

/**
 * One life from its seed: orders, people, providers and workers in an order of chance, then time until nothing
 * happens any more. After each step all that must hold is looked at; the first that does not ends it.
 */
export async function live(seed: number, host: Host, verbose = false): Promise<Lived> {
  const world = new World(seed, host, verbose);
  const undo = underVirtualTime(world);
  try {
    const life = people.populate(world);
    let steps = 0;
    let seen = -1;
    const look = (): boolean => {
      steps += 1;
      if (world.db.version !== seen) checkNow(world, (what) => world.bugs.push(what));
      seen = world.db.version;
      if (steps > STEPS_MAX) world.bugs.push('goes on for ever');
      return world.bugs.length === 0;
    };
    if (await liveOn(world, life, look)) await liveOut(world, life, look);
    if (world.bugs.length === 0) checkEnd(world, (what) => world.bugs.push(what));
    const days = Math.round((world.now - Date.UTC(2026, 10, 2)) / DAY);
    const { bugs, log } = world;
    return {
      seed,
      steps,
      days,
      bugs,
      log,
      happened: world.db.happened,
      books: () => booksOf(world),
    };
  } finally {
    for (const run of world.temporal.runs.values()) await run.instance?.dispose();
    undo();
  }
}

function underVirtualTime(world: World): () => void {
  const { now } = Date;
  const { randomBytes } = crypto;
  const { random } = Math;
  const jitter = new Chance(world.seed + 1);
  Math.random = () => jitter.next() / 2 ** 32;
  Date.now = () => world.now;
  crypto.randomBytes = people.chanceBytes(world);
  return () => {
    Date.now = now;
    Math.random = random;
    crypto.randomBytes = randomBytes;
  };
}

const ACTS = {
  order: 10,
  shop: 18,
  person: 6,
  payee: 4,
  ask: 6,
  payday: 12,
  run: 14,
  forget: 2,
  minutes: 8,
  next: 14,
  days: 5,
  outage: 2,
};
/** Nothing of ours runs for so long, and the clock goes on. */
const OUTAGE_HOURS_MAX = 20;

/** A payout from the request to its way to the provider, as on a good day; and sometimes somebody speaks in between. */
async function payday(world: World, life: people.Life, look: () => boolean): Promise<boolean> {
  const { chance } = world;
  const steps = [
    () => people.asksForPayout(world, life),
    () => people.runIsHandled(world, 'prepare'),
    () => people.runIsHandled(world, 'approve'),
    () => world.passTime(chance.between(1, 40) * 60_000),
  ];
  for (const step of steps) {
    step();
    if (!look()) return false;
    if (chance.is(15)) people.shopSpeaks(world, life);
    if (chance.is(5)) people.payeeChanges(world, life);
    // All that follows, or only some of it yet.
    for (let left = chance.is(75) ? 200 : chance.below(20); left > 0; left--) {
      if (!(await world.goOn())) break;
      if (!look()) return false;
    }
  }
  return true;
}

function isInTime(world: World): boolean {
  checkQuiet(world, (what) => world.bugs.push(what));
  return world.bugs.length === 0;
}

/** Time passes as it does while all of us work: whatever is due happens when it is due. */
async function liveUntil(world: World, ms: number, look: () => boolean): Promise<boolean> {
  const end = world.now + ms;
  for (;;) {
    while (await world.goOn()) if (!look()) return false;
    const next = world.temporal.nextMoment();
    if (!isInTime(world)) return false;
    if (next === undefined || next > end) return world.passTime(end - world.now) && look();
    world.passTime();
  }
}

async function liveOn(world: World, life: people.Life, look: () => boolean): Promise<boolean> {
  const { chance } = world;
  let acts = chance.between(5, 30);
  while (acts > 0) {
    // Mostly what is begun goes on; sometimes somebody acts in the midst of it.
    if (chance.is(85) && (await world.goOn())) {
      if (!look()) return false;
      continue;
    }
    acts -= 1;
    switch (chance.weighted(ACTS)) {
      case 'order':
        if (life.ordersLeft > 0) people.newOrder(world, life);
        break;
      case 'shop':
        people.shopSpeaks(world, life);
        break;
      case 'person':
        people.personSpeaks(world, life);
        break;
      case 'payee':
        people.payeeChanges(world, life);
        break;
      case 'ask':
        people.asksForPayout(world, life);
        break;
      case 'payday':
        if (!(await payday(world, life, look))) return false;
        break;
      case 'run':
        people.runIsHandled(world);
        break;
      case 'forget':
        await people.temporalForgets(world);
        break;
      case 'minutes':
        world.passTime(chance.between(1, 90) * 60_000);
        break;
      case 'next':
        if (!(await liveUntil(world, 0, look))) return false;
        world.passTime();
        break;
      case 'days':
        if (!(await liveUntil(world, chance.between(1, 6) * DAY, look))) return false;
        break;
      case 'outage':
        world.say('all of us are away');
        world.passTime(chance.between(1, OUTAGE_HOURS_MAX) * 3_600_000);
        break;
    }
    if (!look()) return false;
  }
  return true;
}

/** Nobody acts any more and nothing fails: time passes until all that can end by itself has ended. */
async function liveOut(world: World, life: people.Life, look: () => boolean): Promise<void> {
  world.faults = 0;
  world.provider.isReliable = true;
  world.shop.isReliable = true;
  world.db.switches.put({ name: 'payouts_stopped', is_on: false });
  const isMended = world.chance.is(70);
  if (isMended) for (const id of life.influencers) people.mend(world, id);
  const until = world.now + 220 * DAY;
  let ways = 6;
  for (;;) {
    while (await world.goOn()) if (!look()) return;
    if (ways > 0 && world.db.payouts.where((row) => row.state === 'review').length > 0) {
      ways -= 1;
      people.leavesReview(world);
      if (!look()) return;
      if (await world.goOn()) continue;
    }
    if (!isInTime(world)) return;
    if (world.now >= until || !world.passTime()) return;
    if (!look()) return;
  }
}

function booksOf({ db }: World): string {
  const text = (_key: string, value: unknown): unknown =>
    typeof value === 'bigint' ? String(value) : value;
  const tables = [db.conversions, db.lots, db.debts, db.payouts, db.accounts, db.corrections];
  return JSON.stringify(
    tables.map((table) => table.all()),
    text,
  );
}

export const openPayouts = ({ db }: World): number => db.payouts.where(isOpen).length;
