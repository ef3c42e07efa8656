import '@mantine/charts/styles.layer.css';
import { AreaChart } from '@mantine/charts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { formatShortDate } from '../../../ui/format/dates';
import { formatCount } from '../../../ui/format/money';
import { CHART_HEIGHT_PX } from '../charts/ChartCard';
import { shortened } from '../figures';
import type { ClickItem } from './useClicks';

/** Clicks by day: those that count, each visitor once, and those that do not count (dashed). */
export default function ClicksChart({ days }: { days: readonly ClickItem[] }): ReactNode {
  const { t } = useTranslation(['clicks', 'brand']);
  const axis = (value: number): string => {
    const { text, digits } = shortened(value);
    return digits === 0 ? text : t(`axis.${digits}`, { ns: 'brand', value: text });
  };
  return (
    <AreaChart
      h={CHART_HEIGHT_PX}
      data={days.map(({ key, counted, unique, not_counted }) => ({
        day: formatShortDate(key ?? ''),
        counted,
        unique,
        not_counted,
      }))}
      dataKey="day"
      series={[
        { name: 'counted', label: t('figure.counted'), color: 'var(--gamma-chart-now)' },
        { name: 'unique', label: t('figure.unique'), color: 'var(--gamma-chart-unique)' },
        {
          name: 'not_counted',
          label: t('figure.not_counted'),
          color: 'var(--gamma-chart-before)',
          strokeDasharray: '5 5',
        },
      ]}
      valueFormatter={formatCount}
      yAxisProps={{ tickFormatter: axis, width: 64, allowDecimals: false }}
      xAxisProps={{ minTickGap: 28 }}
      areaChartProps={{ accessibilityLayer: false }}
      areaProps={({ name }) => ({
        isAnimationActive: false,
        ...(name === 'counted' ? {} : { fillOpacity: 0 }),
      })}
      withDots={days.length < 2}
      curveType="monotone"
      strokeWidth={2}
      fillOpacity={0.16}
      gridAxis="x"
      tickLine="none"
      withLegend
      legendProps={{ verticalAlign: 'bottom', height: 32 }}
    />
  );
}
