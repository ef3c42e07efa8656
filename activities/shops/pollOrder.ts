import type { OrderStatus } from '../../domain/intake/fold';
import { unreachable } from '../../domain/result';
import { loadConversionFacts, noteWaiting } from '../../store/postgres/conversionMoney';
import { recordPolledOrder } from '../../store/postgres/polledOrders';
import { FAILURE } from '../../workflows/contract';
import { again, final } from '../failures';

import type { ShopDeps } from './deps';

const LOOK_BACK_MS = 86_400_000;

/**
 * Asks the shop about one order. "Still on its way" and "no answer" are retried by Temporal at the poll
 * interval; a definite answer is folded into the order like any event of the shop.
 */
export async function pollOrder(deps: ShopDeps, conversionId: string): Promise<void> {
  const facts = await loadConversionFacts(deps.pool, conversionId);
  if (!facts) throw final(FAILURE.orderNotOurs, `no conversion ${conversionId}`);
  if (facts.orderStatus !== 'pending') return;
  const source = deps.sources[facts.orderSource ?? ''];
  if (!source)
    throw final(FAILURE.orderNotOurs, `programme ${facts.programmeId} has no order source`);

  // The shop's clock and ours differ, and it may have booked the order before it told us.
  const since = new Date(facts.orderedAt.getTime() - LOOK_BACK_MS).toISOString();
  const outcome = await source.status(facts.transactionId, { since });
  if (outcome.kind === 'pending' || outcome.kind === 'not_found')
    await noteWaiting(deps.pool, conversionId, 'waiting_for_shop');
  const record = (status: OrderStatus): Promise<void> =>
    recordPolledOrder(deps.pool, { conversionId, status, askedAt: deps.now() });
  switch (outcome.kind) {
    case 'delivered':
      return record('approved');
    case 'cancelled':
      return record('rejected');
    case 'returned':
      return record('refunded');
    case 'pending':
      throw again(FAILURE.notYet, `order ${facts.transactionId} is not delivered yet`);
    case 'not_found':
      throw again(FAILURE.notYet, `the shop does not list order ${facts.transactionId} yet`);
    case 'rate_limited':
      throw again(FAILURE.rateLimited, 'the shop asks to slow down', outcome.retryAfterMs);
    case 'auth':
      throw final(FAILURE.retailerAuth, 'the shop refuses our token');
    case 'unknown':
      throw again(FAILURE.notYet, `no answer from the shop: ${outcome.cause}`);
    default:
      return unreachable(outcome);
  }
}
