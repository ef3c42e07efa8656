import '@mantine/charts/styles.layer.css';
import { AreaChart } from '@mantine/charts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { formatShortDate } from '../../../ui/format/dates';
import { formatShare } from '../../../ui/format/money';
import { formatMetric, numberOf, shortened, type Metric } from '../figures';
import type { DayFigures } from '../types';
import { CHART_HEIGHT_PX } from './ChartCard';

export type DayChartProps = {
  readonly metric: Metric;
  readonly series: readonly DayFigures[];
  readonly previous: readonly DayFigures[] | null;
};

/** One metric by day, with the period before as a dashed line; days of both are matched by their place. */
export default function DayChart({ metric, series, previous }: DayChartProps): ReactNode {
  const { t } = useTranslation('brand');
  const data = series.map(({ day, figures }, i) => {
    const before = previous?.[i];
    return {
      day: formatShortDate(day),
      now: numberOf(figures, metric),
      before: before ? numberOf(before.figures, metric) : null,
    };
  });
  const axis = (value: number): string => {
    if (metric === 'conversion') return formatShare(value);
    const { text, digits } = shortened(value);
    return digits === 0 ? text : t(`axis.${digits}`, { value: text });
  };
  const lines = [
    { name: 'now', label: t('chart.now'), color: 'var(--gamma-chart-now)' },
    {
      name: 'before',
      label: t('chart.before'),
      color: 'var(--gamma-chart-before)',
      strokeDasharray: '5 5',
    },
  ];
  return (
    <AreaChart
      h={CHART_HEIGHT_PX}
      data={data}
      dataKey="day"
      series={previous ? lines : lines.slice(0, 1)}
      valueFormatter={(value) => formatMetric(value, metric)}
      yAxisProps={{ tickFormatter: axis, width: 64, allowDecimals: metric === 'conversion' }}
      xAxisProps={{ minTickGap: 28 }}
      areaChartProps={{ accessibilityLayer: false }}
      areaProps={({ name }) => ({
        isAnimationActive: false,
        ...(name === 'before' ? { fillOpacity: 0 } : {}),
      })}
      withDots={series.length < 2}
      curveType="monotone"
      strokeWidth={2}
      fillOpacity={0.16}
      gridAxis="x"
      tickLine="none"
      withLegend={previous !== null}
      legendProps={{ verticalAlign: 'bottom', height: 32 }}
    />
  );
}
