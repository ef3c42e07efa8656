import '@mantine/charts/styles.layer.css';
import { AreaChart } from '@mantine/charts';
import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { formatShortDate } from '../../../ui/format/dates';
import { formatCount } from '../../../ui/format/money';
import { CHART_HEIGHT_PX } from '../charts/ChartCard';
import classes from './ClicksChart.module.css';
import { shortened } from '../figures';
import type { ClickItem } from './useClicks';

const LEGEND_PX = 32;

const LINES = [
  { name: 'counted', color: 'var(--gamma-chart-now)' },
  { name: 'unique', color: 'var(--gamma-chart-unique)', strokeDasharray: '2 3' },
  { name: 'not_counted', color: 'var(--gamma-chart-before)', strokeDasharray: '6 5' },
] as const;

/** In the order of the lines and whole on a phone, which the chart's own legend is not. */
function Legend(): ReactNode {
  const { t } = useTranslation('clicks');
  return (
    <Group gap="md" justify="center" h={LEGEND_PX} wrap="nowrap">
      {LINES.map((line) => (
        <span key={line.name} className={classes.legend}>
          <svg width="16" height="4" aria-hidden>
            <path
              d="M0 2H16"
              stroke={line.color}
              strokeWidth="3"
              strokeDasharray={'strokeDasharray' in line ? line.strokeDasharray : undefined}
            />
          </svg>
          {t(`figure.${line.name}`)}
        </span>
      ))}
    </Group>
  );
}

/** Clicks by day: those that count, each visitor once, and those that do not count (dashed). */
export default function ClicksChart({ days }: { days: readonly ClickItem[] }): ReactNode {
  const { t } = useTranslation(['clicks', 'brand']);
  const axis = (value: number): string => {
    const { text, digits } = shortened(value);
    return digits === 0 ? text : t(`axis.${digits}`, { ns: 'brand', value: text });
  };
  return (
    <>
      <AreaChart
        h={CHART_HEIGHT_PX - LEGEND_PX}
        data={days.map(({ key, counted, unique, not_counted }) => ({
          day: formatShortDate(key ?? ''),
          counted,
          unique,
          not_counted,
        }))}
        dataKey="day"
        series={LINES.map((line) => ({ ...line, label: t(`figure.${line.name}`) }))}
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
      />
      <Legend />
    </>
  );
}
