import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import { api, call } from '../../../ui/api/client';
import { useMe } from '../../../ui/session/session';
import type { Programme } from '../types';

const PAGE = '100';

async function readAll(brandId: string): Promise<Programme[]> {
  const all: Programme[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: Programme[]; next_cursor: string | null } = await call(
      api.GET('/v1/brands/{brandId}/programmes', {
        params: { path: { brandId }, query: { limit: PAGE, ...(cursor ? { cursor } : {}) } },
      }),
    );
    all.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return all;
}

/** All programmes of the brand, newest first: a brand has a handful, and filters need every name. */
export function useProgrammes(): UseQueryResult<Programme[]> {
  const { tenant } = useMe();
  return useQuery({
    queryKey: ['programmes', tenant.id],
    queryFn: () => readAll(tenant.id),
    staleTime: 60_000,
  });
}
