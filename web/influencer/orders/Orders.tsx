import { Button, Chip, Group, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconShoppingBag } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';

import { DateTime } from '../../ui/components/DateTime';
import { EmptyState } from '../../ui/components/EmptyState';
import { LoadMore } from '../../ui/components/LoadMore';
import { Money } from '../../ui/components/Money';
import { PageHeader } from '../../ui/components/PageHeader';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { ordersRead } from '../data/reads';
import type { OrderRow, OrderState } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { Row, Rows } from '../list/Rows';
import { Loaded } from '../loading/Loaded';
import { OrderStateBadge } from './OrderStateBadge';
import classes from './Orders.module.css';

const ALL = 'all';
const STATES: readonly OrderState[] = [
  'HELD',
  'PAYABLE',
  'PAID',
  'REVIEW',
  'CANCELLED',
  'REFUSED',
  'RECEIVED',
];

/** What matters of an order in a list: when its money is free, else when it was placed. */
function OrderNote({ order }: { order: OrderRow }): ReactNode {
  const { t } = useTranslation('orders');
  const held = order.state === 'HELD' && order.held_until !== null;
  return (
    <Text size="sm" c="dimmed" component="div">
      {order.programme.name} · {held ? t('free_on') : null}{' '}
      <DateTime
        at={held ? (order.held_until ?? order.ordered_at) : order.ordered_at}
        form="short"
      />
    </Text>
  );
}

function OrderListRow({ order }: { order: OrderRow }): ReactNode {
  const { t } = useTranslation('orders');
  return (
    <Row to={`/orders/${order.id}`}>
      <Text fw={500} lineClamp={2}>
        {order.title ?? t('untitled')}
      </Text>
      <OrderNote order={order} />
      <Group justify="space-between" gap="xs" wrap="nowrap" mt={6}>
        <OrderStateBadge state={order.state} />
        <Text fw={600}>{order.payable === null ? '—' : <Money tenge={order.payable} />}</Text>
      </Group>
    </Row>
  );
}

function StateChips({
  chosen,
  onChoose,
}: {
  chosen: string;
  onChoose: (state: string) => void;
}): ReactNode {
  const { t } = useTranslation('orders');
  return (
    <div className={classes.chips}>
      <Chip.Group value={chosen} onChange={(value) => onChoose(value)}>
        <Group gap="xs" wrap="nowrap" role="group" aria-label={t('filter')}>
          {[ALL, ...STATES].map((state) => (
            <Chip key={state} value={state} size="md">
              {t(state === ALL ? 'all' : `state.${state}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </div>
  );
}

function NoOrders({ filtered, onAll }: { filtered: boolean; onAll: () => void }): ReactNode {
  const { t } = useTranslation('orders');
  return filtered ? (
    <EmptyState
      icon={IconShoppingBag}
      title={t('none.title')}
      action={
        <Button variant="default" onClick={onAll}>
          {t('none.all')}
        </Button>
      }
    />
  ) : (
    <EmptyState
      icon={IconShoppingBag}
      title={t('empty.title')}
      text={t('empty.text')}
      action={
        <Button component={Link} to="/links/new">
          {t('empty.action')}
        </Button>
      }
    />
  );
}

export default function Orders(): ReactNode {
  const { t } = useTranslation('orders');
  const [search, setSearch] = useSearchParams();
  const state = STATES.find((one) => one === search.get('state')) ?? null;
  const query = useInfiniteQuery(ordersRead(useInfluencerId(), state));
  const orders = query.data?.pages.flatMap((page) => page.items);
  const choose = (chosen: string): void =>
    setSearch(chosen === ALL ? {} : { state: chosen }, { replace: true });
  return (
    <>
      <PageHeader title={t('title')} />
      <StateChips chosen={state ?? ALL} onChoose={choose} />
      <Loaded query={{ ...query, data: orders }} skeleton={<ListSkeleton rows={6} height={80} />}>
        {(items) =>
          items.length === 0 ? (
            <NoOrders filtered={state !== null} onAll={() => choose(ALL)} />
          ) : (
            <Rows label={t('title')}>
              {items.map((order) => (
                <OrderListRow key={order.id} order={order} />
              ))}
            </Rows>
          )
        }
      </Loaded>
      <LoadMore {...query} automatic />
    </>
  );
}
