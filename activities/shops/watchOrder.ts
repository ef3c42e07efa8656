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
 */
export async function watchOrder(deps: ShopDeps, input: WatchInput): Promise<Advanced> {
  const facts = await loadConversionFacts(deps.pool, input.conversionId);
  if (facts?.state === 'HELD') await askOnce(deps, facts, input.until);
  try {
    const { conversionId, driver } = input;
    return await advanceOrder(deps, { conversionId, ...(driver !== undefined && { driver }) });
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.nonRetryable) throw failure;
    throw again(failure.type ?? 'Unexpected', failure.message, OWN_TROUBLE_MS);
  }
}

/** Returns when the answer is stored, or the time is up; else says when to ask again. */
async function askOnce(
  deps: ShopDeps,
  facts: ConversionFacts,
  until: string | null,
): Promise<void> {
  const outcome = await ask(deps, facts);
  const news =
    'retryAfterMs' in outcome || outcome.kind === 'auth' ? undefined : newsIn(outcome, facts);
  if (news) {
    const { id: conversionId } = facts;
    const stands = await inTransaction(deps.pool, (sql) =>
      recordPolledOrder(sql, { conversionId, status: news, askedAt: deps.now() }),
    );
    // Told that nothing changed, the workflow would ask again at once, and again.
    if (stands) return;
  }
  const leftMs = until === null ? Infinity : Date.parse(until) - deps.now().getTime();
  if (leftMs <= 0) return;
  throw notYet(deps, facts, outcome, leftMs);
}

async function ask(deps: ShopDeps, facts: ConversionFacts): Promise<OrderStatusOutcome> {
  const source = deps.sources[facts.orderSource ?? ''];
  if (!source)
    throw final(FAILURE.orderNotOurs, `programme ${facts.programmeId} has no order source`);
  // The shop's clock and ours differ, and it may have booked the order before it told us.
  const since = new Date(facts.orderedAt.getTime() - LOOK_BACK_MS).toISOString();
  return source.status(facts.transactionId, { since });
}

function newsIn(
  outcome: Exclude<OrderStatusOutcome, { kind: 'rate_limited' | 'auth' }>,
  facts: ConversionFacts,
): OrderStatus | undefined {
  if (outcome.kind === 'not_found' || outcome.kind === 'unknown') return undefined;
  return NEWS[outcome.kind][facts.orderStatus];
}

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
  if (facts.orderStatus === 'pending') await askOnce(deps, facts, null);
}
