import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';

import { api, call } from '../../../ui/api/client';
import type { PayoutState } from '../parts/states';
import { runKey } from './useRun';

/** A page of the run's payouts; under the run's key, so that a change of the run refreshes them too. */
export function useRunItems(batchId: string, state: PayoutState | undefined) {
  return useInfiniteQuery({
    queryKey: [...runKey(batchId), 'items', state ?? 'all'],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/payout-batches/{batchId}/items', {
          params: {
            path: { batchId },
            query: {
              limit: '100',
              ...(state ? { state } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
}
