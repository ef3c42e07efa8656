import { Card, Group, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconHandClick, IconShoppingBag } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DateTime } from '../../ui/components/DateTime';
import { Money } from '../../ui/components/Money';
import { useLanguage } from '../../ui/i18n/useLanguage';
import { APP_NAMES } from '../data/appNames';
import { latestOrdersRead } from '../data/reads';
import type { OrderRow } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { OrderStateBadge } from '../orders/OrderStateBadge';
import { FEED_LENGTH, type FeedItem } from './feed';
import { useFeed } from './FeedProvider';
import classes from './FeedCard.module.css';

/** Nothing comes of these, so no amount is shown beside them. */
const LOST: ReadonlySet<string> = new Set(['CANCELLED', 'REFUSED']);

const fromOrder = (order: OrderRow): FeedItem => ({
  type: 'order',
  key: order.id,
  at: order.received_at,
  conversion_id: order.id,
  programme: order.programme,
  state: order.state,
  payable: order.payable,
});

/** What has come live, then the newest orders that were there before. */
function useFeedItems(): FeedItem[] {
  const { items } = useFeed();
  const { data } = useQuery(latestOrdersRead(useInfluencerId()));
  const live = new Set(items.map(({ key }) => key));
  const earlier = (data?.items ?? []).map(fromOrder).filter(({ key }) => !live.has(key));
  return [...items, ...earlier].slice(0, FEED_LENGTH);
}

type ClickItem = Extract<FeedItem, { type: 'click' }>;

/** Beside the time of clicks: the app they came from, and why the newest of them does not count. */
function ClickNote({ item }: { item: ClickItem }): ReactNode {
  const { t } = useTranslation('home');
  const language = useLanguage();
  const lost = item.count - item.counted;
  const app = item.app ? (APP_NAMES[item.app] ?? null) : null;
  const told =
    lost > 0 ? (item.reason?.[language] ?? t('feed.not_counted', { count: lost })) : null;
  return (
    <>
      {app ? ` · ${app}` : null}
      {told ? ` · ${told}` : null}
    </>
  );
}

function FeedRow({ item }: { item: FeedItem }): ReactNode {
  const { t } = useTranslation('home');
  const order = item.type === 'order';
  const Sign = order ? IconShoppingBag : IconHandClick;
  return (
    <>
      <Sign size={20} stroke={1.7} aria-hidden className={classes.sign ?? ''} />
      <div className={classes.body}>
        <Text size="sm" fw={500} lineClamp={2} lh={1.3}>
          {order ? t('feed.order') : t('feed.click', { count: item.count })}
          {' · '}
          {item.programme.name}
        </Text>
        <Text size="xs" c="dimmed" component="div" lineClamp={1}>
          <DateTime at={item.at} form="relative" />
          {item.type === 'click' ? <ClickNote item={item} /> : null}
        </Text>
      </div>
      {order ? (
        <div className={classes.end}>
          {item.payable && !LOST.has(item.state) ? (
            <Text size="sm" fw={600}>
              <Money tenge={item.payable} />
            </Text>
          ) : null}
          <OrderStateBadge state={item.state} size="sm" />
        </div>
      ) : null}
    </>
  );
}

/**
 * Rows are places, not items: a new event changes the words in a place of fixed height, so nothing on the page
 * moves when it comes.
 */
export function FeedCard(): ReactNode {
  const { t } = useTranslation('home');
  const { state } = useFeed();
  const items = useFeedItems();
  const newest = items[0];
  return (
    <Card>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h3">
          {t('feed.title')}
        </Title>
        <Text size="xs" c="dimmed" className={classes.live ?? ''} data-state={state}>
          {t(`feed.${state}`)}
        </Text>
      </Group>
      <VisuallyHidden aria-live="polite">
        {newest?.type === 'order' ? `${t('feed.order')} · ${newest.programme.name}` : ''}
      </VisuallyHidden>
      <ul className={classes.places}>
        {Array.from({ length: FEED_LENGTH }, (_, place) => {
          const item = items[place];
          return (
            <li key={place} className={classes.place}>
              {item?.type === 'order' ? (
                <Link to={`/orders/${item.conversion_id}`} className={classes.row ?? ''}>
                  <FeedRow item={item} />
                </Link>
              ) : item ? (
                <Link to="/statistics/clicks" className={classes.row ?? ''}>
                  <FeedRow item={item} />
                </Link>
              ) : place === 0 ? (
                <Text size="sm" c="dimmed" className={classes.row ?? ''}>
                  {t('feed.quiet')}
                </Text>
              ) : null}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
