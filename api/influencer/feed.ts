import type { Session as EventSession } from 'better-sse';
import type { Pool } from 'pg';

import { formatTenge } from '../../domain/money';
import { linksOfNumbers, orderEventsSince, type OrderEvent } from '../../store/postgres/feed';
import type { LinkOfNumber } from '../../store/postgres/feed';
import type { RecentClickRow } from '../../store/clickhouse/reports';
import { errorText, type Logger } from '../../telemetry/logger';
import type { EventConnection } from '../reply';
import type { ClickReports } from './clickReports';
import { reasonView } from '../statistics/reasons';
import { programme, why } from './words';

/**
 * The live feed: whoever listens in this process is served by one look at each store a second, and nobody
 * looks while nobody listens. Stores show rows a little after their time (a transaction commits, a batch of
 * clicks is shipped), so each look reaches back and drops what was sent before.
 */
export type Feed = {
  /** Returns what to call when the reader has gone. */
  join(reader: Reader): () => void;
};

export type Reader = {
  readonly influencerId: string;
  readonly session: EventSession;
  readonly connection: EventConnection;
};

export type FeedDeps = {
  readonly pool: Pool;
  readonly clicks: ClickReports;
  readonly log: Logger;
  readonly pollMs?: number;
};

const POLL_MS = 1_000;
const ORDERS_BACK_MS = 10_000;
/** Drain ships within seconds; while ClickHouse is away clicks come later and are not told live. */
const CLICKS_BACK_MS = 60_000;
const OVERLAP_MS = 5_000;
const MAX_ORDERS = 500;
const MAX_CLICKS = 2_000;
/** Bytes a reader has not taken; a phone out of reach must not fill our memory. */
const MAX_BACKLOG = 64 * 1024;

type Listening = Reader & { readonly sinceMs: number };

class PollingFeed implements Feed {
  private readonly readers = new Set<Listening>();
  private timer: NodeJS.Timeout | undefined;
  /** What was sent, with when it happened: forgotten once no look reaches back to it. */
  private readonly sent = new Map<string, number>();

  constructor(private readonly deps: FeedDeps) {}

  join(reader: Reader): () => void {
    const listening: Listening = { ...reader, sinceMs: Date.now() };
    this.readers.add(listening);
    this.schedule();
    return () => this.leave(listening);
  }

  private leave(reader: Listening): void {
    this.readers.delete(reader);
    if (this.readers.size > 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sent.clear();
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => void this.turn(), this.deps.pollMs ?? POLL_MS);
  }

  private async turn(): Promise<void> {
    try {
      this.endSlow();
      await this.look();
    } catch (thrown) {
      this.deps.log.warn({ error: errorText(thrown) }, 'the live feed missed a look');
    }
    this.timer = undefined;
    if (this.readers.size > 0) this.schedule();
  }

  /** Who may listen, and for how long, is decided where streams are opened; a phone's memory is smaller than a desk's. */
  private endSlow(): void {
    for (const reader of this.readers) {
      if (reader.connection.backlog() <= MAX_BACKLOG) continue;
      this.leave(reader);
      reader.connection.close();
    }
  }

  private async look(): Promise<void> {
    const people = [...new Set([...this.readers].map((reader) => reader.influencerId))];
    if (people.length === 0) return;
    const nowMs = Date.now();
    const [orders, clicks] = await Promise.all([
      orderEventsSince(this.deps.pool, people, new Date(nowMs - ORDERS_BACK_MS), MAX_ORDERS),
      this.deps.clicks.since(people, nowMs - CLICKS_BACK_MS, MAX_CLICKS),
    ]);
    for (const order of orders)
      if (this.isNew(`order ${order.id}`, order.at.getTime()))
        this.tell(order.influencer_id, order.at.getTime(), 'order', orderEvent(order));
    const fresh = (clicks ?? []).filter(
      (click) => this.isNew(click.click_id, click.at_ms) && this.isAwaited(click),
    );
    await this.tellClicks(fresh);
    for (const [key, atMs] of this.sent)
      if (atMs < nowMs - 2 * CLICKS_BACK_MS) this.sent.delete(key);
  }

  private isNew(key: string, atMs: number): boolean {
    if (this.sent.has(key)) return false;
    this.sent.set(key, atMs);
    return true;
  }

  /** Whether anybody hears of it: a look reaches back to before its readers came. */
  private isAwaited({ influencer_id, at_ms }: RecentClickRow): boolean {
    for (const reader of this.readers)
      if (reader.influencerId === influencer_id && at_ms >= reader.sinceMs) return true;
    return false;
  }

  /** Clicks of one link in one look are one event: a viral link must not be a flood of them. */
  private async tellClicks(clicks: readonly RecentClickRow[]): Promise<void> {
    if (clicks.length === 0) return;
    const groups = new Map<string, RecentClickRow[]>();
    for (const click of clicks) {
      const key = `${click.influencer_id} ${click.link_number}`;
      groups.set(key, [...(groups.get(key) ?? []), click]);
    }
    const numbers = [...new Set(clicks.map((click) => click.link_number))];
    const links = await linksOfNumbers(this.deps.pool, numbers);
    const byNumber = new Map(links.map((link) => [link.number, link]));
    for (const group of groups.values()) {
      const link = byNumber.get(group[0]!.link_number);
      if (link) this.tellClicksOf(group, link);
    }
  }

  /** The page counts on from what it read on coming: of a look that reaches back, each reader gets what came after. */
  private tellClicksOf(group: readonly RecentClickRow[], link: LinkOfNumber): void {
    for (const reader of this.readers) {
      if (reader.influencerId !== group[0]!.influencer_id) continue;
      const fresh = group.filter((click) => click.at_ms >= reader.sinceMs);
      if (fresh.length > 0) reader.session.push(clickEvent(fresh, link), 'click');
    }
  }

  /** What happened well before somebody came is in the lists they read on coming; those name it again by id. */
  private tell(influencerId: string, atMs: number, name: string, event: object): void {
    for (const reader of this.readers)
      if (reader.influencerId === influencerId && atMs >= reader.sinceMs - OVERLAP_MS)
        reader.session.push(event, name);
  }
}

const orderEvent = (order: OrderEvent): object => ({
  type: 'order',
  at: order.at.toISOString(),
  conversion_id: order.conversion_id,
  programme: programme(order.programme_id, order.programme_name),
  state: order.state,
  reason: why(order.reason_code),
  payable: order.payable_tiyn === null ? null : formatTenge(order.payable_tiyn),
});

/** Oldest first, at least one. */
function clickEvent(clicks: readonly RecentClickRow[], link: LinkOfNumber): object {
  const newest = clicks[clicks.length - 1]!;
  const lost = clicks.filter((click) => click.billable === 0);
  const newestLost = lost[lost.length - 1];
  return {
    type: 'click',
    at: new Date(newest.at_ms).toISOString(),
    link_id: link.id,
    programme: programme(link.programme_id, link.programme_name),
    count: clicks.length,
    counted: clicks.length - lost.length,
    app: newest.app || null,
    reason: newestLost ? reasonView(newestLost.reason) : null,
  };
}

export const createFeed = (deps: FeedDeps): Feed => new PollingFeed(deps);
