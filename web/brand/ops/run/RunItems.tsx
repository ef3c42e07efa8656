import { Anchor, Button, Group, Text } from '@mantine/core';
import { IconReceipt } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DataTable, type TableColumn } from '../../../ui/components/DataTable';
import { EmptyState } from '../../../ui/components/EmptyState';
import { LoadMore } from '../../../ui/components/LoadMore';
import { Money } from '../../../ui/components/Money';
import { ReasonText } from '../../../ui/components/ReasonText';
import { FlagMarks } from '../parts/FlagMarks';
import links from '../parts/Link.module.css';
import { QueryBody } from '../parts/QueryBody';
import { PayoutBadge, type PayoutState } from '../parts/states';
import { WorkflowLink } from '../parts/WorkflowLink';
import type { Schema } from '../types';
import { useRunItems } from './useRunItems';

type Item = Schema<'PayoutBatchItem'>;

function Payee({ item }: { item: Item }): ReactNode {
  const { t } = useTranslation('opsRuns');
  return (
    <div>
      <Anchor
        component={Link}
        to={`/ops/people/${item.influencer.id}`}
        fw={560}
        size="sm"
        className={links.link}
      >
        {item.influencer.name || item.influencer.id}
      </Anchor>
      <Text size="xs" c={item.instrument_stopped ? 'red' : 'dimmed'} component="div">
        {item.instrument_last4 ? `•••• ${item.instrument_last4}` : t('items.no_card')}
        {item.instrument_stopped ? ` · ${t('items.card_stopped')}` : null}
      </Text>
      <FlagMarks codes={item.flags} />
    </div>
  );
}

function StateAndReason({ item }: { item: Item }): ReactNode {
  const { t } = useTranslation('opsRuns');
  return (
    <div>
      <PayoutBadge state={item.state} />
      {item.reason ? (
        <ReasonText reason={item.reason} size="xs" c="dimmed" mt={2} lineClamp={3} />
      ) : null}
      {item.state === 'review' ? (
        <Anchor
          component={Link}
          to={`/ops/payout-reviews/${item.payout_id}`}
          size="sm"
          className={links.link}
          aria-label={t('items.decide_for', { name: item.influencer.name })}
        >
          {t('items.decide')}
        </Anchor>
      ) : null}
    </div>
  );
}

function ProviderReference({ item }: { item: Item }): ReactNode {
  const { t } = useTranslation('opsRuns');
  return (
    <div>
      <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
        {item.provider?.reference ?? t('items.not_yet')}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {t('items.own_reference')} {item.reference}
      </Text>
      <div className={links.place}>
        <WorkflowLink url={item.workflow_url} of={item.payout_id} />
      </div>
    </div>
  );
}

/** Taxes and what arrives are known once the run is frozen. */
function Amount({ tenge }: { tenge: string | null }): ReactNode {
  const { t } = useTranslation('opsRuns');
  if (tenge !== null) return <Money tenge={tenge} />;
  return (
    <Text span inherit c="dimmed">
      {t('items.not_yet')}
    </Text>
  );
}

const SETTLED: ReadonlySet<PayoutState> = new Set(['cancelled', 'refused', 'paid']);

function useColumns(onExclude: ((item: Item) => void) | null): readonly TableColumn<Item>[] {
  const { t, i18n } = useTranslation('opsRuns');
  return useMemo(() => {
    const money = (key: string, read: (item: Item) => string | null): TableColumn<Item> => ({
      key,
      header: t(`items.${key}`),
      align: 'end',
      minWidth_px: 108,
      grow: 0.8,
      card: key === 'net' ? 'figure' : 'detail',
      cell: (item) => <Amount tenge={read(item)} />,
    });
    const columns: TableColumn<Item>[] = [
      {
        key: 'payee',
        header: t('items.payee'),
        grow: 1.6,
        minWidth_px: 170,
        card: 'title',
        cell: (item) => <Payee item={item} />,
      },
      {
        key: 'state',
        header: t('items.state'),
        grow: 2,
        minWidth_px: 190,
        cell: (item) => <StateAndReason item={item} />,
      },
      {
        key: 'reference',
        header: t('items.reference'),
        grow: 1.3,
        minWidth_px: 150,
        cell: (item) => <ProviderReference item={item} />,
      },
      money('amount', (item) => item.amounts.amount),
      money('tax', (item) => item.amounts.tax),
      money('net', (item) => item.amounts.net),
    ];
    if (onExclude)
      columns.push({
        key: 'exclude',
        header: t('items.action'),
        minWidth_px: 116,
        grow: 0.4,
        align: 'end',
        cell: (item) =>
          SETTLED.has(item.state) ? null : (
            <Button
              variant="subtle"
              color="red"
              size="xs"
              aria-label={t('exclude.open_for', { name: item.influencer.name })}
              onClick={() => onExclude(item)}
            >
              {t('exclude.open')}
            </Button>
          ),
      });
    return columns;
    // The words change with the language, though `t` may stay the same function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [t, i18n.language, onExclude]);
}

export type RunItemsProps = {
  readonly batchId: string;
  readonly state: PayoutState | undefined;
  readonly onExclude: ((item: Item) => void) | null;
};

/** The run's payouts with what each person gets and where it stands. */
export function RunItems({ batchId, state, onExclude }: RunItemsProps): ReactNode {
  const { t } = useTranslation('opsRuns');
  const items = useRunItems(batchId, state);
  const columns = useColumns(onExclude);
  const rows = useMemo(() => items.data?.pages.flatMap((page) => page.items) ?? [], [items.data]);
  return (
    <QueryBody query={items}>
      {() => (
        <>
          <Group justify="space-between" mb="xs">
            <Text component="h2" fw={640} size="lg">
              {t('items.title')}
            </Text>
          </Group>
          <DataTable
            label={t('items.title')}
            columns={columns}
            rows={rows}
            rowId={(item) => item.payout_id}
            empty={
              <EmptyState
                icon={IconReceipt}
                title={t('items.empty')}
                text={t('items.empty_text')}
              />
            }
          />
          <LoadMore {...items} />
        </>
      )}
    </QueryBody>
  );
}
