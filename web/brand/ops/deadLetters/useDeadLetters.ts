import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { useMoneyMutation } from '../../../ui/api/useMoneyMutation';
import { showMessage } from '../../../ui/app/showMessage';
import { SUMMARY_KEY } from '../frame/useSummary';

const LIST_KEY = ['ops', 'dead-letters'] as const;

/** Newest first. */
export function useDeadLetters() {
  return useInfiniteQuery({
    queryKey: LIST_KEY,
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/ops/dead-letters', {
          params: { query: { limit: '50', ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
}

/** Lives with the page, so that a lost answer is found after a reload. */
export function useResend(onDone: () => void) {
  const { t } = useTranslation('opsDeadLetters');
  const queries = useQueryClient();
  return useMoneyMutation({
    name: 'dead-letter-resend',
    send: ({ id }: { id: string }, key) =>
      call(
        api.POST('/v1/ops/dead-letters/{deadLetterId}/resend', {
          params: { path: { deadLetterId: id }, header: { 'Idempotency-Key': key } },
        }),
      ),
    onSuccess: () => {
      showMessage({ message: t('resend.done') });
      for (const queryKey of [LIST_KEY, SUMMARY_KEY, ['ops', 'stuck']])
        void queries.invalidateQueries({ queryKey });
      onDone();
    },
  });
}
