import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUserSearch, IconUsers } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import type { TableColumn } from '../../../ui/components/DataTable';
import { DateTime } from '../../../ui/components/DateTime';
import { FilterBar } from '../../../ui/components/FilterBar';
import { FilteredList } from '../parts/FilteredList';
import { Money } from '../../../ui/components/Money';
import { PageHeader } from '../../../ui/components/PageHeader';
import { StateBadge } from '../../../ui/components/StateBadge';
import { useLanguage } from '../../../ui/i18n/useLanguage';
import { useMay } from '../../../ui/session/session';
import { Choice } from '../parts/Choice';
import { FlagMarks } from '../parts/FlagMarks';
import { oneOf, PayoutBadge } from '../parts/states';
import { useFlagTexts } from '../parts/useFlagTexts';
import { useUrlFilters, type UrlFilters } from '../parts/useUrlFilters';
import type { Schema } from '../types';
import { PrivateSearch } from './PrivateSearch';
import { usePeople, type PeopleFilter } from './usePeople';

type Row = Schema<'PersonRow'>;

function Status({ row }: { row: Row }): ReactNode {
  const { t } = useTranslation(['opsPeople', 'ops']);
  return (
    <div>
      <Text size="sm">
        {row.regime ? t(`regime.${row.regime}`, { ns: 'ops' }) : t('list.no_status')}
      </Text>
      {row.tax_claim_pending ? (
        <StateBadge tone="attention" size="sm" label={t('list.claim_pending')} />
      ) : row.regime_expires_at ? (
        <Text size="xs" c="dimmed">
          {t('list.until')} <DateTime at={row.regime_expires_at} form="short" />
        </Text>
      ) : null}
    </div>
  );
}

function Card({ row }: { row: Row }): ReactNode {
  const { t } = useTranslation('opsPeople');
  if (!row.instrument_last4)
    return (
      <Text size="sm" c="dimmed">
        {t('list.no_card')}
      </Text>
    );
  return (
    <div>
      <span className="gamma-figures">•••• {row.instrument_last4}</span>
      {row.instrument_stopped ? (
        <Text size="xs" c="red">
          {t('list.card_stopped')}
        </Text>
      ) : null}
    </div>
  );
}

function useColumns(): readonly TableColumn<Row>[] {
  const { t, i18n } = useTranslation('opsPeople');
  return useMemo(
    () => [
      {
        key: 'name',
        header: t('list.name'),
        grow: 1.6,
        minWidth_px: 180,
        card: 'title',
        cell: (row) => (
          <div>
            <Text size="sm" fw={560}>
              {row.display_name || row.ref}
            </Text>
            <Text size="xs" c="dimmed">
              {row.ref}
            </Text>
            <FlagMarks codes={row.flags} />
          </div>
        ),
      },
      {
        key: 'status',
        header: t('list.status'),
        grow: 1.4,
        minWidth_px: 170,
        cell: (row) => <Status row={row} />,
      },
      { key: 'card', header: t('list.card'), minWidth_px: 110, cell: (row) => <Card row={row} /> },
      {
        key: 'payout',
        header: t('list.open_payout'),
        minWidth_px: 140,
        cell: (row) =>
          row.open_payout ? (
            <PayoutBadge state={row.open_payout.state} />
          ) : (
            <Text size="sm" c="dimmed">
              {t('list.none')}
            </Text>
          ),
      },
      {
        key: 'held',
        header: t('list.held'),
        align: 'end',
        minWidth_px: 120,
        cell: (row) => <Money tenge={row.held} />,
      },
      {
        key: 'available',
        header: t('list.available'),
        align: 'end',
        minWidth_px: 120,
        card: 'figure',
        cell: (row) => <Money tenge={row.available} />,
      },
    ],
    // The words change with the language, though `t` may stay the same function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, i18n.language],
  );
}

function Filters({ filters }: { filters: UrlFilters }): ReactNode {
  const { t } = useTranslation('opsPeople');
  const language = useLanguage();
  const flags = [...useFlagTexts()].map(([value, text]) => ({ value, label: text[language] }));
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
        label={t('list.flag')}
        value={filters.get('flag')}
        options={[{ value: 'any', label: t('list.flag_any') }, ...flags]}
        onChange={(flag) => filters.set({ flag })}
      />
      <Choice
        label={t('list.claim')}
        value={filters.get('tax_claim')}
        options={[{ value: 'pending', label: t('list.claim_pending') }]}
        onChange={(claim) => filters.set({ tax_claim: claim })}
      />
    </FilterBar>
  );
}

const FLAGS: readonly NonNullable<PeopleFilter['flag']>[] = [
  'any',
  'traffic_suspicious',
  'own_orders',
  'duplicate_person',
  'documents_differ',
  'complaint',
  'bank_query',
];

export default function People(): ReactNode {
  const { t } = useTranslation(['opsPeople', 'ops']);
  const navigate = useNavigate();
  const [asking, ask] = useDisclosure();
  const maySearch = useMay('searchPeople');
  const filters = useUrlFilters(['query', 'flag', 'tax_claim']);
  const query = filters.get('query');
  const flag = oneOf(FLAGS, filters.get('flag'));
  const people = usePeople({
    ...(query ? { query } : {}),
    ...(flag ? { flag } : {}),
    ...(filters.get('tax_claim') === 'pending' ? { tax_claim: 'pending' as const } : {}),
  });
  const columns = useColumns();
  return (
    <>
      <PageHeader
        title={t('list.title')}
        text={t('list.text')}
        actions={
          maySearch ? (
            <Button
              variant="default"
              leftSection={<IconUserSearch size={18} aria-hidden />}
              onClick={ask.open}
            >
              {t('private.open')}
            </Button>
          ) : null
        }
      />
      <Filters filters={filters} />
      <FilteredList
        list={people}
        filters={filters}
        label={t('list.title')}
        columns={columns}
        rowId={(row) => row.id}
        onOpen={(row) => void navigate(`/ops/people/${row.id}`)}
        empty={{ icon: IconUsers, title: t('list.empty_title'), text: t('list.empty_text') }}
      />
      <PrivateSearch opened={asking} onClose={ask.close} />
    </>
  );
}
