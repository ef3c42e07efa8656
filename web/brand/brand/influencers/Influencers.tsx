import { Alert, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { IconStars } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { api, call } from '../../../ui/api/client';
import { DataTable, type TableColumn } from '../../../ui/components/DataTable';
import { DateTime } from '../../../ui/components/DateTime';
import { EmptyState } from '../../../ui/components/EmptyState';
import { LoadMore } from '../../../ui/components/LoadMore';
import { Money } from '../../../ui/components/Money';
import { PageHeader } from '../../../ui/components/PageHeader';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../../ui/components/Skeletons';
import { formatShare } from '../../../ui/format/money';
import { useMe } from '../../../ui/session/session';
import { formatMetric, numberOf } from '../figures';
import { PeriodPicker, usePeriod } from '../period/PeriodPicker';
import { ProgrammeSelect } from '../programmes/ProgrammeSelect';
import type { Influencer } from '../types';
import { useSearch } from '../useSearch';

const SORTS = [
  'sales',
  'orders',
  'clicks',
  'conversion',
  'cost',
  'approval',
  'last_order',
] as const;

function useColumns(): readonly TableColumn<Influencer>[] {
  const { t } = useTranslation(['influencers', 'brand']);
  return useMemo(() => {
    const count = (metric: 'clicks' | 'orders' | 'conversion'): TableColumn<Influencer> => ({
      key: metric,
      header: t(`metric.${metric}`, { ns: 'brand' }),
      align: 'end',
      minWidth_px: 84,
      cell: ({ figures }) => formatMetric(numberOf(figures, metric), metric),
    });
    return [
      {
        key: 'name',
        header: t('name'),
        grow: 2,
        minWidth_px: 150,
        card: 'title',
        cell: ({ display_name, ref }) => (
          <span>
            {display_name}
            <Text span size="xs" c="dimmed" display="block" fw={400}>
              {ref}
            </Text>
          </span>
        ),
      },
      count('clicks'),
      count('orders'),
      count('conversion'),
      {
        key: 'approval',
        header: t('approval'),
        align: 'end',
        grow: 1.04,
        minWidth_px: 104,
        cell: ({ approval_bps }) =>
          approval_bps === null ? '—' : formatShare(approval_bps / 10_000),
      },
      {
        key: 'sales',
        header: t('metric.sales', { ns: 'brand' }),
        align: 'end',
        minWidth_px: 120,
        card: 'figure',
        cell: ({ figures }) => <Money tenge={figures.sales} />,
      },
      {
        key: 'cost',
        header: t('metric.cost', { ns: 'brand' }),
        align: 'end',
        minWidth_px: 110,
        cell: ({ figures }) => <Money tenge={figures.cost.total} />,
      },
      {
        key: 'last',
        header: t('last_order'),
        align: 'end',
        grow: 1.1,
        minWidth_px: 110,
        cell: ({ last_order_at }) =>
          last_order_at === null ? '—' : <DateTime at={last_order_at} form="short" />,
      },
    ];
  }, [t]);
}

function useInfluencers(sort: (typeof SORTS)[number], programmeId: string | null) {
  const { tenant } = useMe();
  const { from, to } = usePeriod();
  const query = { from, to, sort, ...(programmeId ? { programme_id: programmeId } : {}) };
  return useInfiniteQuery({
    queryKey: ['influencers', tenant.id, query],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/brands/{brandId}/influencers', {
          params: {
            path: { brandId: tenant.id },
            query: { ...query, limit: '100', ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
}

/** Who brings clicks and orders, in the order the brand asks for. */
export default function Influencers(): ReactNode {
  const { t } = useTranslation(['influencers', 'brand']);
  const navigate = useNavigate();
  const { search, change } = useSearch();
  const sort = SORTS.find((one) => one === search.get('sort')) ?? 'sales';
  const programmeId = search.get('programme');
  const query = useInfluencers(sort, programmeId);
  const { data, error, refetch } = query;
  const columns = useColumns();
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const { from, to } = usePeriod();
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <Stack gap="md">
        <Group gap="sm" align="flex-end">
          <PeriodPicker />
          <ProgrammeSelect
            withAll
            value={programmeId}
            onChange={(id) => change({ programme: id })}
          />
          <NativeSelect
            label={t('sort_label')}
            value={sort}
            data={SORTS.map((value) => ({ value, label: t(`sort.${value}`) }))}
            onChange={(event) => change({ sort: event.currentTarget.value })}
          />
        </Group>
        {data?.pages[0]?.clicks_known === false ? (
          <Alert color="yellow" role="status" title={t('clicks_unknown.title', { ns: 'brand' })}>
            {t('clicks_unknown.text', { ns: 'brand' })}
          </Alert>
        ) : null}
        <ProblemAlert error={error} onRetry={() => void refetch()} />
        {data || error ? null : <ListSkeleton rows={6} height={52} />}
        {data ? (
          <DataTable
            label={t('title')}
            columns={columns}
            rows={rows}
            rowId={({ id }) => id}
            onOpen={({ id }) => void navigate(`/brand/influencers/${id}?from=${from}&to=${to}`)}
            empty={<EmptyState icon={IconStars} title={t('empty.title')} text={t('empty.text')} />}
          />
        ) : null}
        <LoadMore {...query} />
      </Stack>
    </>
  );
}
