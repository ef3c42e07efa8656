import { openJournal, type Journal } from '../journal';

export const ORDER_STATUSES = ['created', 'buyout', 'cancel', 'return', 'returnDefective'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** One change of an order; the latest of a srid is its state. Prices are decimal text. */
export type OrderChange = {
  readonly srid: string;
  readonly nmId: number;
  readonly price: string;
  readonly currency: string;
  readonly status: OrderStatus;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** The fake shop's orders. */
export class OrderBook {
  readonly #journal: Journal<OrderChange>;
  readonly #orders = new Map<string, OrderChange>();

  constructor(path: string | null) {
    this.#journal = openJournal<OrderChange>(path);
    for (const change of this.#journal.events) this.#orders.set(change.srid, change);
  }

  find(srid: string): OrderChange | undefined {
    return this.#orders.get(srid);
  }

  change(change: OrderChange): void {
    this.#journal.append(change);
    this.#orders.set(change.srid, change);
  }

  /** By time of the last change, as the feed tells them. */
  list(): OrderChange[] {
    return [...this.#orders.values()].sort(
      (a, b) => a.updatedAt - b.updatedAt || (a.srid < b.srid ? -1 : 1),
    );
  }

  clear(): void {
    this.#journal.clear();
    this.#orders.clear();
  }

  close(): void {
    this.#journal.close();
  }
}
