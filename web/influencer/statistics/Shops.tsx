import { Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { parseTenge } from '../../../domain/money';
import { Money } from '../../ui/components/Money';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { StateBadge } from '../../ui/components/StateBadge';
import { formatCount } from '../../ui/format/money';
import { statisticsRead, type ClickPeriod } from '../data/linkReads';
import type { ClickItem } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { Loaded } from '../loading/Loaded';
import { CsvButton } from './CsvButton';
import classes from './Statistics.module.css';

const tiyn = (tenge: string | null | undefined): bigint => {
  const read = parseTenge(tenge ?? '');
  return read.ok ? read.value : 0n;
};

/** The shop that brings most for the same number of clicks; nothing is best among one. */
function bestOf(items: readonly ClickItem[]): ClickItem | null {
  const earning = items.filter((item) => tiyn(item.earned_per_100_clicks) > 0n);
  if (items.length < 2 || earning.length === 0) return null;
  return earning.reduce((best, item) =>
    tiyn(item.earned_per_100_clicks) > tiyn(best.earned_per_100_clicks) ? item : best,
  );
}

function Shop({ item, best }: { item: ClickItem; best: boolean }): ReactNode {
  const { t } = useTranslation('statistics');
  return (
    <li className={classes.shop}>
      <Group justify="space-between" gap="xs" mb={6}>
        <Text fw={560} className={classes.name ?? ''}>
          {item.label ?? item.key}
        </Text>
        {best ? <StateBadge tone="good" label={t('shops.best')} size="sm" /> : null}
      </Group>
      <dl className={classes.figures}>
        <div>
          <dt>{t('shops.per_100')}</dt>
          <dd>{item.earned_per_100_clicks ? <Money tenge={item.earned_per_100_clicks} /> : '—'}</dd>
        </div>
        <div>
          <dt>{t('shops.earned')}</dt>
          <dd>
            <Money tenge={item.earned ?? '0.00'} />
          </dd>
        </div>
        <div>
          <dt>{t('shops.clicks')}</dt>
          <dd>{item.counted === null ? '—' : formatCount(item.counted)}</dd>
        </div>
        <div>
          <dt>{t('shops.orders')}</dt>
          <dd>{formatCount(item.orders ?? 0)}</dd>
        </div>
      </dl>
    </li>
  );
}

/** Shops side by side: which of them turns clicks into money. */
export function Shops({ period }: { period: ClickPeriod }): ReactNode {
  const { t } = useTranslation('statistics');
  const asked = { ...period, group_by: 'programme' as const };
  const query = useQuery(statisticsRead(useInfluencerId(), asked));
  return (
    <Card component="section">
      <Stack gap="sm">
        <Stack gap={2}>
          <Title order={2} size="h3">
            {t('shops.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('shops.text')}
          </Text>
        </Stack>
        <Loaded query={query} skeleton={<ListSkeleton rows={2} height={96} />}>
          {({ items }) => {
            const best = bestOf(items);
            return items.length > 0 ? (
              <ul className={classes.list} aria-label={t('shops.title')}>
                {items.map((item) => (
                  <Shop key={item.key} item={item} best={item === best} />
                ))}
              </ul>
            ) : (
              <Text c="dimmed">{t('none')}</Text>
            );
          }}
        </Loaded>
        <CsvButton asked={asked} />
      </Stack>
    </Card>
  );
}
