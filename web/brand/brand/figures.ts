import type { Figures } from './types';
import { formatCount, formatMoney, formatShare } from '../../ui/format/money';

export const METRICS = ['clicks', 'orders', 'conversion', 'sales', 'cost', 'average'] as const;
export type Metric = (typeof METRICS)[number];

export const isMetric = (value: string | null): value is Metric =>
  METRICS.some((metric) => metric === value);

/** Money metrics are decimal tenge, the others counts and shares. */
export const MONEY_METRICS: ReadonlySet<Metric> = new Set<Metric>(['sales', 'cost', 'average']);

/** Decimal tenge of a money metric; null when there is none (no orders to average). */
export function tengeOf(figures: Figures, metric: Metric): string | null {
  if (metric === 'sales') return figures.sales;
  if (metric === 'cost') return figures.cost.total;
  return metric === 'average' ? figures.average_order : null;
}

/**
 * The figure as a number for charts and comparisons only (a float is exact enough for a pixel, never for a
 * sum); null when it is not known.
 */
export function numberOf(figures: Figures, metric: Metric): number | null {
  if (metric === 'clicks') return figures.clicks;
  if (metric === 'orders') return figures.orders;
  if (metric === 'conversion') {
    return figures.conversion_bps === null ? null : figures.conversion_bps / 10_000;
  }
  const tenge = tengeOf(figures, metric);
  return tenge === null ? null : Number(tenge);
}

/** A number of `numberOf` in words, for tables and screen readers; money to the tenge. */
export function formatMetric(value: number | null, metric: Metric): string {
  if (value === null) return '—';
  if (metric === 'conversion') return formatShare(value);
  if (!MONEY_METRICS.has(metric)) return formatCount(value);
  return formatMoney(value.toFixed(2));
}

const STEPS = [
  { from: 1_000_000_000, digits: 9 },
  { from: 1_000_000, digits: 6 },
  { from: 10_000, digits: 3 },
] as const;

/** Which unit (`thousand`, `million`, `billion`) shortens an axis value, and the value in it. */
export function shortened(value: number): {
  readonly text: string;
  readonly digits: 0 | 3 | 6 | 9;
} {
  const step = STEPS.find(({ from }) => value >= from);
  if (!step) return { text: formatCount(value), digits: 0 };
  const scaled = value / 10 ** step.digits;
  const text = scaled.toFixed(scaled < 10 && scaled % 1 !== 0 ? 1 : 0).replace('.', ',');
  return { text, digits: step.digits };
}

/** Change against the former figure as a share (0.12 = +12 %); null when there is nothing to compare with. */
export function changeOf(now: number | null, before: number | null): number | null {
  if (now === null || before === null || before === 0) return null;
  return (now - before) / before;
}
