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

/**
 * How final a status is. Of two events at the same version and time the more final one stands: the shop that says
 * "paid" and "returned" in one second means the return, and chance must not decide (docs/postbacks.md).
 */
const FINALITY: Readonly<Record<OrderStatus, number>> = {
  pending: 0,
  approved: 1,
  partially_refunded: 2,
  rejected: 3,
  refunded: 4,
};

export type OrderEvent = {
  /** Ours: a person's decision or the shop's answer to our question; such an event shares a version with others. */
  readonly ours: boolean;
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

/** (event_version, occurred_at, finality of the status, smaller value): events equal in all four say the same. */
export function compareEvents(a: OrderEvent, b: OrderEvent): number {
  return (
    a.eventVersion - b.eventVersion ||
    a.occurredAtMs - b.occurredAtMs ||
    FINALITY[a.status] - FINALITY[b.status] ||
    Number((b.sale ?? 0n) - (a.sale ?? 0n))
  );
}

/** A numbered event of the shop told again is the same event, at the time it was told first. */
function atFirstTelling(events: readonly OrderEvent[]): OrderEvent[] {
  const first = new Map<number, number>();
  const isNumbered = (event: OrderEvent): boolean => !event.ours && event.eventVersion > 0;
  for (const { eventVersion, occurredAtMs } of events.filter(isNumbered))
    first.set(eventVersion, Math.min(first.get(eventVersion) ?? occurredAtMs, occurredAtMs));
  return events.map((event) =>
    isNumbered(event)
      ? { ...event, occurredAtMs: first.get(event.eventVersion) ?? event.occurredAtMs }
      : event,
  );
}

/**
 * The order as all its events together say it, whatever order they came in: status of the last event,
 * value of the last event that states one (0 when none does), time of the earliest. `intake_changes` in
 * migration 0014 does the same in SQL; test/api/fold.test.ts holds the two together.
 */
export function foldOrder(events: readonly [OrderEvent, ...OrderEvent[]]): FoldedOrder {
  const sorted = atFirstTelling(events).sort(compareEvents);
  const last = sorted[sorted.length - 1] ?? events[0];
  const priced = sorted.filter((event) => event.sale !== null).at(-1);
  return {
    status: last.status,
    sale: priced?.sale ?? 0n,
    orderedAtMs: Math.min(...events.map((event) => event.occurredAtMs)),
  };
}
