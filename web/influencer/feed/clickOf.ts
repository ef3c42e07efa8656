import { useThrottledValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';

import { latestClicksRead } from '../data/linkReads';
import type { OwnClick } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import type { FeedItem } from './feed';
import { useFeed } from './FeedProvider';

/** A link that is shared widely has clicks every second; the list of single ones is read at most this often. */
const READ_EVERY_MS = 3_000;

/** The newest click behind a line of the feed: the stream counts clicks, the list says what each of them was. */
export function useClickOf(item: Extract<FeedItem, { type: 'click' }>): OwnClick | undefined {
  const newest = useFeed().items.find(({ type }) => type === 'click')?.at;
  const asked = useThrottledValue(newest, READ_EVERY_MS);
  const { data } = useQuery({
    ...latestClicksRead(useInfluencerId(), asked ?? ''),
    enabled: asked !== undefined,
  });
  return data?.items.find(({ link_id, at }) => link_id === item.link_id && at === item.at);
}
