import { lazy, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { formatDate } from '../../../ui/format/dates';
import { formatMetric, numberOf, type Metric } from '../figures';
import type { DayFigures } from '../types';
import { ChartCard } from './ChartCard';
import classes from './DayCard.module.css';

const DayChart = lazy(() => import('./DayChart'));

type Days = {
  readonly metric: Metric;
  /** Undefined while it loads. */
  readonly series: readonly DayFigures[] | undefined;
  readonly previous: readonly DayFigures[] | null;
};

function DayTable({ metric, series = [], previous }: Days): ReactNode {
  const { t } = useTranslation('brand');
  return (
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
  );
}

/** A metric by day. */
export function DayCard({ metric, series, previous }: Days): ReactNode {
  const { t } = useTranslation('brand');
  return (
    <ChartCard
      title={t(`metric.${metric}`)}
      label={t('chart.label', {
        metric: t(`metric.${metric}`),
        from: series?.[0] ? formatDate(series[0].day) : '',
        to: formatDate(series?.at(-1)?.day ?? new Date()),
      })}
      ready={series !== undefined}
      chart={series ? <DayChart metric={metric} series={series} previous={previous} /> : null}
      table={<DayTable metric={metric} series={series} previous={previous} />}
    />
  );
}
