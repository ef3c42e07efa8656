import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { useMoneyMutation, type MoneyMutation } from '../../../ui/api/useMoneyMutation';
import { showMessage } from '../../../ui/app/showMessage';
import { isZero } from '../../../ui/format/money';
import { SUMMARY_KEY } from '../frame/useSummary';
import { personKey } from '../person/usePerson';
import type { Schema } from '../types';

export type Debt = Schema<'OpsDebt'>;
export const DEBT_STATES = ['open', 'proposed', 'all'] as const;
export type DebtState = (typeof DEBT_STATES)[number];
export type DebtFilter = { readonly state: DebtState; readonly influencer_id?: string };

const DEBTS_KEY = ['ops', 'debts'] as const;

export function useDebts(filter: DebtFilter) {
  return useInfiniteQuery({
    queryKey: [...DEBTS_KEY, 'list', filter],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/ops/debts', {
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

/** The debt of an address somebody was sent, wherever in the list it stands; null when there is none. */
export function useDebt(debtId: string, known: Debt | undefined): UseQueryResult<Debt | null> {
  return useQuery({
    queryKey: [...DEBTS_KEY, 'one', debtId],
    queryFn: async () => {
      const page = await call(
        api.GET('/v1/ops/debts', { params: { query: { debt_id: debtId, limit: '1' } } }),
      );
      return page.items[0] ?? null;
    },
    ...(known ? { initialData: known } : {}),
  });
}

/** After a decision: the lists, the person and what is left to do are read again. */
function useDecided({ id, influencer }: Debt, onDone: () => void) {
  const queries = useQueryClient();
  return (debt: Debt, message: string): void => {
    showMessage({ message });
    queries.setQueryData([...DEBTS_KEY, 'one', id], debt);
    void queries.invalidateQueries({ queryKey: [...DEBTS_KEY, 'list'] });
    void queries.invalidateQueries({ queryKey: personKey(influencer.id) });
    void queries.invalidateQueries({ queryKey: SUMMARY_KEY });
    onDone();
  };
}

export function useProposeWriteOff(
  debt: Debt,
  onDone: () => void,
): MoneyMutation<Schema<'Reasoned'>, Debt> {
  const { t } = useTranslation('opsDebts');
  const decided = useDecided(debt, onDone);
  return useMoneyMutation({
    name: `propose-write-off.${debt.id}`,
    send: (body: Schema<'Reasoned'>, key) =>
      call(
        api.POST('/v1/ops/debts/{debtId}/write-off', {
          params: { path: { debtId: debt.id }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    onSuccess: (after) => decided(after, t('propose.done')),
  });
}

export function useDecideWriteOff(
  debt: Debt,
  onDone: () => void,
): MoneyMutation<Schema<'WriteOffDecision'>, Debt> {
  const { t } = useTranslation('opsDebts');
  const decided = useDecided(debt, onDone);
  return useMoneyMutation({
    name: `decide-write-off.${debt.id}`,
    send: (body: Schema<'WriteOffDecision'>, key) =>
      call(
        api.POST('/v1/ops/debts/{debtId}/write-off/decision', {
          params: { path: { debtId: debt.id }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    // Earnings may have covered all of it meanwhile: then nothing was left to give up.
    onSuccess: (after) => {
      const done = after.written_off !== debt.written_off ? 'approve' : 'refuse';
      decided(after, t(isZero(after.open) && done === 'refuse' ? 'close.done' : `${done}.done`));
    },
  });
}
