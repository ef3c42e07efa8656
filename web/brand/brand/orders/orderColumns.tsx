import { Stack, Text } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { TableColumn } from '../../../ui/components/DataTable';
import { DateTime } from '../../../ui/components/DateTime';
import { Money } from '../../../ui/components/Money';
import { ConversionBadge, OrderStatusBadge } from '../states';
import type { Order } from '../types';

function Ordered({ at }: { at: string }): ReactNode {
  return (
    <Stack gap={0}>
      <DateTime at={at} form="short" />
      <Text size="xs" c="dimmed" span>
        <DateTime at={at} form="time" />
      </Text>
    </Stack>
  );
}

export function useOrderColumns(): readonly TableColumn<Order>[] {
  const { t } = useTranslation('orders');
  return useMemo(
    () => [
      {
        key: 'number',
        header: t('column.number'),
        grow: 1.6,
        minWidth_px: 160,
        card: 'title',
        cell: ({ transaction_id }) => (
          <Text inherit span fw={560} style={{ overflowWrap: 'anywhere' }}>
            {transaction_id}
          </Text>
        ),
      },
      {
        key: 'ordered',
        header: t('column.ordered'),
        minWidth_px: 96,
        cell: ({ ordered_at }) => <Ordered at={ordered_at} />,
      },
      {
        key: 'influencer',
        header: t('column.influencer'),
        grow: 1.4,
        minWidth_px: 130,
        cell: ({ influencer }) => influencer?.display_name ?? t('no_influencer'),
      },
      {
        key: 'status',
        header: t('column.status'),
        grow: 1.36,
        minWidth_px: 136,
        cell: ({ order_status }) => <OrderStatusBadge status={order_status} />,
      },
      {
        key: 'state',
        header: t('column.state'),
        grow: 1.68,
        minWidth_px: 168,
        cell: ({ state }) => <ConversionBadge state={state} />,
      },
      {
        key: 'sale',
        header: t('column.sale'),
        align: 'end',
        grow: 1.2,
        minWidth_px: 120,
        card: 'figure',
        cell: ({ sale }) => <Money tenge={sale} />,
      },
      {
        key: 'commission',
        header: t('column.commission'),
        align: 'end',
        grow: 1.1,
        minWidth_px: 110,
        cell: ({ commission }) =>
          commission === null ? t('no_commission') : <Money tenge={commission} />,
      },
    ],
    [t],
  );
}
