import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { showMessage } from '../../../ui/app/showMessage';
import type { Schema } from '../types';

const DIALS_KEY = ['ops', 'sandbox', 'dials'] as const;
const CLOCK_KEY = ['ops', 'sandbox', 'clock'] as const;

export const useDials = () =>
  useQuery({
    queryKey: DIALS_KEY,
    queryFn: () => call(api.GET('/v1/ops/sandbox/dials')),
    // A dial for so many calls turns back by itself.
    refetchInterval: 10_000,
  });

export const useClock = () =>
  useQuery({
    queryKey: CLOCK_KEY,
    queryFn: () => call(api.GET('/v1/ops/sandbox/clock')),
    refetchInterval: 30_000,
  });

export function useTurnDial({ partner, dial }: { partner: string; dial: string }) {
  const { t } = useTranslation('opsSandbox');
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<'SandboxDialChange'>) =>
      call(
        api.PUT('/v1/ops/sandbox/dials/{partner}/{dial}', {
          params: { path: { partner, dial } },
          body,
        }),
      ),
    onSuccess: () => {
      showMessage({ message: t('dial.done') });
      void queries.invalidateQueries({ queryKey: DIALS_KEY });
    },
  });
}

export function useMoveClock() {
  const { t } = useTranslation('opsSandbox');
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (offset_ms: number) =>
      call(api.PUT('/v1/ops/sandbox/clock', { body: { offset_ms } })),
    onSuccess: (clock) => {
      queries.setQueryData(CLOCK_KEY, clock);
      showMessage({ message: t('clock.done') });
    },
  });
}
