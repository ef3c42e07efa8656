import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';

import { api, call } from '../../../ui/api/client';
import type { Schema } from '../types';

export type StuckKind = Schema<'StuckKind'>;

/** Most urgent first: money whose place is not known, then money that does not go, then what only waits. */
export const STUCK_KINDS = [
  'payout_unknown',
  'payout_submitting',
  'payout_review',
  'payout_not_sent',
  'run_short_of_funds',
  'run_waiting',
  'conversion_review',
  'conversion_overdue',
  'conversion_not_started',
  'outbox_dead',
  'outbox_failing',
] as const satisfies readonly StuckKind[];

export type StuckFilter = { readonly kind?: StuckKind; readonly older_than_seconds?: string };

export function useStuck(filter: StuckFilter): UseQueryResult<Schema<'StuckList'>> {
  return useQuery({
    queryKey: ['ops', 'stuck', filter],
    queryFn: () =>
      call(api.GET('/v1/ops/stuck', { params: { query: { limit: '50', ...filter } } })),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
}
