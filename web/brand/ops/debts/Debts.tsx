import { Anchor, Text } from '@mantine/core';
import { IconReceiptOff } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { TableColumn } from '../../../ui/components/DataTable';
import { DateTime } from '../../../ui/components/DateTime';
import { FilterBar } from '../../../ui/components/FilterBar';
import { Money } from '../../../ui/components/Money';
import { PageHeader } from '../../../ui/components/PageHeader';
import { ReasonText } from '../../../ui/components/ReasonText';
import { Choice } from '../parts/Choice';
import { FilteredList } from '../parts/FilteredList';
import links from '../parts/Link.module.css';
import { oneOf } from '../parts/states';
import { useUrlFilters } from '../parts/useUrlFilters';
import { DebtPanel } from './DebtPanel';
import { DebtStanding } from './DebtStanding';
import { DEBT_STATES, useDebts, type Debt } from './useDebts';

function useColumns(): readonly TableColumn<Debt>[] {
  const { t, i18n } = useTranslation('opsDebts');
  return useMemo(
    () => [
      {
        key: 'person',
        header: t('list.person'),
        minWidth_px: 140,
        card: 'title',
        cell: ({ influencer }) => (
          <Text size="sm" fw={560} style={{ overflowWrap: 'anywhere' }}>
            {influencer.name || influencer.id}
          </Text>
        ),
      },
      {
        key: 'order',
        header: t('list.order'),
        grow: 1.2,
        minWidth_px: 150,
        cell: ({ transaction_id, programme }) => (
          <div>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {transaction_id}
            </Text>
            <Text size="xs" c="dimmed">
              {programme}
            </Text>
          </div>
        ),
      },
      {
        key: 'reason',
        header: t('list.reason'),
        grow: 2,
        minWidth_px: 200,
        cell: ({ reason }) => <ReasonText reason={reason} size="sm" />,
      },
      {
        key: 'at',
        header: t('list.at'),
        minWidth_px: 120,
        grow: 0.6,
        cell: ({ created_at }) => <DateTime at={created_at} form="short" />,
      },
      {
        key: 'standing',
        header: t('list.standing'),
        minWidth_px: 150,
        cell: (debt) => <DebtStanding debt={debt} />,
      },
      {
        key: 'amount',
        header: t('list.amount'),
        align: 'end',
        minWidth_px: 115,
        cell: ({ amount }) => <Money tenge={amount} />,
      },
      {
        key: 'open',
        header: t('list.open'),
        align: 'end',
        minWidth_px: 115,
        card: 'figure',
        cell: ({ open }) => <Money tenge={open} />,
      },
    ],
    // The words change with the language, though `t` may stay the same function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, i18n.language],
  );
}

/** Whose debts the list was narrowed to, and the way back to them. */
function OfPerson({ id, name }: { id: string; name: string | undefined }): ReactNode {
  const { t } = useTranslation('opsDebts');
  return (
    <Anchor component={Link} to={`/ops/people/${id}`} size="sm" className={links.link} mb="sm">
      {name ? t('of_person', { name }) : t('of_person_unknown')}
    </Anchor>
  );
}

/** What people owe for orders that came back after the payout, newest first. */
export default function Debts(): ReactNode {
  const { t } = useTranslation('opsDebts');
  const filters = useUrlFilters(['state', 'influencer']);
  const state = oneOf(DEBT_STATES, filters.get('state')) ?? 'open';
  const influencer = filters.get('influencer');
  const debts = useDebts({ state, ...(influencer ? { influencer_id: influencer } : {}) });
  const columns = useColumns();
  const opened = filters.get('open');
  const rows = debts.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <FilterBar onClear={filters.any ? filters.clear : null}>
        <Choice
          label={t('filter')}
          emptyLabel={t('state.open')}
          value={state === 'open' ? null : state}
          options={[
            { value: 'proposed', label: t('state.proposed') },
            { value: 'all', label: t('state.all') },
          ]}
          onChange={(value) => filters.set({ state: value })}
        />
      </FilterBar>
      {influencer ? <OfPerson id={influencer} name={rows[0]?.influencer.name} /> : null}
      <FilteredList
        list={debts}
        filters={filters}
        label={t('title')}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={({ id }) => filters.set({ open: id })}
        empty={{ icon: IconReceiptOff, title: t('empty_title'), text: t('empty_text') }}
      />
      <DebtPanel
        debtId={opened}
        known={rows.find(({ id }) => id === opened)}
        onClose={() => filters.set({ open: null })}
      />
    </>
  );
}
