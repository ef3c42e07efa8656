import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { useMoneyMutation } from '../../../ui/api/useMoneyMutation';
import { showMessage } from '../../../ui/app/showMessage';
import { formatMoney } from '../../../ui/format/money';
import { SUMMARY_KEY } from '../frame/useSummary';
import { runKey } from './useRun';

type Reasoned = { readonly reason: string };
type Exclusion = { readonly payoutId: string; readonly reason: string };

/** The commands on a run. They live with the page, so that a lost answer is found after a reload. */
export function useRunCommands(batchId: string, onDone: () => void) {
  const { t } = useTranslation('opsRuns');
  const queries = useQueryClient();
  const done = (message: string): void => {
    showMessage({ message });
    void queries.invalidateQueries({ queryKey: runKey(batchId) });
    void queries.invalidateQueries({ queryKey: ['ops', 'runs'] });
    void queries.invalidateQueries({ queryKey: SUMMARY_KEY });
    onDone();
  };
  const header = (key: string) => ({ 'Idempotency-Key': key });

  const prepare = useMoneyMutation({
    name: `batch-prepare.${batchId}`,
    send: (input: { note: string | null }, key) =>
      call(
        api.POST('/v1/payout-batches/{batchId}/prepare', {
          params: { path: { batchId }, header: header(key) },
          body: { note: input.note },
        }),
      ),
    onSuccess: () => done(t('prepare.done')),
  });
  const approve = useMoneyMutation({
    name: `batch-approve.${batchId}`,
    send: (input: { expected_total: string }, key) =>
      call(
        api.POST('/v1/payout-batches/{batchId}/approve', {
          params: { path: { batchId }, header: header(key) },
          body: input,
        }),
      ),
    onSuccess: ({ total }) => done(t('approve.done', { amount: formatMoney(total) })),
  });
  const exclude = useMoneyMutation({
    name: `payout-exclude.${batchId}`,
    send: ({ payoutId, reason }: Exclusion, key) =>
      call(
        api.POST('/v1/payout-batches/{batchId}/items/{payoutId}/exclude', {
          params: { path: { batchId, payoutId }, header: header(key) },
          body: { reason },
        }),
      ),
    onSuccess: ({ returned }) => done(t('exclude.done', { amount: formatMoney(returned) })),
  });
  return { prepare, approve, exclude, ...useRunChanges(batchId, done) };
}

/** What is done to a run with which something is wrong. */
function useRunChanges(batchId: string, done: (message: string) => void) {
  const { t } = useTranslation('opsRuns');
  const params = (key: string) => ({
    path: { batchId },
    header: { 'Idempotency-Key': key },
  });
  const restart = useMoneyMutation({
    name: `batch-restart.${batchId}`,
    send: (body: Reasoned, key) =>
      call(api.POST('/v1/payout-batches/{batchId}/restart', { params: params(key), body })),
    onSuccess: () => done(t('change.restart.done')),
  });
  const reopen = useMoneyMutation({
    name: `batch-reopen.${batchId}`,
    send: (body: Reasoned, key) =>
      call(api.POST('/v1/payout-batches/{batchId}/reopen', { params: params(key), body })),
    onSuccess: () => done(t('change.reopen.done')),
  });
  const close = useMoneyMutation({
    name: `batch-close.${batchId}`,
    send: (body: Reasoned, key) =>
      call(api.POST('/v1/payout-batches/{batchId}/close', { params: params(key), body })),
    onSuccess: () => done(t('change.close.done')),
  });
  return { restart, reopen, close };
}

export type RunCommands = ReturnType<typeof useRunCommands>;
