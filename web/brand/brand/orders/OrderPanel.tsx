import { Anchor, Button, Card, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { api, call } from '../../../ui/api/client';
import { CopyField } from '../../../ui/components/CopyField';
import { DateTime } from '../../../ui/components/DateTime';
import { Money } from '../../../ui/components/Money';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { ReasonText } from '../../../ui/components/ReasonText';
import { ListSkeleton } from '../../../ui/components/Skeletons';
import { Timeline } from '../../../ui/components/Timeline';
import { useMay, useMe } from '../../../ui/session/session';
import { ConversionBadge, OrderStatusBadge } from '../states';
import type { Conversion, Order } from '../types';
import type { Verb } from './decisions';
import { useOrderSteps } from './useOrderSteps';

export type OrderPanelProps = {
  /** Null: closed. */
  readonly orderId: string | null;
  readonly onClose: () => void;
  readonly onDecide: (verb: Verb, order: Order) => void;
};

/** The order's row (who, what can be decided) and its history; both by id, for a shared link has no list. */
function useOrder(orderId: string | null) {
  const { tenant } = useMe();
  const row = useQuery({
    queryKey: ['order', tenant.id, orderId, 'row'],
    enabled: orderId !== null,
    queryFn: async () => {
      const page = await call(
        api.GET('/v1/brands/{brandId}/orders', {
          params: { path: { brandId: tenant.id }, query: { query: orderId ?? '', limit: '1' } },
        }),
      );
      return page.items.find(({ id }) => id === orderId) ?? null;
    },
  });
  const conversion = useQuery({
    queryKey: ['order', tenant.id, orderId, 'history'],
    enabled: orderId !== null,
    queryFn: () =>
      call(
        api.GET('/v1/conversions/{conversionId}', {
          params: { path: { conversionId: orderId ?? '' } },
        }),
      ),
  });
  return { row, conversion };
}

function Line({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <Group justify="space-between" gap="md" wrap="nowrap" align="flex-start">
      <Text component="dt" size="sm" c="dimmed">
        {label}
      </Text>
      <Text component="dd" size="sm" m={0} ta="end" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Group>
  );
}

function MoneyLines({ amounts }: { amounts: Conversion['amounts'] }): ReactNode {
  const { t } = useTranslation('orders');
  const lines = [
    ['sale', amounts.sale],
    ['gross', amounts.gross],
    ['fee', amounts.fee],
    ['payable', amounts.payable],
  ] as const;
  return (
    <Card padding="sm">
      <Stack gap={6} component="dl" m={0}>
        {lines.map(([name, tenge]) =>
          tenge === null ? null : (
            <Line key={name} label={t(`money.${name}`)}>
              <Money tenge={tenge} />
            </Line>
          ),
        )}
      </Stack>
    </Card>
  );
}

function Actions({ order, onDecide }: { order: Order; onDecide: OrderPanelProps['onDecide'] }) {
  const { t } = useTranslation('orders');
  const may = useMay('decideBrandOrders');
  if (!may || order.decisions.length === 0) return null;
  return (
    <Group gap="xs" grow>
      {order.decisions.includes('reject') ? (
        <Button
          variant="default"
          leftSection={<IconX size={18} aria-hidden />}
          onClick={() => onDecide('reject', order)}
        >
          {t('bulk.reject')}
        </Button>
      ) : null}
      {order.decisions.includes('approve') ? (
        <Button
          leftSection={<IconCheck size={18} aria-hidden />}
          onClick={() => onDecide('approve', order)}
        >
          {t('bulk.approve')}
        </Button>
      ) : null}
    </Group>
  );
}

function Facts({ conversion, order }: { conversion: Conversion; order: Order | null }): ReactNode {
  const { t } = useTranslation('orders');
  return (
    <Stack gap={6} component="dl" m={0}>
      <Line label={t('column.influencer')}>
        {order?.influencer ? (
          <Anchor component={Link} to={`/brand/influencers/${order.influencer.id}`} inherit>
            {order.influencer.display_name}
          </Anchor>
        ) : (
          t('no_influencer')
        )}
      </Line>
      <Line label={t('column.ordered')}>
        <DateTime at={conversion.ordered_at} />
      </Line>
      <Line label={t('updated')}>
        <DateTime at={conversion.updated_at} />
      </Line>
      <Line label={t('event')}>{conversion.event}</Line>
    </Stack>
  );
}

function Steps({ order }: { order: Conversion }): ReactNode {
  return <Timeline steps={useOrderSteps(order)} />;
}

function Inside({ orderId, onDecide }: { orderId: string; onDecide: OrderPanelProps['onDecide'] }) {
  const { t } = useTranslation(['orders', 'brand']);
  const { row, conversion } = useOrder(orderId);
  if (conversion.error) {
    return <ProblemAlert error={conversion.error} onRetry={() => void conversion.refetch()} />;
  }
  // What may be decided stands above the amounts: coming late it would push them down.
  if (!conversion.data || row.isPending) return <ListSkeleton rows={5} height={48} />;
  const order = conversion.data;
  return (
    <Stack gap="lg">
      <Stack gap={4}>
        <Title order={2} style={{ overflowWrap: 'anywhere' }}>
          {order.transaction_id}
        </Title>
        <Group gap="xs">
          <OrderStatusBadge status={order.order_status} />
          <ConversionBadge state={order.state} />
        </Group>
        {order.reason ? <ReasonText size="sm" mt={4} reason={order.reason} /> : null}
      </Stack>
      {row.data ? <Actions order={row.data} onDecide={onDecide} /> : null}
      <MoneyLines amounts={order.amounts} />
      <Facts conversion={order} order={row.data ?? null} />
      <div>
        <Title order={3} mb="sm">
          {t('timeline')}
        </Title>
        <Steps order={order} />
      </div>
      <CopyField monospace label={t('order_id')} value={order.id} />
    </Stack>
  );
}

/** One order beside the list: what it is worth, what happened to it and why. */
export function OrderPanel({ orderId, onClose, onDecide }: OrderPanelProps): ReactNode {
  const { t } = useTranslation(['orders', 'ui']);
  return (
    <Drawer
      opened={orderId !== null}
      onClose={onClose}
      position="right"
      size={460}
      title={t('panel')}
      closeButtonProps={{ 'aria-label': t('close', { ns: 'ui' }) }}
    >
      {orderId ? <Inside orderId={orderId} onDecide={onDecide} /> : null}
    </Drawer>
  );
}
