import type { Tiyn } from '../../domain/money';
import { brandWall } from './brandProgrammes';
import type { Page } from './page';
import type { Sql } from './pool';
import type { Tenant } from './tenant';

export type BrandOrder = {
  readonly id: string;
  readonly programme_id: string;
  readonly transaction_id: string;
  readonly event: string;
  readonly state: string;
  readonly reason_code: string | null;
  readonly order_status: string;
  readonly sale_tiyn: Tiyn;
  readonly gross_tiyn: Tiyn | null;
  readonly influencer_id: string | null;
  readonly influencer_ref: string | null;
  readonly influencer_name: string | null;
  readonly clicked_at: Date | null;
  readonly ordered_at: Date;
  readonly received_at: Date;
  readonly updated_at: Date;
  readonly held_until: Date | null;
  /** ordered_at to the microsecond: a JavaScript date would lose what tells two rows apart. */
  readonly ordered_key: string;
};

/** What a list, an export or a decision by filter is about; everything left out is not asked. */
export type OrderFilter = {
  readonly state?: string | undefined;
  readonly orderStatus?: string | undefined;
  readonly programmeId?: string | undefined;
  /** Id or ref. */
  readonly influencer?: string | undefined;
  /** Start of a transaction id, or a conversion id. */
  readonly query?: string | undefined;
  /** Half open. */
  readonly orderedFrom?: Date | undefined;
  readonly orderedBefore?: Date | undefined;
  readonly minSale?: Tiyn | undefined;
  readonly maxSale?: Tiyn | undefined;
  /** Only what a person may still decide about, in one of these order statuses. */
  readonly undecided?: readonly string[] | undefined;
};

export const ORDER_SORTS = ['-ordered_at', 'ordered_at', '-sale', 'sale'] as const;
export type OrderSort = (typeof ORDER_SORTS)[number];

type Scoped = { readonly viewer: Tenant; readonly brandId: string; readonly filter: OrderFilter };

/** Values are bound one by one; only conditions asked for become part of the text, so plans stay simple. */
class Conditions {
  readonly values: unknown[] = [];
  readonly programme: string[] = [];
  readonly order: string[] = [];

  bind(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  add(value: unknown, condition: (param: string) => string): void {
    if (value !== undefined) this.order.push(condition(this.bind(value)));
  }
}

function conditionsOf({ viewer, brandId, filter }: Scoped): Conditions {
  const found = new Conditions();
  found.programme.push(`p.brand_id = ${found.bind(brandId)}`);
  found.programme.push(brandWall('p', found.bind(viewer.scope), found.bind(viewer.subjectId)));
  if (filter.programmeId !== undefined)
    found.programme.push(`p.id = ${found.bind(filter.programmeId)}`);
  found.add(filter.state, (at) => `c.state = ${at}`);
  found.add(filter.orderStatus, (at) => `c.order_status = ${at}`);
  found.add(
    filter.influencer,
    (at) => `c.influencer_id = (select id from influencers where id = ${at} or ref = ${at})`,
  );
  found.add(filter.query, (at) => `(c.id = ${at} or starts_with(c.transaction_id, ${at}))`);
  found.add(filter.orderedFrom, (at) => `c.ordered_at >= ${at}::timestamptz`);
  found.add(filter.orderedBefore, (at) => `c.ordered_at < ${at}::timestamptz`);
  found.add(filter.minSale, (at) => `c.sale_tiyn >= ${at}::bigint`);
  found.add(filter.maxSale, (at) => `c.sale_tiyn <= ${at}::bigint`);
  found.add(
    filter.undecided,
    (at) => `c.state in ('RECEIVED', 'HELD', 'REVIEW') and c.order_status = any (${at}::text[])`,
  );
  return found;
}

const ORDER_BY: Readonly<Record<OrderSort, { by: string; compare: string; type: string }>> = {
  '-ordered_at': { by: 'ordered_at desc, id desc', compare: '<', type: 'timestamptz' },
  ordered_at: { by: 'ordered_at, id', compare: '>', type: 'timestamptz' },
  '-sale': { by: 'sale_tiyn desc, id desc', compare: '<', type: 'bigint' },
  sale: { by: 'sale_tiyn, id', compare: '>', type: 'bigint' },
};

/** The sort key of a row as the cursor carries it. */
export const orderKeys = (order: BrandOrder, sort: OrderSort): [string, string] => [
  sort.endsWith('sale') ? order.sale_tiyn.toString() : order.ordered_key,
  order.id,
];

/**
 * A page of orders; limit + 1 rows. Each programme gives its own first rows by its own index and the few are
 * merged: one scan over "any of these programmes" would have to sort all of them. Ids first, rows after: the
 * index conversions_programme holds what most filters and both sorts read.
 */
export async function listBrandOrders(
  sql: Sql,
  scoped: Scoped,
  sort: OrderSort,
  page: Page,
): Promise<BrandOrder[]> {
  const found = conditionsOf(scoped);
  const { by, compare, type } = ORDER_BY[sort];
  const column = sort.endsWith('sale') ? 'sale_tiyn' : 'ordered_at';
  if (page.after)
    found.order.push(
      `(c.${column}, c.id) ${compare} (${found.bind(page.after[0])}::${type}, ${found.bind(page.after[1])})`,
    );
  const limit = found.bind(page.limit + 1);
  const where = ['c.programme_id = p.id', ...found.order].join(' and ');
  const { rows } = await sql.query<BrandOrder>(
    `select o.id, o.programme_id, o.transaction_id, o.event, o.state, o.reason_code, o.order_status, o.sale_tiyn,
            o.gross_tiyn, o.influencer_id, i.ref as influencer_ref, i.display_name as influencer_name, o.clicked_at,
            o.ordered_at, o.received_at, o.updated_at, o.held_until,
            to_char(o.ordered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as ordered_key
       from (
         select m.* from programmes p
          cross join lateral (
            select c.id, c.${column} from conversions c where ${where} order by ${by} limit ${limit}
          ) m
          where ${found.programme.join(' and ')}
          order by ${by} limit ${limit}
       ) page
       join conversions o using (id)
       left join influencers i on i.id = o.influencer_id
      order by o.${by.replace(', ', ', o.')}`,
    found.values,
  );
  return rows;
}

/** Counts no further than `most` + 1: enough to refuse an export that would be too large. */
export async function countBrandOrders(sql: Sql, scoped: Scoped, most: number): Promise<number> {
  const found = conditionsOf(scoped);
  const where = [...found.programme, ...found.order].join(' and ');
  const { rows } = await sql.query<{ count: number }>(
    `select count(*)::int as count from (
       select from programmes p join conversions c on c.programme_id = p.id where ${where} limit ${found.bind(most + 1)}
     ) counted`,
    found.values,
  );
  return rows[0]?.count ?? 0;
}
