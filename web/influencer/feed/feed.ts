import type { FeedEvent } from '../data/types';

type ClickEvent = Extract<FeedEvent, { type: 'click' }>;
type OrderEvent = Extract<FeedEvent, { type: 'order' }>;

/** A line of the feed: clicks of one programme in a row are one line that counts up. */
export type FeedItem =
  (ClickEvent & { readonly key: string }) | (Omit<OrderEvent, 'reason'> & { readonly key: string });

export const FEED_LENGTH = 5;

const together = (
  newest: FeedItem | undefined,
  event: ClickEvent,
): newest is FeedItem & ClickEvent =>
  newest?.type === 'click' &&
  newest.link_id === event.link_id &&
  newest.programme.id === event.programme.id;

/** The feed with the event on top, at most `FEED_LENGTH` lines; an order is one line, its newest state. */
export function withEvent(items: readonly FeedItem[], event: ClickEvent | OrderEvent): FeedItem[] {
  const [newest, ...others] = items;
  if (event.type === 'click') {
    if (together(newest, event)) {
      const { count, counted } = newest;
      return [
        {
          ...event,
          key: newest.key,
          count: count + event.count,
          counted: counted + event.counted,
          // Of the clicks of a line that do not count, the newest tells why, also after one that counts.
          reason: event.reason ?? newest.reason,
        },
        ...others,
      ];
    }
    return [{ ...event, key: `click-${event.at}` }, ...items].slice(0, FEED_LENGTH);
  }
  const rest = items.filter((item) => item.key !== event.conversion_id);
  return [{ ...event, key: event.conversion_id }, ...rest].slice(0, FEED_LENGTH);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The stream is not an answer body, so nothing has checked its form yet. */
export function readFeedEvent(data: unknown): FeedEvent | null {
  if (!isRecord(data)) return null;
  const type = data['type'];
  return type === 'click' || type === 'order' || type === 'end'
    ? (data as unknown as FeedEvent)
    : null;
}
