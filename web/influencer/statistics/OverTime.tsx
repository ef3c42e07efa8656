import { Card, Center, Skeleton, Stack, Text, Title } from '@mantine/core';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { StatTile } from '../../ui/components/StatTile';
import { formatCount } from '../../ui/format/money';
import type { ClicksAsked } from '../data/linkReads';
import type { ClickStatistics } from '../data/types';
import { Tiles } from '../list/Tiles';
import { CHART_HEIGHT_PX } from './chartHeight';
import { CsvButton } from './CsvButton';
import classes from './Statistics.module.css';

/** Drawing costs a hundred kilobytes that only this screen needs. */
const ClickChart = lazy(() => import('./charts'));

const shown = (count: number | null): string => (count === null ? '—' : formatCount(count));

export function Totals({ statistics }: { statistics: ClickStatistics | undefined }): ReactNode {
  const { t } = useTranslation('statistics');
  const total = statistics?.total;
  const clicks = total?.clicks ?? null;
  return (
    <Tiles>
      <StatTile
        label={t('total.counted')}
        value={total && shown(total.counted)}
        note={clicks === null ? '\u00a0' : t('total.of', { count: clicks, shown: shown(clicks) })}
      />
      <StatTile
        label={t('total.unique')}
        value={total && shown(total.unique)}
        note={t('total.unique_note')}
      />
      <StatTile
        label={t('total.not_counted')}
        value={total && shown(total.not_counted)}
        note={t('total.not_counted_note')}
      />
    </Tiles>
  );
}

const Wait = (): ReactNode => <Skeleton h={CHART_HEIGHT_PX} aria-hidden />;

function Chart({ statistics }: { statistics: ClickStatistics | undefined }): ReactNode {
  const { t } = useTranslation('statistics');
  if (!statistics) return <Wait />;
  const { total, items, clicks_known } = statistics;
  if (!clicks_known || total.clicks === 0)
    return (
      <Center h={CHART_HEIGHT_PX}>
        <Text c="dimmed" ta="center" maw={320}>
          {clicks_known ? t('none') : t('unknown')}
        </Text>
      </Center>
    );
  const label = t('chart.summary', {
    counted: shown(total.counted),
    unique: shown(total.unique),
    not_counted: shown(total.not_counted),
  });
  return (
    <div role="img" aria-label={label} className={classes.chart}>
      <Suspense fallback={<Wait />}>
        <ClickChart items={items} />
      </Suspense>
    </div>
  );
}

export type OverTimeProps = {
  readonly statistics: ClickStatistics | undefined;
  readonly asked: ClicksAsked;
};

export function OverTime({ statistics, asked }: OverTimeProps): ReactNode {
  const { t } = useTranslation('statistics');
  return (
    <Card component="section">
      <Stack gap="sm">
        <Title order={2} size="h3">
          {t(`over.${asked.group_by === 'hour' ? 'hour' : 'day'}`)}
        </Title>
        <Chart statistics={statistics} />
        <CsvButton asked={asked} />
      </Stack>
    </Card>
  );
}
