import { Anchor, SimpleGrid, Text } from '@mantine/core';
import { IconCash, IconShoppingCart } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';

import { DataTable, type TableColumn } from '../../../ui/components/DataTable';
import { DateTime } from '../../../ui/components/DateTime';
import { EmptyState } from '../../../ui/components/EmptyState';
import { Money } from '../../../ui/components/Money';
import { ReasonText } from '../../../ui/components/ReasonText';
import { StatTile } from '../../../ui/components/StatTile';
import { isZero } from '../../../ui/format/money';
import links from '../parts/Link.module.css';
import { ConversionBadge, PayoutBadge } from '../parts/states';
import { WorkflowLink } from '../parts/WorkflowLink';
import type { Schema } from '../types';

type Payout = Schema<'PersonPayout'>;
type Order = Schema<'OpsConversion'>;

export function BalanceTiles({ balance }: { balance: Schema<'Balance'> }): ReactNode {
  const { t } = useTranslation('opsPeople');
  const owes = !isZero(balance.debt);
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, md: owes ? 6 : 5 }} spacing="sm">
      {(['available', 'held', 'reserved', 'paid', 'withheld'] as const).map((part) => (
        <StatTile
          key={part}
          label={t(`balance.${part}`)}
          value={<Money tenge={balance[part]} data-testid={`balance-${part}`} />}
        />
      ))}
      {owes ? (
        <StatTile
          label={t('balance.debt')}
          value={<Money tenge={balance.debt} data-testid="balance-debt" />}
          note={
            <Anchor
              component={Link}
              to={`/ops/debts?influencer=${balance.influencer_id}`}
              size="sm"
              className={links.link}
            >
              {t('balance.debt_link')}
            </Anchor>
          }
        />
      ) : null}
    </SimpleGrid>
  );
}

function usePayoutColumns(): readonly TableColumn<Payout>[] {
  const { t, i18n } = useTranslation('opsPeople');
  return useMemo(
    () => [
      {
        key: 'at',
        header: t('payouts.at'),
        card: 'title',
        minWidth_px: 110,
        cell: (payout) => <DateTime at={payout.created_at} form="short" />,
      },
      {
        key: 'state',
        header: t('payouts.state'),
        grow: 2,
        minWidth_px: 190,
        cell: (payout) => (
          <div>
            <PayoutBadge state={payout.state} />
            {payout.reason ? <ReasonText reason={payout.reason} size="xs" c="dimmed" /> : null}
          </div>
        ),
      },
      {
        key: 'workflow',
        header: t('payouts.workflow'),
        minWidth_px: 110,
        cell: (payout) => <WorkflowLink url={payout.workflow_url} of={payout.id} />,
      },
      {
        key: 'amount',
        header: t('payouts.amount'),
        align: 'end',
        minWidth_px: 120,
        card: 'figure',
        cell: (payout) => <Money tenge={payout.amount} />,
      },
      {
        key: 'net',
        header: t('payouts.net'),
        align: 'end',
        minWidth_px: 120,
        cell: (payout) =>
          payout.net === null ? t('payouts.not_yet') : <Money tenge={payout.net} />,
      },
    ],
    // The words change with the language, though `t` may stay the same function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, i18n.language],
  );
}

/** Open payouts first; a row opens its run. */
export function PersonPayouts({ payouts }: { payouts: readonly Payout[] }): ReactNode {
  const { t } = useTranslation('opsPeople');
  const navigate = useNavigate();
  return (
    <DataTable
      label={t('payouts.title')}
      columns={usePayoutColumns()}
      rows={payouts}
      rowId={(payout) => payout.id}
      onOpen={(payout) => void navigate(`/ops/runs/${payout.batch_id}`)}
      empty={<EmptyState icon={IconCash} title={t('payouts.empty')} />}
    />
  );
}

function useOrderColumns(): readonly TableColumn<Order>[] {
  const { t, i18n } = useTranslation('opsPeople');
  return useMemo(
    () => [
      {
        key: 'order',
        header: t('orders.order'),
        card: 'title',
        grow: 1.6,
        minWidth_px: 170,
        cell: (order) => (
          <div>
            <Text size="sm" fw={560}>
              {order.transaction_id}
            </Text>
            <Text size="xs" c="dimmed">
              {order.brand.name} · {order.programme.name}
            </Text>
          </div>
        ),
      },
      {
        key: 'at',
        header: t('orders.at'),
        minWidth_px: 110,
        cell: (order) => <DateTime at={order.received_at} form="short" />,
      },
      {
        key: 'state',
        header: t('orders.state'),
        minWidth_px: 140,
        cell: (order) => <ConversionBadge state={order.state} />,
      },
      {
        key: 'sale',
        header: t('orders.sale'),
        align: 'end',
        minWidth_px: 120,
        cell: (order) => <Money tenge={order.sale} />,
      },
      {
        key: 'payable',
        header: t('orders.payable'),
        align: 'end',
        minWidth_px: 120,
        card: 'figure',
        cell: (order) =>
          order.payable === null ? t('payouts.not_yet') : <Money tenge={order.payable} />,
      },
    ],
    // The words change with the language, though `t` may stay the same function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, i18n.language],
  );
}

/** The latest orders; a row opens the order beside the search for this person's orders. */
export function PersonOrders({ orders }: { orders: readonly Order[] }): ReactNode {
  const { t } = useTranslation('opsPeople');
  const navigate = useNavigate();
  return (
    <DataTable
      label={t('orders.title')}
      columns={useOrderColumns()}
      rows={orders}
      rowId={(order) => order.id}
      onOpen={(order) =>
        void navigate(
          `/ops/conversions?query=${encodeURIComponent(order.influencer?.id ?? order.id)}&open=${order.id}`,
        )
      }
      empty={<EmptyState icon={IconShoppingCart} title={t('orders.empty')} />}
    />
  );
}
