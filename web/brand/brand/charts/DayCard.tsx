import { Button, Card, Group, Skeleton, Title } from '@mantine/core';
import { IconChartLine, IconTable } from '@tabler/icons-react';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { formatDate } from '../../../ui/format/dates';
import { formatMetric, numberOf, type Metric } from '../figures';
import type { DayFigures } from '../types';
import classes from './DayCard.module.css';

const DayChart = lazy(() => import('./DayChart'));
const HEIGHT_PX = 280;

type Days = {
  readonly metric: Metric;
  /** Undefined while it loads. */
  readonly series: readonly DayFigures[] | undefined;
  readonly previous: readonly DayFigures[] | null;
};

function DayTable({ metric, series = [], previous }: Days): ReactNode {
  const { t } = useTranslation('brand');
  return (
    <div className={classes.tableBox} tabIndex={0} role="region" aria-label={t(`metric.${metric}`)}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('chart.day')}</th>
            <th scope="col">{t('chart.now')}</th>
            {previous ? <th scope="col">{t('chart.before')}</th> : null}
          </tr>
        </thead>
        <tbody>
          {series.map(({ day, figures }, i) => {
            const before = previous?.[i];
            return (
              <tr key={day}>
                <td>{formatDate(day)}</td>
                <td>{formatMetric(numberOf(figures, metric), metric)}</td>
                {previous ? (
                  <td>{formatMetric(before ? numberOf(before.figures, metric) : null, metric)}</td>
                ) : null}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** A metric by day as a chart or, for those who cannot see or want the figures, as a table. */
export function DayCard({ metric, series, previous }: Days): ReactNode {
  const { t } = useTranslation('brand');
  const [asTable, setAsTable] = useState(false);
  const bones = <Skeleton h={HEIGHT_PX} />;
  const label = t('chart.label', {
    metric: t(`metric.${metric}`),
    from: series?.[0] ? formatDate(series[0].day) : '',
    to: formatDate(series?.at(-1)?.day ?? new Date()),
  });
  return (
    <Card>
      <Group justify="space-between" mb="md" gap="xs">
        <Title order={2} size="h3">
          {t(`metric.${metric}`)}
        </Title>
        <Button
          variant="subtle"
          size="sm"
          leftSection={asTable ? <IconChartLine size={18} /> : <IconTable size={18} />}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? t('chart.as_chart') : t('chart.as_table')}
        </Button>
      </Group>
      {series === undefined ? bones : null}
      {series && asTable ? <DayTable metric={metric} series={series} previous={previous} /> : null}
      {series && !asTable ? (
        <div role="img" aria-label={label} className={classes.chart}>
          <Suspense fallback={bones}>
            <DayChart metric={metric} series={series} previous={previous} />
          </Suspense>
        </div>
      ) : null}
    </Card>
  );
}
