import type { OrderStatusOutcome } from '../ports';
import { PAGE_ROWS, type WildberriesClient } from './client';
import type { FeedFailure } from './errors';
import type { Gate } from './limiter';
import { instantOf, orderOutcome } from './mapping';
import type { WireFeedPage, WireOrder } from './wire';

const DAY_MS = 86_400_000;
/** The feed keeps 31 days by status time; five minutes less, or a slow request falls off its edge. */
const REACH_MS = 31 * DAY_MS - 5 * 60_000;

type Snapshot = {
  readonly startMs: number;
  /** As far back as the shop could be asked: an earlier `since` is answered from here on. */
  readonly floorMs: number;
  readonly end: string;
  readonly orders: Map<string, OrderStatusOutcome & { readonly updatedAt: string }>;
  snapshotTime: string | null;
  offset: number;
  complete: boolean;
  readAt: number;
};

/**
 * The shop answers one request a minute for all orders of a seller, so all who ask share what was read:
 * a page is asked for only when the gate is open and nothing fresh knows the order. A feed longer than a
 * page is read on, one page an opening, against one snapshot.
 */
export class OrderFeed {
  #snapshot: Snapshot | null = null;
  #reading: Promise<FeedFailure | null> | null = null;
  /** The earliest `since` asked for while the present snapshot stands: where the next one starts. */
  #wantedMs = Infinity;

  constructor(
    private readonly client: WildberriesClient,
    private readonly gate: Gate,
    private readonly freshMs: number,
    private readonly now: () => number,
  ) {}

  async status(srid: string, sinceMs: number): Promise<OrderStatusOutcome> {
    for (;;) {
      this.#wantedMs = Math.min(this.#wantedMs, sinceMs);
      // A page somebody else asked for may bring the answer without a request of our own.
      const failure = this.#reading ? await this.#reading : null;
      if (failure) return failure;
      const known = this.#known(srid, sinceMs);
      if (known) return known;
      if (this.#reading) continue;
      this.#reading = this.#readInTurn().finally(() => {
        this.#reading = null;
      });
      const ownFailure = await this.#reading;
      if (ownFailure) return ownFailure;
      // What was just read answers the asker even where nothing stays fresh (interval 0).
      const read = this.#lookUp(srid, sinceMs);
      if (read) return read;
    }
  }

  /** Who asks while the gate is asked waits for the same answer: never two requests at once. */
  async #readInTurn(): Promise<FeedFailure | null> {
    const waitMs = await this.gate.enter(this.now());
    if (waitMs > 0) return { kind: 'rate_limited', retryAfterMs: Math.ceil(waitMs) };
    return this.#readPage();
  }

  #known(srid: string, sinceMs: number): OrderStatusOutcome | null {
    const snapshot = this.#snapshot;
    if (!snapshot) return null;
    const ageMs = this.now() - snapshot.readAt;
    const fresh = snapshot.complete ? ageMs < this.freshMs : this.#readsOn(snapshot);
    return fresh ? this.#lookUp(srid, sinceMs) : null;
  }

  /** A half-read feed that nobody came back for is dropped: its rows are old by then. */
  #readsOn(snapshot: Snapshot): boolean {
    return !snapshot.complete && this.now() - snapshot.readAt < 3 * this.freshMs + 1000;
  }

  #lookUp(srid: string, sinceMs: number): OrderStatusOutcome | null {
    const snapshot = this.#snapshot;
    const found = snapshot?.orders.get(srid);
    if (found) {
      const { updatedAt: _, ...outcome } = found;
      return outcome;
    }
    if (!snapshot?.complete) return null;
    const covered = snapshot.startMs <= Math.max(sinceMs, snapshot.floorMs);
    return covered ? { kind: 'not_found' } : null;
  }

  async #readPage(): Promise<FeedFailure | null> {
    const open = this.#snapshot && this.#readsOn(this.#snapshot) ? this.#snapshot : null;
    const snapshot = open ?? this.#begin();
    const answer = await this.client.orderFeed({
      start: new Date(snapshot.startMs).toISOString(),
      end: snapshot.end,
      offset: snapshot.offset,
      snapshotTime: snapshot.snapshotTime,
    });
    if (answer.kind !== 'page') {
      if (answer.kind === 'rate_limited') await this.gate.closeFor(answer.retryAfterMs, this.now());
      return answer;
    }
    keepRows(snapshot, answer.page);
    snapshot.readAt = this.now();
    this.#snapshot = snapshot;
    return null;
  }

  #begin(): Snapshot {
    const now = this.now();
    const floorMs = now - REACH_MS;
    const startMs = Math.min(Math.max(this.#wantedMs, floorMs), now);
    this.#wantedMs = Infinity;
    return {
      startMs,
      floorMs,
      end: new Date(now).toISOString(),
      orders: new Map(),
      snapshotTime: null,
      offset: 0,
      complete: false,
      readAt: now,
    };
  }
}

function keepRows(snapshot: Snapshot, page: WireFeedPage): void {
  for (const order of page.orders) keepRow(snapshot, order, page.currency);
  snapshot.offset += page.orders.length;
  snapshot.snapshotTime ??= page.snapshotTime;
  snapshot.complete = page.orders.length < PAGE_ROWS;
}

/** One order may stand in the feed more than once: the latest change is its state. */
function keepRow(snapshot: Snapshot, order: WireOrder, currency: string | null): void {
  const updatedAt = instantOf(order.updatedAt) ?? '';
  const before = snapshot.orders.get(order.srid);
  if (before && before.updatedAt > updatedAt) return;
  snapshot.orders.set(order.srid, { ...orderOutcome(order, currency), updatedAt });
}
