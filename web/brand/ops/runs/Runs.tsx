import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { IconCash } from '@tabler/icons-react';
import { Text } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { api, call } from '../../../ui/api/client';
import type { TableColumn } from '../../../ui/components/DataTable';
import { DateTime } from '../../../ui/components/DateTime';
import { FilterBar } from '../../../ui/components/FilterBar';
import { FilteredList } from '../parts/FilteredList';
import { Money } from '../../../ui/components/Money';
import { PageHeader } from '../../../ui/components/PageHeader';
import { formatCount } from '../../../ui/format/money';
import { Choice } from '../parts/Choice';
import { BATCH_STATES, BatchBadge, oneOf, type BatchState } from '../parts/states';
import { useUrlFilters } from '../parts/useUrlFilters';
import type { Schema } from '../types';
import { progressOf } from './progress';
import { useRunName } from './useRunName';

type Run = Schema<'PayoutBatch'>;

function useRuns(state: BatchState | undefined) {
  return useInfiniteQuery({
    queryKey: ['ops', 'runs', state ?? 'all'],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/payout-batches', {
          params: {
            query: { ...(state ? { state } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
}

function Who({ run }: { run: Run }): ReactNode {
  const { t } = useTranslation('opsRuns');
  const prepared = run.prepared_by_name ?? run.prepared_by;
  const approved = run.approved_by_name ?? run.approved_by;
  const nobody = run.state === 'collecting' ? t('list.not_prepared') : t('list.by_schedule');
  return (
    <Text size="xs" c="dimmed" component="div">
      <div>{prepared ? t('list.prepared', { name: prepared }) : nobody}</div>
      {approved ? <div>{t('list.approved', { name: approved })}</div> : null}
    </Text>
  );
}

function useColumns(): readonly TableColumn<Run>[] {
  const { t, i18n } = useTranslation('opsRuns');
  const runName = useRunName();
  return useMemo(
    () => [
      {
        key: 'period',
        header: t('list.run'),
        grow: 1.6,
        minWidth_px: 210,
        card: 'title',
        cell: (run) => (
          <div>
            <Text size="sm" fw={560}>
              {runName(run.period)}
            </Text>
            <Text size="xs" c="dimmed">
              <DateTime at={run.created_at} form="short" />
            </Text>
          </div>
        ),
      },
      {
        key: 'state',
        header: t('list.state'),
        minWidth_px: 180,
        cell: (run) => <BatchBadge state={run.state} />,
      },
      {
        key: 'who',
        header: t('list.who'),
        grow: 1.6,
        minWidth_px: 190,
        cell: (run) => <Who run={run} />,
      },
      {
        key: 'settled',
        header: t('list.settled'),
        align: 'end',
        minWidth_px: 110,
        cell: (run) => {
          const { settled, all } = progressOf(run.counts);
          return t('list.settled_of', { settled: formatCount(settled), all: formatCount(all) });
        },
      },
      {
        key: 'items',
        header: t('list.items'),
        align: 'end',
        cell: (run) => formatCount(run.item_count),
      },
      {
        key: 'total',
        header: t('list.total'),
        minWidth_px: 130,
        align: 'end',
        card: 'figure',
        cell: (run) => <Money tenge={run.total} />,
      },
    ],
    // The words change with the language, though `t` may stay the same function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, i18n.language],
  );
}

export default function Runs(): ReactNode {
  const { t } = useTranslation(['opsRuns', 'ops']);
  const navigate = useNavigate();
  const filters = useUrlFilters(['state']);
  const state = oneOf(BATCH_STATES, filters.get('state'));
  const runs = useRuns(state);
  const columns = useColumns();
  return (
    <>
      <PageHeader title={t('list.title')} text={t('list.text')} />
      <FilterBar onClear={filters.any ? filters.clear : null}>
        <Choice
          label={t('list.state')}
          value={state ?? null}
          options={BATCH_STATES.map((value) => ({
            value,
            label: t(`batch_state.${value}`, { ns: 'ops' }),
          }))}
          onChange={(value) => filters.set({ state: value })}
        />
      </FilterBar>
      <FilteredList
        list={runs}
        filters={filters}
        label={t('list.title')}
        columns={columns}
        rowId={(run) => run.id}
        onOpen={(run) => void navigate(`/ops/runs/${run.id}`)}
        empty={{ icon: IconCash, title: t('list.empty_title'), text: t('list.empty_text') }}
      />
    </>
  );
}
