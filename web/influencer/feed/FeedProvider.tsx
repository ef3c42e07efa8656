import { useThrottledCallback } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from 'react';

import { useEventStream, type StreamEvent, type StreamState } from '../../ui/api/useEventStream';
import { useRefreshMe } from '../../ui/session/session';
import { homeRead, MONEY_READS } from '../data/reads';
import { useInfluencerId } from '../data/useInfluencerId';
import { readFeedEvent, withEvent, type FeedItem } from './feed';

type Feed = { readonly items: readonly FeedItem[]; readonly state: StreamState };

const FeedContext = createContext<Feed>({ items: [], state: 'connecting' });

/** What has come over the stream since the app was opened, newest first. */
export const useFeed = (): Feed => useContext(FeedContext);

const TYPES = ['click', 'order', 'notice', 'end'] as const;
/** Orders may come in bursts (a shop's report); the lists are read again at most this often. */
const REFRESH_EVERY_MS = 2_000;

function useRefreshMoney(): () => void {
  const queries = useQueryClient();
  return useThrottledCallback(() => {
    void queries.invalidateQueries({ predicate: ({ queryKey }) => MONEY_READS.has(queryKey[0]) });
  }, REFRESH_EVERY_MS);
}

/** One stream for the whole app: the first screen shows it, and every open list is fresh after an order. */
export function FeedProvider({ children }: { children: ReactNode }): ReactNode {
  const influencerId = useInfluencerId();
  const queries = useQueryClient();
  const refreshMe = useRefreshMe();
  const refreshMoney = useRefreshMoney();
  const [items, setItems] = useState<readonly FeedItem[]>([]);

  const receive = ({ type, data }: StreamEvent): void => {
    if (type === 'notice') return refreshMoney();
    const event = readFeedEvent(data);
    if (!event) return;
    if (event.type === 'end') {
      if (event.reason === 'session_ended') void refreshMe();
      return;
    }
    setItems((shown) => withEvent(shown, event));
    if (event.type === 'order') return refreshMoney();
    queries.setQueryData(homeRead(influencerId).queryKey, (home) =>
      home && home.clicks_today !== null
        ? { ...home, clicks_today: home.clicks_today + event.counted }
        : home,
    );
  };
  const state = useEventStream(`/v1/influencers/${influencerId}/feed`, receive, TYPES);

  // Nothing is replayed after a gap: what came meanwhile is in the lists.
  const gap = useRef(false);
  useEffect(() => {
    if (state === 'reconnecting') gap.current = true;
    if (state !== 'open' || !gap.current) return;
    gap.current = false;
    refreshMoney();
  }, [state, refreshMoney]);
  const feed = useMemo(() => ({ items, state }), [items, state]);
  return <FeedContext value={feed}>{children}</FeedContext>;
}
