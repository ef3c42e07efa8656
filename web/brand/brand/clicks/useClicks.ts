import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';

import { api, call } from '../../../ui/api/client';
import type { components } from '../../../ui/api/schema';
import { useMe } from '../../../ui/session/session';
import { usePeriod } from '../period/PeriodPicker';
import { useSearch } from '../useSearch';

type Schemas = components['schemas'];
export type ClickStatistics = Schemas['ClickStatistics'];
export type ClickFigures = Schemas['ClickFigures'];
export type ClickItem = Schemas['ClickStatisticsItem'];

/** What the figures can be cut by, beside days. */
export const CUTS = [
  'influencer',
  'link',
  'product',
  'programme',
  'app',
  'device',
  'referrer',
  'reason',
] as const satisfies readonly Schemas['BrandClickCut'][];
export type Cut = (typeof CUTS)[number];

/** Period, programme and influencer of the address, as the API takes them. */
function useClickFilter() {
  const { from, to } = usePeriod();
  const { search } = useSearch();
  const programmeId = search.get('programme');
  const influencerId = search.get('influencer');
  return {
    from,
    to,
    ...(programmeId ? { programme_id: programmeId } : {}),
    ...(influencerId ? { influencer_id: influencerId } : {}),
  };
}

export function useClickStatistics(by: Cut | 'day'): UseQueryResult<ClickStatistics> {
  const { tenant } = useMe();
  const query = { ...useClickFilter(), group_by: by };
  return useQuery({
    queryKey: ['clicks', tenant.id, query],
    queryFn: () =>
      call(
        api.GET('/v1/brands/{brandId}/click-statistics', {
          params: { path: { brandId: tenant.id }, query },
        }),
      ),
    placeholderData: keepPreviousData,
    // While the click store is silent the screen asks again by itself.
    refetchInterval: ({ state }) => (state.data?.clicks_known === false ? 15_000 : false),
  });
}

/** The same figures as a file, up to 10,000 keys. */
export function useClicksFile(by: Cut | 'day'): (table: 'programs' | 'excel') => Promise<Blob> {
  const { tenant } = useMe();
  const query = { ...useClickFilter(), group_by: by };
  return (table) =>
    call(
      api.GET('/v1/brands/{brandId}/click-statistics.csv', {
        params: { path: { brandId: tenant.id }, query: { ...query, table } },
        parseAs: 'blob',
      }),
    );
}
