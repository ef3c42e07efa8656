import type { ApplicationFailure } from '@temporalio/activity';

import type { OrderState, OrderStatusOutcome } from '../../adapters/ports';
import type { OrderStatus } from '../../domain/intake/fold';
import { unreachable } from '../../domain/result';
import { loadConversionFacts, type ConversionFacts } from '../../store/postgres/conversionMoney';
import { recordPolledOrder } from '../../store/postgres/polledOrders';
import { inTransaction } from '../../store/postgres/pool';
import { FAILURE } from '../../workflows/contract';
import { advanceOrder, type Advanced } from '../conversions';
import { again, asFailure, final } from '../failures';

import type { ShopDeps } from './deps';

export type WatchInput = {
  readonly conversionId: string;
  readonly driver?: string;
  /** ISO 8601: when to stop asking though nothing changed; null: never. */
  readonly until: string | null;
  /** What the caller was told that the order waits for; absent when an older worker asked. */
  readonly waitsFor?: Advanced['waitsFor'];
};

const LOOK_BACK_MS = 86_400_000;
/** Our own store was away while the shop had answered: not worth a whole interval of questions. */
const OWN_TROUBLE_MS = 5_000;

/**
 * What a shop's answer is to us, by what we know already: a later answer replaces an earlier one, but a parcel that
 * was delivered does not bring back the part of the order that came back.
 */
const NEWS: Readonly<Record<OrderState, Partial<Record<OrderStatus, OrderStatus>>>> = {
  pending: {},
  delivered: { pending: 'approved', rejected: 'approved' },
  cancelled: { pending: 'rejected', approved: 'rejected', partially_refunded: 'rejected' },
  returned: { pending: 'refunded', approved: 'refunded', partially_refunded: 'refunded' },
};

/**
 * Asks the shop about one order, while the parcel travels and during the return period too: the shop lists an order
 * for 31 days after its last change, and a return must be seen while it does. "Nothing new" and "no answer" are
 * retried by Temporal at the poll interval, which adds no history.
 *
 * The order is brought in line with its rows after every question, also one without news: an earlier try may have
 * stored an answer, or acted on it, and died before it could say so, and then the shop has nothing new to tell.
 */
export async function watchOrder(deps: ShopDeps, input: WatchInput): Promise<Advanced> {
  const facts = await loadConversionFacts(deps.pool, input.conversionId);
  const asked = facts?.state === 'HELD' ? await askOnce(deps, facts) : undefined;
  const order = await advance(deps, input);
  if (!facts || !asked || asked.isNews || isChanged(order, input)) return order;
  const leftMs = leftOf(deps, input.until);
  if (leftMs <= 0) return order;
  throw notYet(deps, facts, asked.outcome, leftMs);
}

async function advance(deps: ShopDeps, { conversionId, driver }: WatchInput): Promise<Advanced> {
  try {
    return await advanceOrder(deps, { conversionId, ...(driver !== undefined && { driver }) });
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.nonRetryable) throw failure;
    throw again(failure.type ?? 'Unexpected', failure.message, OWN_TROUBLE_MS);
  }
}

/** Something the caller does not know, which a message told it or a try that was lost. */
function isChanged(order: Advanced, input: WatchInput): boolean {
  if (order.pollEveryMs === null || order.driver !== (input.driver ?? null)) return true;
  if (input.waitsFor === undefined) return false;
  if (order.waitsFor !== input.waitsFor) return true;
  return order.waitsFor === 'hold' && order.until !== input.until;
}

const leftOf = (deps: ShopDeps, until: string | null): number =>
  until === null ? Infinity : Date.parse(until) - deps.now().getTime();

type Asked = { readonly outcome: OrderStatusOutcome; readonly isNews: boolean };

/** Stores what the shop says that we did not know. News is what stands: the workflow would ask at once, and again. */
async function askOnce(deps: ShopDeps, facts: ConversionFacts): Promise<Asked> {
  const outcome = await ask(deps, facts);
  const status = newsIn(outcome, facts);
  if (!status) return { outcome, isNews: false };
  const { id: conversionId } = facts;
  const isNews = await inTransaction(deps.pool, (sql) =>
    recordPolledOrder(sql, { conversionId, status, askedAt: deps.now() }),
  );
  return { outcome, isNews };
}

async function ask(deps: ShopDeps, facts: ConversionFacts): Promise<OrderStatusOutcome> {
  const source = deps.sources[facts.orderSource ?? ''];
  if (!source)
    throw final(FAILURE.orderNotOurs, `programme ${facts.programmeId} has no order source`);
  // The shop's clock and ours differ, and it may have booked the order before it told us.
  const since = new Date(facts.orderedAt.getTime() - LOOK_BACK_MS).toISOString();
  return source.status(facts.transactionId, { since });
}

const newsIn = (
  outcome: OrderStatusOutcome,
  { orderStatus }: ConversionFacts,
): OrderStatus | undefined => ('at' in outcome ? NEWS[outcome.kind][orderStatus] : undefined);

function notYet(
  deps: ShopDeps,
  { transactionId }: ConversionFacts,
  outcome: OrderStatusOutcome,
  leftMs: number,
): ApplicationFailure {
  const afterMs = Math.min(deps.pollEveryMs, leftMs + 50);
  const later = (message: string): ApplicationFailure => again(FAILURE.notYet, message, afterMs);
  switch (outcome.kind) {
    case 'pending':
    case 'delivered':
    case 'cancelled':
    case 'returned':
      return later(`nothing new about order ${transactionId}`);
    case 'not_found':
      return later(`the shop does not list order ${transactionId}`);
    case 'rate_limited':
      return again(FAILURE.rateLimited, 'the shop asks to slow down', outcome.retryAfterMs);
    case 'auth':
      return final(FAILURE.retailerAuth, 'the shop refuses our token');
    case 'unknown':
      return later(`no answer from the shop: ${outcome.cause}`);
    default:
      return unreachable(outcome);
  }
}

/** For runs that began before the shop was asked during the hold. */
export async function pollOrder(deps: ShopDeps, conversionId: string): Promise<void> {
  const facts = await loadConversionFacts(deps.pool, conversionId);
  if (!facts) throw final(FAILURE.orderNotOurs, `no conversion ${conversionId}`);
  if (facts.orderStatus !== 'pending') return;
  const { outcome, isNews } = await askOnce(deps, facts);
  if (!isNews) throw notYet(deps, facts, outcome, Infinity);
}
