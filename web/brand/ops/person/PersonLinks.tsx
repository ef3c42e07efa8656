import { Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { IconLink } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import type { TableColumn } from '../../../ui/components/DataTable';
import { FilterBar } from '../../../ui/components/FilterBar';
import { linkStanding, LinkStandingBadge } from '../../../ui/components/LinkStandingBadge';
import { formatCount } from '../../../ui/format/money';
import { LinkAction } from '../links/LinkAction';
import { PERSON_LINKS_KEY } from '../links/useLinkDecisions';
import { Choice } from '../parts/Choice';
import { FilteredList } from '../parts/FilteredList';
import { oneOf } from '../parts/states';
import { useUrlFilters } from '../parts/useUrlFilters';
import type { Schema } from '../types';

type Row = Schema<'Link'>;

const STATES = [
  'active',
  'paused',
  'expired',
  'taken_down',
  'deleted',
] as const satisfies readonly Schema<'LinkFilterState'>[];
/** `active` of the filter is a link that works. */
const wordOf = (state: (typeof STATES)[number]) => (state === 'active' ? 'works' : state);

type Filter = { readonly query?: string; readonly state?: (typeof STATES)[number] };

function usePersonLinks(influencerId: string, filter: Filter) {
  return useInfiniteQuery({
    queryKey: [...PERSON_LINKS_KEY, influencerId, filter],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/influencers/{influencerId}/links', {
          params: {
            path: { influencerId },
            query: { limit: '10', ...filter, ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
}

function What({ link }: { link: Row }): ReactNode {
  const { t } = useTranslation('opsReports');
  return (
    <div>
      <Text size="sm" fw={560} style={{ overflowWrap: 'anywhere' }}>
        {link.title}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {link.code === null ? t('link.whole_shop') : `${link.code} · ${link.programme.name}`}
      </Text>
    </div>
  );
}

function useColumns(): readonly TableColumn<Row>[] {
  const { t, i18n } = useTranslation('opsPeople');
  return useMemo(
    () => [
      {
        key: 'what',
        header: t('links.link'),
        card: 'title',
        grow: 2,
        minWidth_px: 180,
        cell: (link) => <What link={link} />,
      },
      {
        key: 'clicks',
        header: t('links.clicks'),
        align: 'end',
        minWidth_px: 100,
        cell: ({ stats }) => (stats.clicks === null ? '—' : formatCount(stats.clicks)),
      },
      {
        key: 'orders',
        header: t('links.orders'),
        align: 'end',
        minWidth_px: 90,
        cell: ({ stats }) => formatCount(stats.orders),
      },
      {
        key: 'state',
        header: t('links.state'),
        card: 'figure',
        minWidth_px: 130,
        cell: (link) => <LinkStandingBadge standing={linkStanding(link)} />,
      },
      {
        key: 'action',
        header: t('links.action'),
        minWidth_px: 150,
        cell: (link) => (
          <LinkAction
            link={{ id: link.id, title: link.title, standing: linkStanding(link) }}
            compact
          />
        ),
      },
    ],
    // The words change with the language, though `t` may stay the same function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, i18n.language],
  );
}

/** All links of the person, newest first: found, looked at and taken down from here. */
export function PersonLinks({ influencerId }: { influencerId: string }): ReactNode {
  const { t } = useTranslation(['opsPeople', 'ui']);
  const filters = useUrlFilters(['link', 'link_state']);
  const query = filters.get('link');
  const state = oneOf(STATES, filters.get('link_state'));
  const links = usePersonLinks(influencerId, {
    ...(query ? { query } : {}),
    ...(state ? { state } : {}),
  });
  return (
    <>
      <FilterBar
        search={{
          label: t('links.search'),
          value: query ?? '',
          onChange: (typed) => filters.set({ link: typed.trim() }),
        }}
        onClear={filters.any ? filters.clear : null}
      >
        <Choice
          label={t('links.state')}
          emptyLabel={t('links.all')}
          value={state ?? null}
          options={STATES.map((value) => ({
            value,
            label: t(`link_standing.${wordOf(value)}`, { ns: 'ui' }),
          }))}
          onChange={(value) => filters.set({ link_state: value })}
        />
      </FilterBar>
      <FilteredList
        list={links}
        filters={filters}
        label={t('links.title')}
        columns={useColumns()}
        rowId={({ id }) => id}
        empty={{ icon: IconLink, title: t('links.empty'), text: t('links.empty_text') }}
      />
    </>
  );
}
