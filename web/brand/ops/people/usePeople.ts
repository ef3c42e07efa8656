import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';

import { api, call } from '../../../ui/api/client';
import type { Schema } from '../types';

export type PeopleFilter = {
  readonly query?: string;
  readonly flag?: Schema<'ReviewFlagCode'> | 'any';
  readonly tax_claim?: 'pending';
};

export function usePeople(filter: PeopleFilter) {
  return useInfiniteQuery({
    queryKey: ['ops', 'people', filter],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/ops/people', {
          params: { query: { ...filter, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
}

/** A search by phone or IIN: a command, because each one stands in the audit log; nothing of it is cached. */
export function usePrivateSearch(onDone: (found: Schema<'PersonMatches'>) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<'PersonSearch'>) => call(api.POST('/v1/ops/people/search', { body })),
    onSuccess: (found) => {
      onDone(found);
      void queries.invalidateQueries({ queryKey: ['ops', 'audit'] });
    },
    gcTime: 0,
  });
}
