import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { showMessage } from '../../../ui/app/showMessage';
import { SUMMARY_KEY } from '../frame/useSummary';
import { REPORTS_KEY } from '../reports/useReports';
import type { Schema } from '../types';

export const REASONS = [
  'fraud',
  'misleading',
  'adult',
  'broken',
  'other',
] as const satisfies readonly Schema<'LinkReportReason'>[];

/** Words of a takedown or of its end, as LinkNote of the API. */
const NOTE_MIN = 3;
export const NOTE_MAX = 1000;
export const isNote = (typed: string): boolean => typed.trim().length >= NOTE_MIN;

export const SIGNALS_KEY = ['ops', 'fraud-signals'] as const;
export const PERSON_LINKS_KEY = ['ops', 'person-links'] as const;
/** One takedown answers every open report of its link, and every list that shows the link says so. */
const SHOWN_IN = [REPORTS_KEY, SIGNALS_KEY, PERSON_LINKS_KEY, SUMMARY_KEY] as const;

function useDecided(): (message: string) => void {
  const queries = useQueryClient();
  return (message) => {
    showMessage({ message });
    for (const queryKey of SHOWN_IN) void queries.invalidateQueries({ queryKey });
  };
}

export function useDecideReport(
  reportId: string,
  onDone: () => void,
): UseMutationResult<
  Schema<'LinkReport'>,
  unknown,
  {
    decision: 'dismiss' | 'take_down';
    reason?: Schema<'LinkReportReason'>;
    note: string;
  }
> {
  const { t } = useTranslation('opsReports');
  const decided = useDecided();
  return useMutation({
    mutationFn: (body) =>
      call(
        api.POST('/v1/ops/link-reports/{reportId}/decision', {
          params: { path: { reportId } },
          body,
        }),
      ),
    onSuccess: ({ state }) => {
      decided(state === 'dismissed' ? t('done.dismissed') : t('done.taken_down'));
      onDone();
    },
  });
}

export function useTakeDown(
  linkId: string,
  onDone: () => void,
): UseMutationResult<
  Schema<'OpsLink'>,
  unknown,
  { reason: Schema<'LinkReportReason'>; note: string }
> {
  const { t } = useTranslation('opsReports');
  const decided = useDecided();
  return useMutation({
    mutationFn: (body) =>
      call(api.POST('/v1/ops/links/{linkId}/take-down', { params: { path: { linkId } }, body })),
    onSuccess: () => {
      decided(t('done.taken_down'));
      onDone();
    },
  });
}

export function useRestore(
  linkId: string,
  onDone: () => void,
): UseMutationResult<Schema<'OpsLink'>, unknown, { note: string }> {
  const { t } = useTranslation('opsReports');
  const decided = useDecided();
  return useMutation({
    mutationFn: (body) =>
      call(api.POST('/v1/ops/links/{linkId}/restore', { params: { path: { linkId } }, body })),
    onSuccess: () => {
      decided(t('done.restored'));
      onDone();
    },
  });
}
