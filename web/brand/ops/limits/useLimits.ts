import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { parseTenge } from '../../../../domain/money';
import { unwrap } from '../../../../domain/result';
import { api, call } from '../../../ui/api/client';
import { showMessage } from '../../../ui/app/showMessage';
import type { Schema } from '../types';

export type BrandLimits = Schema<'BrandLimits'>;
export type ProgrammeLimits = BrandLimits['programmes'][number];

const limitsKey = (brandId: string) => ['ops', 'limits', brandId] as const;

export function useLimits(brandId: string): UseQueryResult<BrandLimits> {
  return useQuery({
    queryKey: limitsKey(brandId),
    queryFn: () =>
      call(api.GET('/v1/ops/brands/{brandId}/limits', { params: { path: { brandId } } })),
  });
}

export function usePutLimits(
  brandId: string,
  programmeId: string,
  onDone: () => void,
): UseMutationResult<Schema<'OrderLimits'>, unknown, Schema<'OrderLimitsChange'>> {
  const { t } = useTranslation('opsLimits');
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<'OrderLimitsChange'>) =>
      call(
        api.PUT('/v1/ops/programmes/{programmeId}/limits', {
          params: { path: { programmeId } },
          body,
        }),
      ),
    onSuccess: () => {
      showMessage({ message: t('change.done') });
      void queries.invalidateQueries({ queryKey: limitsKey(brandId) });
      onDone();
    },
  });
}

/** Whole percent of a ceiling that is used, at most 100. */
export function percentUsed(used: string, limit: string): number {
  const [part, whole] = [unwrap(parseTenge(used)), unwrap(parseTenge(limit))];
  return part >= whole ? 100 : Number((part * 100n) / whole);
}
