import { Text } from '@mantine/core';
import { IconGavel } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { DataTable, type TableColumn } from '../../../ui/components/DataTable';
import { DateTime } from '../../../ui/components/DateTime';
import { EmptyState } from '../../../ui/components/EmptyState';
import { LoadMore } from '../../../ui/components/LoadMore';
import { Money } from '../../../ui/components/Money';
import { PageHeader } from '../../../ui/components/PageHeader';
import { ReasonText } from '../../../ui/components/ReasonText';
import { StateBadge, type Tone } from '../../../ui/components/StateBadge';
import { formatMoney } from '../../../ui/format/money';
import { QueryBody } from '../parts/QueryBody';
import { useActorName } from '../parts/useActorName';
import type { Schema } from '../types';
import { usePayoutReviews } from './usePayoutReviews';

type Case = Schema<'PayoutReviewCase'>;

/** Whose move it is, for whoever looks. */
function moveOf({ proposal, allowed }: Case): readonly [key: string, tone: Tone] {
  if (proposal?.state === 'confirmed') return ['list.being_done', 'wait'];
  if (allowed.includes('decide')) return ['list.yours_to_decide', 'attention'];
  if (proposal) return ['list.second_person', 'wait'];
  return allowed.includes('propose')
    ? ['list.yours_to_propose', 'attention']
    : ['list.maker_proposes', 'wait'];
}

function Move({ row }: { row: Case }): ReactNode {
  const { t } = useTranslation('opsPayoutReviews');
  const actorName = useActorName();
  const [key, tone] = moveOf(row);
  return (
    <div>
      <StateBadge tone={tone} label={t(key)} />
      {row.proposal ? (
        <Text size="xs" c="dimmed" mt={2}>
          {t('list.proposed', {
            what: t(`way.${row.proposal.way_out}`),
            name: actorName(row.proposal.proposed_by),
          })}
        </Text>
      ) : null}
    </div>
  );
}

function Told({ row }: { row: Case }): ReactNode {
  const { t } = useTranslation('opsPayoutReviews');
  return (
    <Text size="sm">
      {t(`told.${row.told?.state ?? 'nothing'}`)}
      {row.told?.amount ? `, ${formatMoney(row.told.amount)}` : null}
    </Text>
  );
}

function useColumns(): readonly TableColumn<Case>[] {
  const { t, i18n } = useTranslation('opsPayoutReviews');
  return useMemo(
    () => [
      {
        key: 'payee',
        header: t('list.payee'),
        grow: 1.2,
        minWidth_px: 160,
        card: 'title',
        cell: (row) => (
          <Text size="sm" fw={560}>
            {row.influencer?.name || row.payout_id}
          </Text>
        ),
      },
      {
        key: 'why',
        header: t('list.why'),
        grow: 2,
        minWidth_px: 200,
        cell: (row) => (row.reason ? <ReasonText reason={row.reason} size="sm" /> : null),
      },
      {
        key: 'told',
        header: t('list.told'),
        grow: 1.4,
        minWidth_px: 160,
        cell: (row) => <Told row={row} />,
      },
      {
        key: 'move',
        header: t('list.move'),
        grow: 1.8,
        minWidth_px: 200,
        cell: (row) => <Move row={row} />,
      },
      {
        key: 'since',
        header: t('list.since'),
        minWidth_px: 120,
        cell: (row) => (
          <Text size="sm" c="dimmed">
            <DateTime at={row.since} form="relative" />
          </Text>
        ),
      },
      {
        key: 'net',
        header: t('sent.net'),
        align: 'end',
        minWidth_px: 120,
        card: 'figure',
        cell: (row) => <Money tenge={row.net ?? row.amount} />,
      },
    ],
    // The words change with the language, though `t` may stay the same function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, i18n.language],
  );
}

export default function PayoutReviews(): ReactNode {
  const { t } = useTranslation('opsPayoutReviews');
  const navigate = useNavigate();
  const reviews = usePayoutReviews();
  const columns = useColumns();
  const { data } = reviews;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  return (
    <>
      <PageHeader title={t('list.title')} text={t('list.text')} />
      <QueryBody query={reviews}>
        {() => (
          <>
            <DataTable
              label={t('list.title')}
              columns={columns}
              rows={rows}
              rowId={(row) => row.payout_id}
              onOpen={(row) => void navigate(`/ops/payout-reviews/${row.payout_id}`)}
              empty={
                <EmptyState
                  icon={IconGavel}
                  title={t('list.empty_title')}
                  text={t('list.empty_text')}
                />
              }
            />
            <LoadMore {...reviews} />
          </>
        )}
      </QueryBody>
    </>
  );
}
