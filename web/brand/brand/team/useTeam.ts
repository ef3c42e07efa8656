import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';

import { api, call } from '../../../ui/api/client';
import { useMe } from '../../../ui/session/session';
import type { BrandRole } from '../types';

export function useMembers() {
  const { tenant } = useMe();
  return useInfiniteQuery({
    queryKey: ['team', tenant.id],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/brands/{brandId}/team', {
          params: {
            path: { brandId: tenant.id },
            query: { limit: '100', ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useInvitations(enabled: boolean) {
  const { tenant } = useMe();
  return useInfiniteQuery({
    queryKey: ['invitations', tenant.id],
    enabled,
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/brands/{brandId}/invitations', {
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

/** What can be done to people of the team; the lists are read again afterwards. */
export function useTeamCommands() {
  const { tenant } = useMe();
  const queries = useQueryClient();
  const brandId = tenant.id;
  const team = { queryKey: ['team', brandId] };
  const invitations = { queryKey: ['invitations', brandId] };
  const changeRole = useMutation({
    mutationFn: ({ userId, role }: { userId: string; role: BrandRole }) =>
      call(
        api.PATCH('/v1/brands/{brandId}/team/{userId}', {
          params: { path: { brandId, userId } },
          body: { role },
        }),
      ),
    onSuccess: () => void queries.invalidateQueries(team),
  });
  const disable = useMutation({
    mutationFn: (userId: string) =>
      call(
        api.DELETE('/v1/brands/{brandId}/team/{userId}', { params: { path: { brandId, userId } } }),
      ),
    onSuccess: () => void queries.invalidateQueries(team),
  });
  const invite = useMutation({
    mutationFn: (body: { email: string; role: BrandRole }) =>
      call(api.POST('/v1/brands/{brandId}/invitations', { params: { path: { brandId } }, body })),
    onSuccess: () => void queries.invalidateQueries(invitations),
  });
  const revoke = useMutation({
    mutationFn: (invitationId: string) =>
      call(
        api.DELETE('/v1/brands/{brandId}/invitations/{invitationId}', {
          params: { path: { brandId, invitationId } },
        }),
      ),
    onSuccess: () => void queries.invalidateQueries(invitations),
  });
  return { changeRole, disable, invite, revoke };
}
