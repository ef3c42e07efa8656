import { formatTenge, type Tiyn } from '../../domain/money';
import type { OrderSums } from '../../store/postgres/brandFigures';
import { errorText } from '../../telemetry/logger';
import type { ApiDeps } from '../handler';

export const NO_ORDERS: OrderSums = {
  orders: 0,
  lost: 0,
  confirmed: 0,
  sales: 0n,
  held: 0n,
  payable: 0n,
  paid: 0n,
  cancelled: 0n,
  lastOrderAt: null,
};

const later = (a: Date | null, b: Date | null): Date | null =>
  a === null || (b !== null && b > a) ? b : a;

export const addSums = (a: OrderSums, b: OrderSums): OrderSums => ({
  orders: a.orders + b.orders,
  lost: a.lost + b.lost,
  confirmed: a.confirmed + b.confirmed,
  sales: a.sales + b.sales,
  held: a.held + b.held,
  payable: a.payable + b.payable,
  paid: a.paid + b.paid,
  cancelled: a.cancelled + b.cancelled,
  lastOrderAt: later(a.lastOrderAt, b.lastOrderAt),
});

/** Clicks by key; undefined while the click store does not answer. */
export type Clicks = ReadonlyMap<string, number> | undefined;

/** One line of a table: orders from Postgres, clicks from ClickHouse, under one key. */
export type Line = { readonly sums: OrderSums; readonly clicks: number | undefined };

const average = (total: Tiyn, count: number): string | null =>
  count === 0 ? null : formatTenge(total / BigInt(count));

export const conversionBps = ({ sums, clicks }: Line): number | null =>
  clicks === undefined || clicks === 0 ? null : Math.round((sums.orders * 10_000) / clicks);

export function figuresOf(line: Line): unknown {
  const { sums, clicks } = line;
  return {
    clicks: clicks ?? null,
    orders: sums.orders,
    orders_lost: sums.lost,
    conversion_bps: conversionBps(line),
    sales: formatTenge(sums.sales),
    average_order: average(sums.sales, sums.orders - sums.lost),
    cost: {
      held: formatTenge(sums.held),
      payable: formatTenge(sums.payable),
      paid: formatTenge(sums.paid),
      total: formatTenge(sums.held + sums.payable + sums.paid),
      cancelled: formatTenge(sums.cancelled),
    },
  };
}

export const addLines = (lines: readonly Line[], clicksKnown: boolean): Line => ({
  sums: lines.reduce((total, line) => addSums(total, line.sums), NO_ORDERS),
  clicks: clicksKnown ? lines.reduce((total, line) => total + (line.clicks ?? 0), 0) : undefined,
});

/** Every key that has orders or clicks. */
export function joinClicks(
  orders: ReadonlyMap<string, OrderSums>,
  clicks: Clicks,
): Map<string, Line> {
  const lines = new Map<string, Line>();
  for (const key of new Set([...orders.keys(), ...(clicks?.keys() ?? [])]))
    lines.set(key, {
      sums: orders.get(key) ?? NO_ORDERS,
      clicks: clicks && (clicks.get(key) ?? 0),
    });
  return lines;
}

/** Figures of money must not fail with the click store: without it clicks are unknown, and said to be. */
export async function orUnknown<T>(
  { log }: Pick<ApiDeps, 'log'>,
  asked: Promise<T> | undefined,
): Promise<T | undefined> {
  try {
    return await asked;
  } catch (thrown) {
    log.warn({ error: errorText(thrown) }, 'clicks are not known: ClickHouse does not answer');
    return undefined;
  }
}
