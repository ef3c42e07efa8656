import '@mantine/charts/styles.layer.css';
import { BarChart } from '@mantine/charts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { formatCount } from '../../ui/format/money';
import type { ClickItem } from '../data/types';
import { CHART_HEIGHT_PX } from './chartHeight';
import { timeLabel } from './period';

/** All clicks of an hour or day as one bar: unique ones, repeated taps, and those that do not count. */
export default function ClickChart({ items }: { items: readonly ClickItem[] }): ReactNode {
  const { t } = useTranslation('statistics');
  const data = items.map(({ key, counted, unique, not_counted }) => ({
    time: timeLabel(key ?? ''),
    unique: unique ?? 0,
    repeated: Math.max(0, (counted ?? 0) - (unique ?? 0)),
    not_counted: not_counted ?? 0,
  }));
  return (
    <BarChart
      h={CHART_HEIGHT_PX}
      data={data}
      dataKey="time"
      type="stacked"
      series={[
        { name: 'unique', label: t('chart.unique'), color: 'var(--gamma-clicks-unique)' },
        { name: 'repeated', label: t('chart.repeated'), color: 'var(--gamma-clicks-repeated)' },
        {
          name: 'not_counted',
          label: t('chart.not_counted'),
          color: 'var(--gamma-clicks-not-counted)',
        },
      ]}
      valueFormatter={formatCount}
      yAxisProps={{ width: 44, allowDecimals: false }}
      xAxisProps={{ minTickGap: 24 }}
      barChartProps={{ accessibilityLayer: false }}
      barProps={{ isAnimationActive: false }}
      maxBarWidth={28}
      gridAxis="x"
      tickLine="none"
      withLegend
      legendProps={{ verticalAlign: 'bottom', height: 52 }}
    />
  );
}
