import {
  countClicks,
  countClicksBySource,
  sourcesOfClicks,
  type ClickCut,
  type ClickScope,
} from '../../store/clickhouse/brandReports';
import {
  creditedClicks,
  readPeople,
  sumOrders,
  targetsOf,
  type FiguresScope,
  type OrderSums,
} from '../../store/postgres/brandFigures';
import { programmeIdsOf } from '../../store/postgres/brandProgrammes';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Handler } from '../handler';
import {
  addLines,
  addSums,
  figuresOf,
  joinClicks,
  NO_ORDERS,
  orUnknown,
  type Clicks,
  type Line,
} from './figures';
import { previousPeriod, recentPeriod, type Period } from './period';
import { brandOf } from './scope';

/** Rows shown; the others are summed up as `rest`. */
const TOP = 10;
/** By source each order's click is looked up: more than this would make a person wait. */
const MAX_TRACED = 5_000;

export type Scopes = { readonly orders: FiguresScope; readonly clicks: ClickScope };
type Labelled = { readonly key: string | null; readonly label: string | null; readonly line: Line };

export async function scopesOf(
  { pool }: ApiDeps,
  base: Omit<FiguresScope, 'from' | 'before'>,
  period: Pick<Period, 'from' | 'to' | 'start' | 'end'>,
): Promise<Scopes> {
  const { viewer, brandId, programmeId, influencerId } = base;
  const programmeIds = await programmeIdsOf(pool, viewer, brandId, programmeId);
  return {
    orders: { ...base, from: period.start, before: period.end },
    clicks: { programmeIds, influencerId, from: period.from, to: period.to },
  };
}

/** Undefined when the click store does not answer, or when there is none. */
export const clicksBy = (deps: ApiDeps, scopes: Scopes, cut: ClickCut): Promise<Clicks> =>
  orUnknown(deps, deps.clickhouse && countClicks(deps.clickhouse, scopes.clicks, cut));

const dayLine = (orders: ReadonlyMap<string, OrderSums>, clicks: Clicks, day: string): Line => ({
  sums: orders.get(day) ?? NO_ORDERS,
  clicks: clicks && (clicks.get(day) ?? 0),
});

export function seriesOf(
  { days }: Period,
  orders: ReadonlyMap<string, OrderSums>,
  clicks: Clicks,
): { readonly total: unknown; readonly series: unknown[] } {
  const lines = days.map((day) => dayLine(orders, clicks, day));
  return {
    total: figuresOf(addLines(lines, clicks !== undefined)),
    series: days.map((day, i) => ({ day, figures: figuresOf(lines[i]!) })),
  };
}

const bySales = (a: Labelled, b: Labelled): number => {
  const sales = b.line.sums.sales - a.line.sums.sales;
  if (sales !== 0n) return sales > 0n ? 1 : -1;
  return (
    b.line.sums.orders - a.line.sums.orders ||
    (b.line.clicks ?? 0) - (a.line.clicks ?? 0) ||
    ((a.key ?? '') < (b.key ?? '') ? -1 : 1)
  );
};

export function topRows(
  rows: readonly Labelled[],
  clicksKnown: boolean,
  top = TOP,
): { readonly rows: unknown[]; readonly rest: unknown } {
  const sorted = [...rows].sort(bySales);
  const rest = sorted.slice(top).map((row) => row.line);
  return {
    rows: sorted
      .slice(0, top)
      .map(({ key, label, line }) => ({ key, label, figures: figuresOf(line) })),
    rest: rest.length === 0 ? null : figuresOf(addLines(rest, clicksKnown)),
  };
}

async function influencerRows(deps: ApiDeps, scopes: Scopes): Promise<Labelled[]> {
  const [orders, clicks] = await Promise.all([
    sumOrders(deps.pool, scopes.orders, 'influencer'),
    clicksBy(deps, scopes, 'influencer'),
  ]);
  const lines = joinClicks(orders, clicks);
  const people = await readPeople(deps.pool, [...lines.keys()]);
  return [...lines].map(([key, line]) => ({
    key,
    label: people.get(key)?.display_name ?? null,
    line,
  }));
}

/** Links that lead to one page are one product; links to any page of the shop are together under null. */
export async function productRows(deps: ApiDeps, scopes: Scopes): Promise<Labelled[]> {
  const [orders, clicks] = await Promise.all([
    sumOrders(deps.pool, scopes.orders, 'link'),
    clicksBy(deps, scopes, 'link'),
  ]);
  const lines = joinClicks(orders, clicks);
  const targets = await targetsOf(deps.pool, [...lines.keys()].filter(Boolean).map(Number));
  const products = new Map<string | null, Line[]>();
  for (const [number, line] of lines) {
    const target = targets.get(Number(number)) ?? null;
    products.set(target, [...(products.get(target) ?? []), line]);
  }
  return [...products].map(([key, own]) => ({
    key,
    label: key === null ? null : pageName(key),
    line: addLines(own, clicks !== undefined),
  }));
}

const pageName = (address: string): string =>
  address.replace(/^https:\/\//, '').replace(/[?#].*$/, '');

type SourceRows = { readonly rows: Labelled[]; readonly partial: boolean };

async function sourceRows(deps: ApiDeps, scopes: Scopes): Promise<SourceRows> {
  const { clickhouse, pool } = deps;
  const [traced, clicks] = await Promise.all([
    creditedClicks(pool, scopes.orders, MAX_TRACED),
    orUnknown(deps, clickhouse && countClicksBySource(clickhouse, scopes.clicks)),
  ]);
  const asked = (traced ?? []).flatMap(({ click }) => (click ? [click] : []));
  const sources =
    traced && clicks && clickhouse
      ? await orUnknown(deps, sourcesOfClicks(clickhouse, asked))
      : undefined;
  const orders = new Map<string, OrderSums>();
  if (traced && sources) {
    for (const { click, ...sums } of traced) {
      const source = (click && sources.get(click.clickId)) ?? 'unknown';
      orders.set(source, addSums(orders.get(source) ?? NO_ORDERS, sums));
    }
  } else {
    const days = await sumOrders(pool, scopes.orders, 'day');
    const all = [...days.values()].reduce(addSums, NO_ORDERS);
    if (all.orders > 0) orders.set('unknown', all);
  }
  const rows = [...joinClicks(orders, clicks)].map(([key, line]) => ({ key, label: null, line }));
  return { rows, partial: sources === undefined };
}

async function breakdown(
  deps: ApiDeps,
  by: string,
  scopes: Scopes,
  clicksKnown: boolean,
): Promise<{ rows: unknown[]; rest: unknown; rows_partial: boolean }> {
  if (by === 'influencer')
    return { ...topRows(await influencerRows(deps, scopes), clicksKnown), rows_partial: false };
  if (by === 'product')
    return { ...topRows(await productRows(deps, scopes), clicksKnown), rows_partial: false };
  if (by === 'source') {
    const { rows, partial } = await sourceRows(deps, scopes);
    return { ...topRows(rows, clicksKnown), rows_partial: partial };
  }
  return { rows: [], rest: null, rows_partial: false };
}

export const getBrandOverview: Handler = async (deps, call, viewer) => {
  const brand = await brandOf(deps, call, viewer);
  if (!brand.ok) return brand.error;
  const period = recentPeriod(call.query, deps.now());
  if (!period.ok) return period.error;
  const compare = call.query.get('compare') === 'previous';
  const by = call.query.get('by') ?? 'day';
  const programmeId = call.query.get('programme_id');
  const base = { viewer, brandId: brand.value, programmeId };
  const before = compare ? previousPeriod(period.value) : undefined;
  // One scan for both periods: they lie side by side.
  const first = before ?? period.value;
  const [both, own] = await Promise.all([
    scopesOf(deps, base, { ...period.value, from: first.from, start: first.start }),
    scopesOf(deps, base, period.value),
  ]);
  const [orders, clicks] = await Promise.all([
    sumOrders(deps.pool, both.orders, 'day'),
    clicksBy(deps, both, 'day'),
  ]);
  const current = seriesOf(period.value, orders, clicks);
  const previous = before && seriesOf(before, orders, clicks);
  return jsonAnswer(200, {
    from: period.value.from,
    to: period.value.to,
    programme_id: programmeId ?? null,
    clicks_known: clicks !== undefined,
    total: current.total,
    previous: previous?.total ?? null,
    series: current.series,
    previous_series: previous?.series ?? null,
    by,
    ...(await breakdown(deps, by, own, clicks !== undefined)),
  });
};
