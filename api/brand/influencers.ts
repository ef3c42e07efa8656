import {
  findBrandInfluencer,
  readPeople,
  sumOrders,
  type OrderSums,
  type Person,
} from '../../store/postgres/brandFigures';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Handler } from '../handler';
import { pageOf } from '../page';
import { addLines, conversionBps, figuresOf, joinClicks, NO_ORDERS, type Line } from './figures';
import { clicksBy, productRows, scopesOf, seriesOf, topRows } from './overview';
import { recentPeriod } from './period';
import { brandOf, readTypedPage } from './scope';

const approvalBps = ({ confirmed, lost }: OrderSums): number | null =>
  confirmed + lost === 0 ? null : Math.round((confirmed * 10_000) / (confirmed + lost));

/** What a list is sorted by, as a whole number; what is not known comes last. */
const SORTS: Readonly<Record<string, (line: Line) => bigint>> = {
  sales: ({ sums }) => sums.sales,
  orders: ({ sums }) => BigInt(sums.orders),
  clicks: ({ clicks }) => BigInt(clicks ?? -1),
  conversion: (line) => BigInt(conversionBps(line) ?? -1),
  cost: ({ sums }) => sums.held + sums.payable + sums.paid,
  approval: ({ sums }) => BigInt(approvalBps(sums) ?? -1),
  last_order: ({ sums }) => BigInt(sums.lastOrderAt?.getTime() ?? -1),
};

const influencerView = (id: string, line: Line, person: Person | undefined): unknown => ({
  id,
  ref: person?.ref ?? '',
  display_name: person?.display_name ?? '',
  figures: figuresOf(line),
  approval_bps: approvalBps(line.sums),
  last_order_at: line.sums.lastOrderAt,
});

type Ranked = { readonly id: string; readonly line: Line; readonly rank: bigint };

const comesBefore = (a: Pick<Ranked, 'rank' | 'id'>, b: Pick<Ranked, 'rank' | 'id'>): boolean =>
  a.rank !== b.rank ? a.rank > b.rank : a.id < b.id;

/** Sorted here: half of what people sort by stands in the other store. A brand has thousands at most. */
function ranked(lines: ReadonlyMap<string, Line>, sort: string): Ranked[] {
  const rankOf = SORTS[sort] ?? SORTS['sales']!;
  return [...lines]
    .map(([id, line]) => ({ id, line, rank: rankOf(line) }))
    .sort((a, b) => (comesBefore(a, b) ? -1 : 1));
}

export const listBrandInfluencers: Handler = async (deps, call, viewer) => {
  const brand = await brandOf(deps, call, viewer);
  if (!brand.ok) return brand.error;
  const period = recentPeriod(call.query, deps.now());
  if (!period.ok) return period.error;
  const page = readTypedPage(call.query, ['number', 'id']);
  if (!page.ok) return page.error;
  const programmeId = call.query.get('programme_id');
  const scopes = await scopesOf(deps, { viewer, brandId: brand.value, programmeId }, period.value);
  const [orders, clicks] = await Promise.all([
    sumOrders(deps.pool, scopes.orders, 'influencer'),
    clicksBy(deps, scopes, 'influencer'),
  ]);
  const all = ranked(joinClicks(orders, clicks), call.query.get('sort') ?? 'sales');
  const [rank, id] = page.value.after ?? [];
  const last = rank === undefined || id === undefined ? undefined : { rank: BigInt(rank), id };
  const rows = (last ? all.filter((row) => comesBefore(last, row)) : all).slice(
    0,
    page.value.limit + 1,
  );
  const people = await readPeople(
    deps.pool,
    rows.map((row) => row.id),
  );
  return jsonAnswer(200, {
    ...pageOf(
      rows,
      page.value,
      (row) => [row.rank.toString(), row.id],
      (row) => influencerView(row.id, row.line, people.get(row.id)),
    ),
    from: period.value.from,
    to: period.value.to,
    clicks_known: clicks !== undefined,
  });
};

export const getBrandInfluencer: Handler = async (deps: ApiDeps, call, viewer) => {
  const brand = await brandOf(deps, call, viewer);
  if (!brand.ok) return brand.error;
  const period = recentPeriod(call.query, deps.now());
  if (!period.ok) return period.error;
  const influencerId = call.params['influencerId'] ?? '';
  const person = await findBrandInfluencer(deps.pool, viewer, brand.value, influencerId);
  if (!person) return { problem: 'influencer_not_found' };
  const base = { viewer, brandId: brand.value, influencerId };
  const scopes = await scopesOf(deps, base, period.value);
  const [orders, clicks, products] = await Promise.all([
    sumOrders(deps.pool, scopes.orders, 'day'),
    clicksBy(deps, scopes, 'day'),
    productRows(deps, scopes),
  ]);
  const known = clicks !== undefined;
  const days = [...joinClicks(orders, clicks).values()];
  const total =
    days.length > 0 ? addLines(days, known) : { sums: NO_ORDERS, clicks: known ? 0 : undefined };
  return jsonAnswer(200, {
    influencer: influencerView(influencerId, total, person),
    from: period.value.from,
    to: period.value.to,
    clicks_known: known,
    series: seriesOf(period.value, orders, clicks).series,
    products: topRows(products, known).rows,
  });
};
