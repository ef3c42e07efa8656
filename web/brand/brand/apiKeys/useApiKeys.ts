import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';

import { api, call } from '../../../ui/api/client';
import type { components } from '../../../ui/api/schema';
import { useMe } from '../../../ui/session/session';

export type NewKey = components['schemas']['NewBrandApiKey'];

export function useApiKeys() {
  const { tenant } = useMe();
  return useInfiniteQuery({
    queryKey: ['api-keys', tenant.id],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/brands/{brandId}/api-keys', {
          params: {
            path: { brandId: tenant.id },
            query: pageParam ? { cursor: pageParam } : {},
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** Making, rotating and ending keys; `create` and `rotate` answer the key itself, this once. */
export function useKeyCommands() {
  const { tenant } = useMe();
  const queries = useQueryClient();
  const brandId = tenant.id;
  const onSuccess = (): void => void queries.invalidateQueries({ queryKey: ['api-keys', brandId] });
  const create = useMutation({
    mutationFn: (body: NewKey) =>
      call(api.POST('/v1/brands/{brandId}/api-keys', { params: { path: { brandId } }, body })),
    onSuccess,
  });
  const rotate = useMutation({
    mutationFn: (keyId: string) =>
      call(
        api.POST('/v1/brands/{brandId}/api-keys/{keyId}/rotate', {
          params: { path: { brandId, keyId } },
        }),
      ),
    onSuccess,
  });
  const revoke = useMutation({
    mutationFn: (keyId: string) =>
      call(
        api.DELETE('/v1/brands/{brandId}/api-keys/{keyId}', {
          params: { path: { brandId, keyId } },
        }),
      ),
    onSuccess,
  });
  return { create, rotate, revoke };
}
