import { useQueryClient } from '@tanstack/react-query';

import { api, call } from '../../../ui/api/client';
import { useMoneyMutation, type MoneyMutation } from '../../../ui/api/useMoneyMutation';
import { useMe } from '../../../ui/session/session';
import type { Decision, DecisionInput } from '../types';

/** A decision about orders moves money: one key an intent, the answer is found again after a lost line. */
export function useDecision(onDecided: () => void): MoneyMutation<DecisionInput, Decision> {
  const { tenant } = useMe();
  const queries = useQueryClient();
  return useMoneyMutation({
    name: `decide-orders.${tenant.id}`,
    send: (input: DecisionInput, key) =>
      call(
        api.POST('/v1/brands/{brandId}/orders/decisions', {
          params: { path: { brandId: tenant.id }, header: { 'Idempotency-Key': key } },
          body: input,
        }),
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['orders', tenant.id] });
      void queries.invalidateQueries({ queryKey: ['order', tenant.id] });
      void queries.invalidateQueries({ queryKey: ['overview', tenant.id] });
      onDecided();
    },
  });
}
