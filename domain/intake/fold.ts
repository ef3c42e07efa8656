import type { Tiyn } from '../money';

/** The order's own state, as the shop tells it; what the platform does about it is conversions/state.ts. */
export const ORDER_STATUSES = [
  'pending',
  'approved',
  'rejected',
  'partially_refunded',
  'refunded',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const isOrderStatus = (text: string): text is OrderStatus =>
  (ORDER_STATUSES as readonly string[]).includes(text);

export type OrderEvent = {
  readonly webhookId: string;
  /** 0 when the shop numbers nothing. */
  readonly eventVersion: number;
  readonly occurredAtMs: number;
  readonly status: OrderStatus;
  /** The order's value after this event; null when the event states none. */
  readonly sale: Tiyn | null;
};

export type FoldedOrder = {
  readonly status: OrderStatus;
  readonly sale: Tiyn;
  readonly orderedAtMs: number;
};

/** (event_version, occurred_at, webhook id): a total order, since a webhook id is used once. */
export function compareEvents(a: OrderEvent, b: OrderEvent): number {
  return (
    a.eventVersion - b.eventVersion ||
    a.occurredAtMs - b.occurredAtMs ||
    (a.webhookId < b.webhookId ? -1 : a.webhookId > b.webhookId ? 1 : 0)
  );
}

/**
 * The order as all its events together say it, whatever order they came in: status of the last event,
 * value of the last event that states one (0 when none does), time of the earliest. `intake_batch` in
 * migration 0005 does the same in SQL; test/api/fold.test.ts holds the two together.
 */
export function foldOrder(events: readonly [OrderEvent, ...OrderEvent[]]): FoldedOrder {
  const sorted = [...events].sort(compareEvents);
  const last = sorted[sorted.length - 1] ?? events[0];
  const priced = sorted.findLast((event) => event.sale !== null);
  return {
    status: last.status,
    sale: priced?.sale ?? 0n,
    orderedAtMs: Math.min(...events.map((event) => event.occurredAtMs)),
  };
}
