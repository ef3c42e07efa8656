import type { OrderSource } from '../ports';
import { WildberriesClient } from './client';
import type { WildberriesConfig } from './config';
import { OrderFeed } from './feed';
import { gateFor, type Gate } from './limiter';

export { wildberriesConfig, type WildberriesConfig } from './config';
export type { Gate } from './limiter';

/**
 * Order states of one seller by `srid`. Create one per token and process: what it reads is shared by all
 * who ask, and the gate behind it is shared by all instances of the same token in this process; with `sharedGate` by
 * all processes that use the same one.
 */
export function createWildberries(
  config: WildberriesConfig,
  now: () => number = Date.now,
  sharedGate?: Gate,
): OrderSource {
  const gate = sharedGate ?? gateFor(config.baseUrl, config.token, 'order-feed', config.intervalMs);
  const feed = new OrderFeed(new WildberriesClient(config), gate, config.intervalMs, now);
  return {
    name: 'wildberries',
    status: (orderId, { since }) => {
      const sinceMs = Date.parse(since);
      if (Number.isNaN(sinceMs)) throw new RangeError(`since is no instant: ${since}`);
      return feed.status(orderId, sinceMs);
    },
  };
}
