import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import { api, call } from '../../../ui/api/client';
import type { Schema } from '../types';

export const SUMMARY_KEY = ['ops', 'summary'] as const;

/** How often what needs a person, the switches and the engines are looked at. */
const EVERY_MS = 15_000;

export function useSummary(): UseQueryResult<Schema<'OpsSummary'>> {
  return useQuery({
    queryKey: SUMMARY_KEY,
    queryFn: () => call(api.GET('/v1/ops/summary')),
    refetchInterval: EVERY_MS,
  });
}

export const payoutsSwitch = (
  summary: Schema<'OpsSummary'> | undefined,
): Schema<'Switch'> | undefined => summary?.switches.find(({ name }) => name === 'payouts_stopped');
