import { next, type ConversionEvent } from '../../domain/conversions/next';
import type { ReasonCode } from '../../domain/conversions/reasons';
import {
  DELIVERY_SILENCE_MS,
  PAYEE_SILENCE_MS,
  SHOP_SILENCE_MS,
  urgentEvent,
  waitOf,
  type Standing,
  type Wait,
} from '../../domain/conversions/standing';
import type { ConversionState } from '../../domain/conversions/state';
import { formatTenge } from '../../domain/money';
import { payeeHold } from '../../domain/payouts/readiness';
import { loadPayee, noteWaiting, StaleRead } from '../../store/postgres/conversionMoney';

import { carryOut } from './carryOut';
import type { ConversionDeps } from './deps';
import { amountsOf, readMatched, type MatchedFacts } from './facts';
import { standingOf } from './standing';

export type AdvanceInput = {
  readonly conversionId: string;
  /** The workflow that calls, when it is an adjustment: what it brings back is its to see through. */
  readonly driver?: string;
  /** What the caller learnt that is in no row yet. */
  readonly heard?: 'shop_unreachable';
};

/** Where an order stands, as the workflow and people who watch it need it. Amounts are decimal tenge, times ISO 8601. */
export type Advanced = {
  readonly state: ConversionState;
  readonly waitsFor: Wait['for'] | 'payee';
  readonly reason: ReasonCode | null;
  /** Look again then at the latest; null: nothing but a message changes anything. */
  readonly until: string | null;
  /** How often the shop is to be asked meanwhile, ms; null: it tells by itself, or has nothing to tell. */
  readonly pollEveryMs: number | null;
  /** The workflow that waits for the order; null: its own. */
  readonly driver: string | null;
  readonly paused: boolean;
  readonly heldUntil: string | null;
  readonly sale: string;
  readonly amounts: {
    readonly gross: string;
    readonly fee: string;
    readonly payable: string;
  } | null;
  readonly influencerId: string;
  readonly brandId: string;
};

const DAY_MS = 86_400_000;
/** More moves in one step than any order can need: a table that goes in circles is a bug, not a busy order. */
const MOVES_MAX = 8;

/**
 * Brings the books in line with all that is known of an order, and says what it waits for. The one step of every
 * conversion's life: it reads Postgres, asks the pure table what follows, and carries that out in one transaction
 * that is refused when the order changed meanwhile. Running it twice, late, or from two workflows at once ends the same.
 */
export async function advanceConversion(
  deps: ConversionDeps,
  input: AdvanceInput,
): Promise<Advanced> {
  for (let moves = 0; moves < MOVES_MAX; moves++) {
    const facts = await readMatched(deps, input.conversionId);
    const order = await standingOf(deps, facts);
    const event = await eventNow(deps, facts, order, input);
    if (event === null || typeof event !== 'string') return advanced(deps, facts, order, event);
    const move = next(order.state, event);
    if (move === null)
      throw new Error(`conversion ${facts.id}: ${event} has no move from ${order.state}`);
    await carryOut(deps, { facts, order, event, move, driver: input.driver });
  }
  throw new StaleRead(`conversion ${input.conversionId} moves faster than it can be followed`);
}

type PayeeLacks = { readonly lacks: ReasonCode };

/** The event to act on; or what the payee lacks, when only that holds the release up; or null. */
async function eventNow(
  deps: ConversionDeps,
  facts: MatchedFacts,
  order: Standing,
  input: AdvanceInput,
): Promise<ConversionEvent | PayeeLacks | null> {
  const now = deps.now();
  const event = urgentEvent(order, now.getTime());
  if (event === 'ready' || event === 'raise_ready') {
    const lacks = await payeeLacks(deps, facts, now);
    if (!lacks) return event;
    if (event === 'ready') return isSilent(order, lacks, now) ? 'payee_silent' : { lacks };
    // A raise has no row that says since when it waits: its hold was over then.
    if (order.reasonCode === 'payee_not_ready') return null;
    const isOld = now.getTime() - raiseSince(facts, now) >= PAYEE_SILENCE_MS;
    return isOld ? 'payee_silent' : { lacks };
  }
  const asksShop = order.state === 'HELD' && !order.confirmed;
  return event ?? (input.heard === 'shop_unreachable' && asksShop ? 'shop_unreachable' : null);
}

const raiseSince = ({ more }: MatchedFacts, now: Date): number =>
  (more?.heldUntil ?? now).getTime();

function isSilent({ reasonCode, waitsSince }: Standing, lacks: ReasonCode, now: Date): boolean {
  const silentMs = waitsSince ? now.getTime() - waitsSince.getTime() : 0;
  return reasonCode === lacks && silentMs >= PAYEE_SILENCE_MS;
}

/**
 * Notes what is missing, then looks once more: whoever mends it is told of the orders that say they wait
 * (fanOutPayee), so a change between the first look and the note would be heard of by nobody.
 */
async function payeeLacks(
  deps: ConversionDeps,
  facts: MatchedFacts,
  now: Date,
): Promise<ReasonCode | undefined> {
  const look = async (): Promise<ReasonCode | undefined> => {
    const payee = await loadPayee(deps.pool, facts.influencerId, now);
    return payee ? payeeHold(payee, deps.mode) : 'iin_missing';
  };
  const missing = await look();
  if (!missing) return undefined;
  await noteWaiting(deps.pool, facts.id, missing);
  return look();
}

async function advanced(
  deps: ConversionDeps,
  facts: MatchedFacts,
  order: Standing,
  payee: PayeeLacks | null,
): Promise<Advanced> {
  const nowMs = deps.now().getTime();
  const wait = payee ? ({ for: 'payee' } as const) : waitOf(order, nowMs);
  if (wait.for === 'shop' && order.reasonCode !== 'waiting_for_shop')
    await noteWaiting(deps.pool, facts.id, 'waiting_for_shop');
  const sinceMs = facts.waitsSince?.getTime() ?? nowMs;
  const split = facts.split;
  return {
    state: order.state,
    waitsFor: wait.for,
    reason:
      payee?.lacks ?? (wait.for === 'shop' ? 'waiting_for_shop' : (facts.reasonCode as ReasonCode)),
    until: untilOf(wait, order.reasonCode === 'waiting_for_shop' ? sinceMs : nowMs, sinceMs, nowMs),
    pollEveryMs: isAsked(facts, order, wait.for) ? deps.pollEveryMs : null,
    driver: facts.driver,
    paused: order.paused,
    heldUntil: (facts.more?.heldUntil ?? facts.heldUntil)?.toISOString() ?? null,
    sale: formatTenge(facts.sale),
    amounts: split && amountsOf(split),
    influencerId: facts.influencerId,
    brandId: facts.brandId,
  };
}

/** Silence is measured from the row, so that a workflow started anew does not begin to wait anew. */
function untilOf(
  wait: Wait | { readonly for: 'payee' },
  shopSinceMs: number,
  sinceMs: number,
  nowMs: number,
): string | null {
  switch (wait.for) {
    case 'hold':
      return wait.until.toISOString();
    case 'delivery':
      return new Date(sinceMs + DELIVERY_SILENCE_MS).toISOString();
    case 'shop':
      return new Date(shopSinceMs + SHOP_SILENCE_MS).toISOString();
    // Evidence may simply have arrived, or its day come.
    case 'payee':
      return new Date(nowMs + DAY_MS).toISOString();
    case 'resume':
    case 'person':
    case 'payout':
    case 'nothing':
      return null;
  }
}

/** A shop that is asked is asked during the hold too: a return is seen when it happens, while the shop still lists it. */
function isAsked(facts: MatchedFacts, order: Standing, wait: Advanced['waitsFor']): boolean {
  if (facts.confirmation !== 'poll' || facts.releasedByAction !== null) return false;
  if (order.state !== 'HELD') return false;
  return wait === 'delivery' || wait === 'shop' || wait === 'hold';
}
