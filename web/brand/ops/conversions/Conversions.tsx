import { Text } from '@mantine/core';
import { IconShoppingCart } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { TableColumn } from '../../../ui/components/DataTable';
import { DateTime } from '../../../ui/components/DateTime';
import { FilterBar } from '../../../ui/components/FilterBar';
import { FilteredList } from '../parts/FilteredList';
import { Money } from '../../../ui/components/Money';
import { PageHeader } from '../../../ui/components/PageHeader';
import { ReasonText } from '../../../ui/components/ReasonText';
import { Choice } from '../parts/Choice';
import { dayEnd, dayStart } from '../parts/days';
import { PeriodFields } from '../parts/PeriodFields';
import { CONVERSION_STATES, ConversionBadge, oneOf } from '../parts/states';
import { useUrlFilters, type UrlFilters } from '../parts/useUrlFilters';
import type { Schema } from '../types';
import { ConversionPanel } from './ConversionPanel';
import { useConversions, type ConversionFilter } from './useConversions';

type Row = Schema<'OpsConversion'>;

function Order({ row }: { row: Row }): ReactNode {
  return (
    <div>
      <Text size="sm" fw={560} style={{ overflowWrap: 'anywhere' }}>
        {row.transaction_id}
      </Text>
      <Text size="xs" c="dimmed">
        {row.brand.name} · {row.programme.name}
      </Text>
    </div>
  );
}

function StateAndReason({ row }: { row: Row }): ReactNode {
  return (
    <div>
      <ConversionBadge state={row.state} />
      {row.reason ? <ReasonText reason={row.reason} size="xs" c="dimmed" mt={2} /> : null}
    </div>
  );
}

function useColumns(): readonly TableColumn<Row>[] {
  const { t, i18n } = useTranslation('opsConversions');
  return useMemo(
    () => [
      {
        key: 'order',
        header: t('list.order'),
        grow: 1.5,
        minWidth_px: 170,
        card: 'title',
        cell: (row) => <Order row={row} />,
      },
      {
        key: 'person',
        header: t('list.person'),
        minWidth_px: 130,
        cell: (row) =>
          row.influencer?.name ?? (
            <Text size="sm" c="dimmed">
              {t('panel.nobody')}
            </Text>
          ),
      },
      {
        key: 'received',
        header: t('list.received'),
        minWidth_px: 100,
        grow: 0.7,
        cell: (row) => <DateTime at={row.received_at} form="short" />,
      },
      {
        key: 'state',
        header: t('list.state'),
        grow: 2,
        minWidth_px: 200,
        cell: (row) => <StateAndReason row={row} />,
      },
      {
        key: 'sale',
        header: t('list.sale'),
        align: 'end',
        minWidth_px: 120,
        cell: (row) => <Money tenge={row.sale} />,
      },
      {
        key: 'payable',
        header: t('list.payable'),
        align: 'end',
        minWidth_px: 120,
        card: 'figure',
        cell: (row) =>
          row.payable === null ? (
            <Text size="sm" c="dimmed">
              {t('list.nothing')}
            </Text>
          ) : (
            <Money tenge={row.payable} />
          ),
      },
    ],
    // The words change with the language, though `t` may stay the same function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, i18n.language],
  );
}

function filterOf(filters: UrlFilters): ConversionFilter {
  const query = filters.get('query');
  const state = oneOf(CONVERSION_STATES, filters.get('state'));
  const from = dayStart(filters.get('from'));
  const to = dayEnd(filters.get('to'));
  return {
    ...(query ? { query } : {}),
    ...(state ? { state } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
  };
}

function Filters({ filters }: { filters: UrlFilters }): ReactNode {
  const { t } = useTranslation(['opsConversions', 'ops']);
  return (
    <FilterBar
      search={{
        label: t('list.search'),
        value: filters.get('query') ?? '',
        onChange: (query) => filters.set({ query: query.trim() }),
      }}
      onClear={filters.any ? filters.clear : null}
    >
      <Choice
        label={t('list.state')}
        value={filters.get('state')}
        options={CONVERSION_STATES.map((value) => ({
          value,
          label: t(`conversion_state.${value}`, { ns: 'ops' }),
        }))}
        onChange={(state) => filters.set({ state })}
      />
      <PeriodFields filters={filters} />
    </FilterBar>
  );
}

export default function Conversions(): ReactNode {
  const { t } = useTranslation(['opsConversions', 'ops']);
  const filters = useUrlFilters(['query', 'state', 'from', 'to']);
  const conversions = useConversions(filterOf(filters));
  const columns = useColumns();
  return (
    <>
      <PageHeader title={t('list.title')} text={t('list.text')} />
      <Filters filters={filters} />
      <FilteredList
        list={conversions}
        filters={filters}
        label={t('list.title')}
        columns={columns}
        rowId={(row) => row.id}
        onOpen={(row) => filters.set({ open: row.id })}
        empty={{ icon: IconShoppingCart, title: t('list.empty_title'), text: t('list.empty_text') }}
      />
      <ConversionPanel
        conversionId={filters.get('open')}
        onClose={() => filters.set({ open: null })}
      />
    </>
  );
}
