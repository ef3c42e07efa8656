import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQueryClient,
  type UseMutationResult,
} from '@tanstack/react-query';

import { api, call } from '../../../ui/api/client';
import type { Schema } from '../types';

const BRANDS_KEY = ['ops', 'brands'] as const;

/** All of them, or those with this part of a name. */
export function useBrands(query: string | undefined) {
  return useInfiniteQuery({
    queryKey: [...BRANDS_KEY, query ?? ''],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/ops/brands', {
          params: {
            query: {
              limit: '50',
              ...(query ? { query } : {}),
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

export function useCreateBrand(): UseMutationResult<
  Schema<'BrandCreated'>,
  unknown,
  Schema<'NewBrand'>
> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<'NewBrand'>) => call(api.POST('/v1/ops/brands', { body })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: BRANDS_KEY }),
  });
}

export function useInviteOwner(
  brandId: string,
): UseMutationResult<Schema<'InvitationCreated'>, unknown, string> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (email: string) =>
      call(
        api.POST('/v1/ops/brands/{brandId}/invitations', {
          params: { path: { brandId } },
          body: { email },
        }),
      ),
    onSuccess: () => void queries.invalidateQueries({ queryKey: BRANDS_KEY }),
  });
}
