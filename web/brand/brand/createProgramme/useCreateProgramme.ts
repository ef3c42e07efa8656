import { useQueryClient } from '@tanstack/react-query';

import { api, call } from '../../../ui/api/client';
import type { components } from '../../../ui/api/schema';
import { useMoneyMutation, type MoneyMutation } from '../../../ui/api/useMoneyMutation';
import { useMe } from '../../../ui/session/session';
import type { Programme } from '../types';

export type ProgrammeInput = components['schemas']['BrandProgrammeInput'];

/** Makes a programme once, however often the button is tapped or the answer is lost. */
export function useCreateProgramme(): MoneyMutation<ProgrammeInput, Programme> {
  const { tenant } = useMe();
  const queries = useQueryClient();
  return useMoneyMutation({
    name: `create-programme.${tenant.id}`,
    send: (body: ProgrammeInput, key) =>
      call(
        api.POST('/v1/brands/{brandId}/programmes', {
          params: { path: { brandId: tenant.id }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['programmes', tenant.id] }),
  });
}
