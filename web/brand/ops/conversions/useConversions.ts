import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { useMoneyMutation } from '../../../ui/api/useMoneyMutation';
import { showMessage } from '../../../ui/app/showMessage';
import { SUMMARY_KEY } from '../frame/useSummary';
import type { ConversionState } from '../parts/states';
import type { Schema } from '../types';

export type ConversionFilter = {
  readonly query?: string;
  readonly state?: ConversionState;
  readonly from?: string;
  readonly to?: string;
};

const LIST_KEY = ['ops', 'conversions'] as const;
const conversionKey = (conversionId: string) => ['ops', 'conversion', conversionId] as const;

export function useConversions(filter: ConversionFilter) {
  return useInfiniteQuery({
    queryKey: [...LIST_KEY, filter],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/ops/conversions', {
          params: {
            query: { limit: '50', ...filter, ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
}

/** The conversion's row in the list's form: names and the workflow's address, which getConversion has not. */
export function useConversionRow(conversionId: string) {
  return useQuery({
    queryKey: [...conversionKey(conversionId), 'row'],
    queryFn: async () => {
      const page = await call(
        api.GET('/v1/ops/conversions', { params: { query: { query: conversionId, limit: '1' } } }),
      );
      return page.items[0] ?? null;
    },
  });
}

/** Amounts and history. */
export function useConversion(conversionId: string): UseQueryResult<Schema<'Conversion'>> {
  return useQuery({
    queryKey: conversionKey(conversionId),
    queryFn: () =>
      call(api.GET('/v1/conversions/{conversionId}', { params: { path: { conversionId } } })),
  });
}

/** The row follows its workflow within moments (contract of actOnConversion). */
const FOLLOWS_MS = 1500;

export function useConversionAction(conversionId: string, onDone: () => void) {
  const { t } = useTranslation('opsConversions');
  const queries = useQueryClient();
  const refresh = (): void => {
    void queries.invalidateQueries({ queryKey: conversionKey(conversionId) });
    void queries.invalidateQueries({ queryKey: LIST_KEY });
    void queries.invalidateQueries({ queryKey: SUMMARY_KEY });
  };
  return useMoneyMutation({
    name: `conversion-action.${conversionId}`,
    send: (body: Schema<'ConversionAction'>, key) =>
      call(
        api.POST('/v1/conversions/{conversionId}/actions', {
          params: { path: { conversionId }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    onSuccess: ({ action }) => {
      showMessage({ message: t(`action.${action}_done`) });
      refresh();
      setTimeout(refresh, FOLLOWS_MS);
      onDone();
    },
  });
}
