import type { OrderSource, OrderState, OrderStatusOutcome } from '../../../adapters/ports';
import type { Turn } from './database';
import type { Chance } from './random';

/** Where an order may go from where it is, at a shop that is asked. */
const NEXT: Readonly<Record<OrderState, readonly OrderState[]>> = {
  pending: ['pending', 'delivered', 'delivered', 'cancelled'],
  delivered: ['delivered', 'delivered', 'delivered', 'returned'],
  cancelled: ['cancelled'],
  returned: ['returned'],
};

/** A shop that we ask: its parcels travel, arrive and come back, and its service fails. */
export class ShopModel {
  private readonly orders = new Map<string, OrderState>();
  isReliable = false;

  constructor(
    private readonly chance: Chance,
    private readonly now: () => number,
  ) {}

  for(turn: Turn): OrderSource {
    return {
      name: 'model',
      status: async (orderId) => {
        await turn.wait(`shop status ${orderId}`);
        return this.status(orderId);
      },
    };
  }

  private status(orderId: string): OrderStatusOutcome {
    const trouble = this.isReliable
      ? 'none'
      : this.chance.weighted({ none: 80, not_found: 6, unknown: 6, rate_limited: 6, auth: 2 });
    if (trouble === 'not_found') return { kind: 'not_found' };
    if (trouble === 'unknown') return { kind: 'unknown', cause: 'read:timeout' };
    if (trouble === 'rate_limited') return { kind: 'rate_limited', retryAfterMs: 60_000 };
    if (trouble === 'auth') return { kind: 'auth' };
    const before = this.orders.get(orderId) ?? 'pending';
    const after =
      this.isReliable && before === 'pending' ? 'delivered' : this.chance.of(NEXT[before]);
    this.orders.set(orderId, after);
    return { kind: after, at: new Date(this.now()).toISOString() };
  }
}
