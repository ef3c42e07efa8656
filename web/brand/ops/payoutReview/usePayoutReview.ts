import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { useMoneyMutation } from '../../../ui/api/useMoneyMutation';
import { showMessage } from '../../../ui/app/showMessage';
import { SUMMARY_KEY } from '../frame/useSummary';
import { REVIEWS_KEY } from '../payoutReviews/usePayoutReviews';
import { runKey } from '../run/useRun';
import type { Schema } from '../types';

type Case = Schema<'PayoutReviewCase'>;

const caseKey = (payoutId: string) => ['ops', 'payout-review', payoutId] as const;

/** While the payout's workflow carries a decision out, or the provider was just asked, and otherwise. */
const SOON_MS = 1500;
const EVERY_MS = 15_000;
/** The provider's answer stands there within moments; after this it is late. */
const ANSWER_MS = 30_000;

export type PayoutReview = {
  readonly query: UseQueryResult<Case>;
  /** Looks often for a while: the provider was asked. */
  readonly hurry: () => void;
};

export function usePayoutReview(payoutId: string): PayoutReview {
  const hurriedUntil = useRef(0);
  const query = useQuery({
    queryKey: caseKey(payoutId),
    queryFn: () =>
      call(api.GET('/v1/payouts/{payoutId}/review', { params: { path: { payoutId } } })),
    refetchInterval: ({ state: { data } }) =>
      data?.proposal?.state === 'confirmed' || Date.now() < hurriedUntil.current
        ? SOON_MS
        : EVERY_MS,
  });
  const hurry = (): void => {
    hurriedUntil.current = Date.now() + ANSWER_MS;
    void query.refetch();
  };
  return { query, hurry };
}

export type Decision = {
  readonly reviewId: string;
  readonly decision: 'confirm' | 'refuse';
  readonly note: string | null;
};

/** Proposing and deciding. They live with the page, so that a lost answer is found after a reload. */
export function useWayOutCommands(
  { payout_id: payoutId, batch_id: batchId }: Case,
  onDone: () => void,
) {
  const { t } = useTranslation('opsPayoutReviews');
  const queries = useQueryClient();
  const done = (message: string): void => {
    showMessage({ message });
    for (const queryKey of [
      caseKey(payoutId),
      REVIEWS_KEY,
      SUMMARY_KEY,
      runKey(batchId),
      ['ops', 'stuck'],
    ])
      void queries.invalidateQueries({ queryKey });
    onDone();
  };
  const propose = useMoneyMutation({
    name: `payout-way-out.${payoutId}`,
    send: (body: Schema<'PayoutWayOutInput'>, key) =>
      call(
        api.POST('/v1/payouts/{payoutId}/review/proposals', {
          params: { path: { payoutId }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    onSuccess: () => done(t('propose.done')),
  });
  const decide = useMoneyMutation({
    name: `payout-way-out-decision.${payoutId}`,
    send: ({ reviewId, ...body }: Decision, key) =>
      call(
        api.POST('/v1/payouts/{payoutId}/review/proposals/{reviewId}/decision', {
          params: { path: { payoutId, reviewId }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    onSuccess: ({ state }) => done(t(state === 'refused' ? 'decide.refused' : 'decide.confirmed')),
  });
  return { propose, decide };
}

export type WayOutCommands = ReturnType<typeof useWayOutCommands>;

/** Asks the provider now; moves nothing, so it needs no key. */
export function useLook(payoutId: string, onAsked: () => void) {
  const { t } = useTranslation('opsPayoutReviews');
  return useMutation({
    mutationFn: () =>
      call(api.POST('/v1/payouts/{payoutId}/review/look', { params: { path: { payoutId } } })),
    onSuccess: ({ asked }) => {
      showMessage({ message: t(asked ? 'look.asked' : 'look.asked_before') });
      onAsked();
    },
  });
}
