import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, call } from '../../ui/api/client';
import type { components } from '../../ui/api/schema';

export type Recovery = components['schemas']['Recovery'];

const KEY = ['recoveries'] as const;
/** Somebody who is being taken over should read it while they work. */
const EVERY_MS = 60_000;

export function useRecoveries() {
  return useQuery({
    queryKey: KEY,
    queryFn: () => call(api.GET('/v1/recoveries')),
    refetchInterval: EVERY_MS,
  });
}

export function useRecoveryCommands() {
  const queries = useQueryClient();
  const reload = { onSuccess: () => void queries.invalidateQueries({ queryKey: KEY }) };
  const approve = useMutation({
    mutationFn: ({ id, check_code }: { id: string; check_code: string }) =>
      call(
        api.POST('/v1/recoveries/{recoveryId}/approve', {
          params: { path: { recoveryId: id } },
          body: { check_code },
        }),
      ),
    ...reload,
  });
  const stop = useMutation({
    mutationFn: (id: string) =>
      call(api.POST('/v1/recoveries/{recoveryId}/stop', { params: { path: { recoveryId: id } } })),
    ...reload,
  });
  return { approve, stop };
}
