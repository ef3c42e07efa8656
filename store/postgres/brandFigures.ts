import type { Tiyn } from '../../domain/money';
import { brandWall } from './brandProgrammes';
import type { Sql } from './pool';
import type { Tenant } from './tenant';

/** Sums of the orders of a brand. Credited orders only: what matched no click was brought by nobody. */
export type OrderSums = {
  readonly orders: number;
  /** Cancelled or refused since. */
  readonly lost: number;
  readonly confirmed: number;
  readonly sales: Tiyn;
  readonly held: Tiyn;
  readonly payable: Tiyn;
  readonly paid: Tiyn;
  readonly cancelled: Tiyn;
  readonly lastOrderAt: Date | null;
};

export type FiguresScope = {
  readonly viewer: Tenant;
  readonly brandId: string;
  readonly programmeId?: string | undefined;
  readonly influencerId?: string | undefined;
  /** Half open. */
  readonly from: Date;
  readonly before: Date;
};

/** Almaty has one offset since 2024-03-01 (domain/time.ts); the days of the click rollup are the same. */
const DAY = `((c.ordered_at at time zone 'UTC') + interval '5 hours')::date`;

const CUTS = {
  day: `${DAY}::text`,
  influencer: 'c.influencer_id',
  link: 'c.link_number::text',
} as const;
export type FiguresCut = keyof typeof CUTS;

const GROUP: Readonly<Record<FiguresCut, string>> = {
  day: DAY,
  influencer: 'c.influencer_id',
  link: 'c.link_number',
};

const SUMS = `count(*)::int as orders,
  count(*) filter (where c.state in ('CANCELLED', 'REFUSED'))::int as lost,
  count(*) filter (where c.state in ('PAYABLE', 'PAID'))::int as confirmed,
  coalesce(sum(c.sale_tiyn) filter (where c.state not in ('CANCELLED', 'REFUSED')), 0)::bigint as sales,
  coalesce(sum(c.gross_tiyn) filter (where c.state in ('RECEIVED', 'HELD', 'REVIEW')), 0)::bigint as held,
  coalesce(sum(c.gross_tiyn) filter (where c.state = 'PAYABLE'), 0)::bigint as payable,
  coalesce(sum(c.gross_tiyn) filter (where c.state = 'PAID'), 0)::bigint as paid,
  coalesce(sum(c.gross_tiyn) filter (where c.state = 'CANCELLED'), 0)::bigint as cancelled,
  max(c.ordered_at) as "lastOrderAt"`;

/** Every condition and sum reads columns of the index conversions_programme, so the rows are not visited. */
const FROM = `from programmes p join conversions c on c.programme_id = p.id
  where p.brand_id = $1 and ${brandWall('p', '$2', '$3')}
    and ($4::text is null or p.id = $4) and ($5::text is null or c.influencer_id = $5)
    and c.ordered_at >= $6 and c.ordered_at < $7 and c.state <> 'UNMATCHED'`;

const valuesOf = (scope: FiguresScope): unknown[] => [
  scope.brandId,
  scope.viewer.scope,
  scope.viewer.subjectId,
  scope.programmeId ?? null,
  scope.influencerId ?? null,
  scope.from,
  scope.before,
];

/** Sums by day (`YYYY-MM-DD`, Almaty), influencer id or link number; only keys with orders. */
export async function sumOrders(
  sql: Sql,
  scope: FiguresScope,
  cut: FiguresCut,
): Promise<Map<string, OrderSums>> {
  const { rows } = await sql.query<OrderSums & { key: string | null }>(
    `select ${CUTS[cut]} as key, ${SUMS} ${FROM} group by ${GROUP[cut]}`,
    valuesOf(scope),
  );
  return new Map(rows.map(({ key, ...sums }) => [key ?? '', sums]));
}

export type CreditedClickKey = {
  readonly clickId: string;
  readonly influencerId: string;
  readonly clickedAt: Date;
};

/** Each order with the click it is credited to; undefined when there are more than `most`. */
export async function creditedClicks(
  sql: Sql,
  scope: FiguresScope,
  most: number,
): Promise<(OrderSums & { readonly click: CreditedClickKey | undefined })[] | undefined> {
  const { rows } = await sql.query<
    OrderSums & { clickId: string | null; influencerId: string; clickedAt: Date | null }
  >(
    `select c.click_id as "clickId", c.influencer_id as "influencerId", c.clicked_at as "clickedAt", ${SUMS}
       ${FROM} group by c.id limit $8`,
    [...valuesOf(scope), most + 1],
  );
  if (rows.length > most) return undefined;
  return rows.map(({ clickId, influencerId, clickedAt, ...sums }) => ({
    ...sums,
    click:
      clickId !== null && clickedAt !== null ? { clickId, influencerId, clickedAt } : undefined,
  }));
}

/** The page each link leads to; links to any page of the shop have none. */
export async function targetsOf(
  sql: Sql,
  numbers: readonly number[],
): Promise<Map<number, string | null>> {
  const { rows } = await sql.query<{ number: number; target_url: string | null }>(
    'select number, target_url from links where number = any ($1::int[])',
    [numbers],
  );
  return new Map(rows.map((row) => [row.number, row.target_url]));
}

export type Person = { readonly id: string; readonly ref: string; readonly display_name: string };

/** Name and handle only: the rest of a person is not the brand's business. */
export async function readPeople(
  sql: Sql,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Person>> {
  const { rows } = await sql.query<Person>(
    'select id, ref, display_name from influencers where id = any ($1::text[])',
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** An influencer who has a link of one of the brand's programmes; anybody else does not exist for it. */
export async function findBrandInfluencer(
  sql: Sql,
  viewer: Tenant,
  brandId: string,
  influencerId: string,
): Promise<Person | undefined> {
  const { rows } = await sql.query<Person>(
    `select i.id, i.ref, i.display_name from influencers i
      where i.id = $1 and exists (
        select from links l join programmes p on p.id = l.programme_id
         where l.influencer_id = i.id and p.brand_id = $2 and ${brandWall('p', '$3', '$4')})`,
    [influencerId, brandId, viewer.scope, viewer.subjectId],
  );
  return rows[0];
}
