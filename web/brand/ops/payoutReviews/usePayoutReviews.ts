import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';

import { api, call } from '../../../ui/api/client';

export const REVIEWS_KEY = ['ops', 'payout-reviews'] as const;

/** Payouts that wait for people, the longest waiting first. */
export function usePayoutReviews() {
  return useInfiniteQuery({
    queryKey: REVIEWS_KEY,
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/ops/payout-reviews', {
          params: { query: { limit: '50', ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
}
