import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { api, call } from '../../../ui/api/client';
import type { Schema } from '../types';

type Code = Schema<'ReviewFlagCode'>;

/** The kinds of review flags with their texts; the API's closed list, asked for once. */
export function useFlagTexts(): ReadonlyMap<Code, Schema<'Text'>> {
  const { data } = useQuery({
    queryKey: ['ops', 'flag-codes'],
    queryFn: () => call(api.GET('/v1/ops/review-flags')),
    staleTime: Infinity,
  });
  return useMemo(() => new Map(data?.items.map(({ code, text }) => [code, text])), [data]);
}
