import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { useMoneyMutation } from '../../../ui/api/useMoneyMutation';
import { showMessage } from '../../../ui/app/showMessage';
import { SUMMARY_KEY } from '../frame/useSummary';
import type { Schema } from '../types';

export const personKey = (influencerId: string) => ['ops', 'person', influencerId] as const;

export function usePerson(influencerId: string): UseQueryResult<Schema<'Person'>> {
  return useQuery({
    queryKey: personKey(influencerId),
    queryFn: () =>
      call(api.GET('/v1/ops/people/{influencerId}', { params: { path: { influencerId } } })),
  });
}

/** After a change: the person, the lists and what is left to do are read again. */
function useChanged(influencerId: string): (message: string) => void {
  const queries = useQueryClient();
  return (message) => {
    showMessage({ message });
    void queries.invalidateQueries({ queryKey: personKey(influencerId) });
    void queries.invalidateQueries({ queryKey: ['ops', 'people'] });
    void queries.invalidateQueries({ queryKey: SUMMARY_KEY });
  };
}

/** Says whether a stated tax status holds. One open intent a person: the page shows one decision at a time. */
export function useTaxProposal(influencerId: string, onDone: () => void) {
  const { t } = useTranslation('opsPeople');
  const changed = useChanged(influencerId);
  return useMoneyMutation({
    name: `tax-proposal.${influencerId}`,
    send: (body: Schema<'TaxStatusProposal'>, key) =>
      call(
        api.POST('/v1/ops/people/{influencerId}/tax-status/proposal', {
          params: { path: { influencerId }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    onSuccess: () => {
      changed(t('claim.proposed'));
      onDone();
    },
  });
}

/** Another person's word on what was proposed. */
export function useTaxDecision(influencerId: string, onDone: () => void) {
  const { t } = useTranslation('opsPeople');
  const changed = useChanged(influencerId);
  return useMoneyMutation({
    name: `tax-decision.${influencerId}`,
    send: (body: Schema<'TaxStatusDecision'>, key) =>
      call(
        api.POST('/v1/ops/people/{influencerId}/tax-status/decision', {
          params: { path: { influencerId }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    onSuccess: ({ state }) => {
      const done = { confirmed: 'confirmed', refused: 'refused', pending: 'disagreed' } as const;
      changed(t(`claim.${done[state]}`));
      onDone();
    },
  });
}

export function useStopInstrument(
  influencerId: string,
  onDone: () => void,
): UseMutationResult<Schema<'PersonInstrument'>, unknown, string> {
  const { t } = useTranslation('opsPeople');
  const changed = useChanged(influencerId);
  return useMutation({
    mutationFn: (reason: string) =>
      call(
        api.POST('/v1/ops/people/{influencerId}/instrument/stop', {
          params: { path: { influencerId } },
          body: { reason },
        }),
      ),
    onSuccess: () => {
      changed(t('instrument.done'));
      onDone();
    },
  });
}

export function useAddFlag(
  influencerId: string,
  onDone: () => void,
): UseMutationResult<Schema<'ReviewFlag'>, unknown, Schema<'ReviewFlagInput'>> {
  const { t } = useTranslation('opsPeople');
  const changed = useChanged(influencerId);
  return useMutation({
    mutationFn: (body: Schema<'ReviewFlagInput'>) =>
      call(
        api.POST('/v1/ops/people/{influencerId}/flags', {
          params: { path: { influencerId } },
          body,
        }),
      ),
    onSuccess: () => {
      changed(t('flags.added'));
      onDone();
    },
  });
}

export function useRemoveFlag(
  influencerId: string,
  onDone: () => void,
): UseMutationResult<Schema<'ReviewFlagRemoved'>, unknown, Schema<'ReviewFlagCode'>> {
  const { t } = useTranslation('opsPeople');
  const changed = useChanged(influencerId);
  return useMutation({
    mutationFn: (flagCode: Schema<'ReviewFlagCode'>) =>
      call(
        api.DELETE('/v1/ops/people/{influencerId}/flags/{flagCode}', {
          params: { path: { influencerId, flagCode } },
        }),
      ),
    onSuccess: () => {
      changed(t('flags.removed'));
      onDone();
    },
  });
}
