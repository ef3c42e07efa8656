import { NativeSelect, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconHistory } from '@tabler/icons-react';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { DataTable, type TableColumn } from '../../../ui/components/DataTable';
import { DateTime } from '../../../ui/components/DateTime';
import { EmptyState } from '../../../ui/components/EmptyState';
import { FilterBar } from '../../../ui/components/FilterBar';
import { LoadMore } from '../../../ui/components/LoadMore';
import { PageHeader } from '../../../ui/components/PageHeader';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../../ui/components/Skeletons';
import { useMe } from '../../../ui/session/session';
import { DaysInput } from '../period/PeriodPicker';
import { addDays } from '../period/period';
import type { AuditEntry } from '../types';
import { useSearch } from '../useSearch';
import { AuditDetail, useActionText } from './AuditDetail';

/** Beginnings of actions a person would look for. */
const SUBJECTS = [
  'order',
  'programme',
  'programme_terms',
  'programme_secret',
  'api_key',
  'invitation',
  'recovery',
  'person',
  'session',
] as const;

const DAY = /^20\d{2}-\d{2}-\d{2}$/;

/** Midnight in Almaty (UTC+5) at the start of the day. */
const midnight = (day: string): string => `${addDays(day, -1)}T19:00:00Z`;

function useAudit() {
  const { tenant } = useMe();
  const { search } = useSearch();
  const subject = SUBJECTS.find((one) => one === search.get('about'));
  const [from, to] = [search.get('from') ?? '', search.get('to') ?? ''];
  const query = {
    ...(subject ? { action: `${subject}.` } : {}),
    ...(DAY.test(from) ? { from: midnight(from) } : {}),
    ...(DAY.test(to) ? { to: midnight(addDays(to, 1)) } : {}),
  };
  return useInfiniteQuery({
    queryKey: ['audit', tenant.id, query],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/brands/{brandId}/audit', {
          params: {
            path: { brandId: tenant.id },
            query: { ...query, limit: '100', ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

function useColumns(): readonly TableColumn<AuditEntry>[] {
  const { t } = useTranslation('brandAudit');
  const actionText = useActionText();
  return useMemo(
    () => [
      {
        key: 'action',
        header: t('what'),
        grow: 2,
        minWidth_px: 190,
        card: 'title',
        cell: ({ action }) => actionText(action),
      },
      {
        key: 'at',
        header: t('when'),
        grow: 1.5,
        minWidth_px: 150,
        card: 'figure',
        cell: ({ at }) => (
          <Text span size="sm" fw={400}>
            <DateTime at={at} form="relative" />
          </Text>
        ),
      },
      {
        key: 'actor',
        header: t('who'),
        grow: 1.4,
        minWidth_px: 140,
        cell: ({ actor_name, actor_id, via }) =>
          via === 'system' ? t('system') : (actor_name ?? actor_id),
      },
      {
        key: 'via',
        header: t('via'),
        grow: 1.1,
        minWidth_px: 110,
        cell: ({ via }) => t(`via_${via}`),
      },
      {
        key: 'subject',
        header: t('subject'),
        grow: 1.6,
        minWidth_px: 160,
        cell: ({ subject_id }) => (
          <Text span size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {subject_id}
          </Text>
        ),
      },
    ],
    [t, actionText],
  );
}

/** Who did what in the name of the brand, from where, and what it was before. */
export default function Audit(): ReactNode {
  const { t } = useTranslation('brandAudit');
  const { search, change } = useSearch();
  const [shown, setShown] = useState<AuditEntry | null>(null);
  const columns = useColumns();
  const query = useAudit();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const onEndReached = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const filtered = ['about', 'from', 'to'].some((key) => search.has(key));
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <FilterBar onClear={filtered ? () => change({ about: null, from: null, to: null }) : null}>
        <NativeSelect
          label={t('about')}
          value={search.get('about') ?? ''}
          data={[
            { value: '', label: t('about_any') },
            ...SUBJECTS.map((value) => ({ value, label: t(`subject_of.${value}`) })),
          ]}
          onChange={(event) => change({ about: event.currentTarget.value })}
        />
        <DaysInput
          clearable
          label={t('days')}
          from={search.get('from')}
          to={search.get('to')}
          onChange={(from, to) => change({ from, to })}
        />
      </FilterBar>
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      {data || error ? null : <ListSkeleton rows={8} height={48} />}
      {data ? (
        <DataTable
          label={t('title')}
          columns={columns}
          rows={rows}
          rowId={({ id }) => id}
          onOpen={setShown}
          onEndReached={onEndReached}
          empty={<EmptyState icon={IconHistory} title={t('empty.title')} text={t('empty.text')} />}
        />
      ) : null}
      <LoadMore {...query} />
      <AuditDetail entry={shown} onClose={() => setShown(null)} />
    </>
  );
}
