import { Card, TextInput } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { IconHistory } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { EmptyState } from '../../../ui/components/EmptyState';
import { FilterBar } from '../../../ui/components/FilterBar';
import { LoadMore } from '../../../ui/components/LoadMore';
import { PageHeader } from '../../../ui/components/PageHeader';
import { useTypedFilter } from '../../../ui/components/useTypedFilter';
import { Choice } from '../parts/Choice';
import { dayEnd, dayStart } from '../parts/days';
import { PeriodFields } from '../parts/PeriodFields';
import { QueryBody } from '../parts/QueryBody';
import { useUrlFilters, type UrlFilters } from '../parts/useUrlFilters';
import classes from './Audit.module.css';
import { AuditRow } from './AuditRow';
import { AUDIT_NOUNS } from './nouns';

const FILTERS = ['actor', 'subject', 'tenant', 'action', 'from', 'to'] as const;

function useAudit(filters: UrlFilters) {
  const asIs = (['actor', 'subject', 'tenant', 'action'] as const).flatMap((name) => {
    const value = filters.get(name);
    return value ? [[name, value] as const] : [];
  });
  const from = dayStart(filters.get('from'));
  const to = dayEnd(filters.get('to'));
  const query = { ...Object.fromEntries(asIs), ...(from ? { from } : {}), ...(to ? { to } : {}) };
  return useInfiniteQuery({
    queryKey: ['ops', 'audit', query],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/v1/ops/audit', {
          params: { query: { limit: '50', ...query, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
}

/** An id typed or pasted; what no id has in it is left out as it is typed. */
function IdField(props: { name: 'actor' | 'subject' | 'tenant'; filters: UrlFilters }): ReactNode {
  const { name, filters } = props;
  const { t } = useTranslation('opsAudit');
  const [typed, type] = useTypedFilter(filters.get(name) ?? '', (id) =>
    filters.set({ [name]: id }),
  );
  return (
    <TextInput
      label={t(`filter.${name}`)}
      placeholder={t(`filter.${name}_example`)}
      flex="1 1 10rem"
      maw={{ base: undefined, sm: 220 }}
      value={typed}
      onChange={(event) =>
        type(event.currentTarget.value.replace(/[^A-Za-z0-9_:-]/g, '').slice(0, 60))
      }
    />
  );
}

function Filters({ filters }: { filters: UrlFilters }): ReactNode {
  const { t } = useTranslation('opsAudit');
  return (
    <FilterBar onClear={filters.any ? filters.clear : null}>
      <Choice
        label={t('filter.action')}
        value={filters.get('action')}
        options={AUDIT_NOUNS.map((noun) => ({ value: `${noun}.`, label: t(`noun.${noun}`) }))}
        onChange={(action) => filters.set({ action })}
      />
      {(['actor', 'subject', 'tenant'] as const).map((name) => (
        <IdField key={name} name={name} filters={filters} />
      ))}
      <PeriodFields filters={filters} />
    </FilterBar>
  );
}

export default function Audit(): ReactNode {
  const { t } = useTranslation(['opsAudit', 'ops']);
  const filters = useUrlFilters(FILTERS);
  const audit = useAudit(filters);
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <Filters filters={filters} />
      <QueryBody query={audit}>
        {({ pages }) =>
          pages[0]?.items.length === 0 ? (
            <EmptyState
              icon={IconHistory}
              title={filters.any ? t('nothing_found', { ns: 'ops' }) : t('empty_title')}
              text={filters.any ? t('nothing_found_text', { ns: 'ops' }) : t('empty_text')}
            />
          ) : (
            <>
              <Card p={0}>
                <ol className={classes.rows} aria-label={t('title')}>
                  {pages.flatMap(({ items }) =>
                    items.map((entry) => (
                      <AuditRow key={entry.id} entry={entry} filters={filters} />
                    )),
                  )}
                </ol>
              </Card>
              <LoadMore {...audit} />
            </>
          )
        }
      </QueryBody>
    </>
  );
}
