import { linkName } from '../../domain/links/name';
import { formatTenge } from '../../domain/money';
import {
  countBy,
  type StatisticsCut,
  type StatisticsScope,
} from '../../store/clickhouse/statistics';
import { readPeople } from '../../store/postgres/brandFigures';
import { namesOfLinks, namesOfProgrammes, type ShopOrders } from '../../store/postgres/clickNames';
import { orUnknown } from '../brand/figures';
import type { Period } from '../brand/period';
import type { ApiDeps } from '../handler';
import type { Viewer } from '../access/viewer';
import { figuresView, NO_CLICKS, sumOf, type Known } from './figures';
import { hoursOf } from './period';
import { reasonView } from './reasons';

/** What is asked: whose clicks, cut by what, in which days, and how many keys at most. */
export type Question = {
  readonly viewer: Viewer;
  readonly scope: Omit<StatisticsScope, 'from' | 'to'>;
  readonly cut: StatisticsCut;
  readonly period: Period;
  readonly most: number;
  /** Orders beside the clicks of each shop, for the influencer who brought them. */
  readonly shops?: ReadonlyMap<string, ShopOrders>;
};

export type Item = {
  readonly key: string | null;
  readonly label: string | null;
  readonly clicks: number | null;
  readonly counted: number | null;
  readonly unique: number | null;
  readonly not_counted: number | null;
  readonly [more: string]: unknown;
};

export type Statistics = {
  readonly clicks_known: boolean;
  readonly total: unknown;
  readonly reasons: readonly unknown[];
  readonly items: readonly Item[];
  readonly rest: unknown;
};

type Words = { readonly key: string | null; readonly label: string | null };

/** Link numbers become ids here; names come from behind the tenant wall, and what it hides has none. */
async function wordsOf(
  { pool }: ApiDeps,
  { viewer, cut }: Question,
  keys: readonly string[],
): Promise<(key: string) => Words> {
  if (cut === 'link') {
    const links = await namesOfLinks(pool, viewer, keys.map(Number));
    return (key) => {
      const link = links.get(Number(key));
      if (!link) return { key: null, label: null };
      const { title, target_url: targetUrl, programme_name: programme } = link;
      return { key: link.id, label: linkName({ title, targetUrl, programme }) };
    };
  }
  if (cut === 'programme') {
    const names = await namesOfProgrammes(pool, viewer, keys);
    return (key) => ({ key, label: names.get(key) ?? null });
  }
  if (cut === 'influencer') {
    const people = await readPeople(pool, keys);
    return (key) => ({ key, label: people.get(key)?.display_name ?? null });
  }
  return (key) => ({ key: key === '' ? null : key, label: null });
}

const perHundred = (shop: ShopOrders, counted: number | undefined): string | null =>
  counted === undefined || counted === 0
    ? null
    : formatTenge((shop.earned * 100n) / BigInt(counted));

/** What stands beside the clicks of a key, for the two cuts that have more to say. */
function extras({ cut, shops }: Question, key: string, counted: number | undefined): object {
  if (cut === 'reason') return { reason: reasonView(key) };
  if (!shops) return {};
  const shop = shops.get(key) ?? { orders: 0, earned: 0n };
  return {
    orders: shop.orders,
    earned: formatTenge(shop.earned),
    earned_per_100_clicks: perHundred(shop, counted),
  };
}

/** Every day and hour is there, empty ones too; every shop with orders, clicked or not. */
function keysOf({ cut, period, shops }: Question, found: Known, nowMs: number): string[] {
  if (cut === 'day') return [...period.days];
  if (cut === 'hour') return hoursOf(period, nowMs);
  return [...new Set([...(found?.keys() ?? []), ...(shops?.keys() ?? [])])];
}

export async function statisticsOf(deps: ApiDeps, question: Question): Promise<Statistics> {
  const { clickhouse } = deps;
  const { cut, period, most } = question;
  const scope = { ...question.scope, from: period.from, to: period.to };
  const serial = cut === 'day' || cut === 'hour';
  const asked = serial ? 10_000 : most + 1;
  const [byReason, found] = await orUnknown(
    deps,
    clickhouse &&
      Promise.all([
        countBy(clickhouse, scope, 'reason', 1_000),
        countBy(clickhouse, scope, cut, asked),
      ]),
  ).then((both) => both ?? [undefined, undefined]);
  const total = byReason && sumOf(byReason.values());
  const keys = keysOf(question, found, deps.now()).slice(0, serial ? undefined : most);
  const words = await wordsOf(deps, question, keys);
  const items = keys.map((key): Item => {
    const figures = found && (found.get(key) ?? NO_CLICKS);
    const {
      clicks = null,
      counted = null,
      unique = null,
      not_counted = null,
    } = figuresView(figures);
    return {
      ...words(key),
      clicks,
      counted,
      unique,
      not_counted,
      ...extras(question, key, figures?.counted),
    };
  });
  const shown = sumOf(keys.flatMap((key) => found?.get(key) ?? []));
  const rest = total && {
    clicks: total.clicks - shown.clicks,
    counted: total.counted - shown.counted,
    unique: total.unique - shown.unique,
  };
  return {
    clicks_known: total !== undefined,
    total: figuresView(total),
    reasons: [...(byReason ?? [])]
      .filter(([code]) => code !== '')
      .map(([code, { clicks }]) => ({ reason: reasonView(code), clicks })),
    items,
    rest: serial || !rest || rest.clicks <= 0 ? null : figuresView(rest),
  };
}
