import { THRESHOLDS } from '../../domain/fraud/signals';
import { brandWall } from './brandProgrammes';
import type { Sql } from './pool';
import type { Tenant } from './tenant';

/** Counts of orders and accounts for domain/fraud/signals.ts. Limits keep a flood of signals one page. */
export type FraudOrdersScope = {
  readonly viewer: Tenant;
  /** Undefined: of any brand (operators). */
  readonly brandId: string | undefined;
  readonly programmeId: string | undefined;
  readonly influencerId: string | undefined;
  readonly since: Date;
};

const MOST = 100;

/** $1 and $2 the wall; $3 brand, $4 programme, $5 influencer, $6 since. Credited orders only. */
const FROM = `programmes p join conversions c on c.programme_id = p.id
  where ${brandWall('p', '$1', '$2')} and ($3::text is null or p.brand_id = $3) and ($4::text is null or p.id = $4)
    and ($5::text is null or c.influencer_id = $5) and c.ordered_at >= $6
    and c.influencer_id is not null and c.state <> 'UNMATCHED'`;

const valuesOf = (scope: FraudOrdersScope): unknown[] => [
  scope.viewer.scope,
  scope.viewer.subjectId,
  scope.brandId ?? null,
  scope.programmeId ?? null,
  scope.influencerId ?? null,
  scope.since,
];

export type OrderCounts<Count> = Count & {
  readonly influencer_id: string;
  readonly programme_id: string;
  readonly from_at: Date;
  readonly to_at: Date;
};

/** Orders made within seconds of their click. An order before its click is a wrong clock, not a fast buyer. */
export async function countFastOrders(
  sql: Sql,
  scope: FraudOrdersScope,
): Promise<OrderCounts<{ readonly fast: number; readonly orders: number }>[]> {
  const { rows } = await sql.query<OrderCounts<{ fast: number; orders: number }>>(
    `select c.influencer_id, c.programme_id, count(*)::int as orders,
            (count(*) filter (where c.ordered_at >= c.clicked_at
               and c.ordered_at < c.clicked_at + make_interval(secs => $7)))::int as fast,
            min(c.ordered_at) as from_at, max(c.ordered_at) as to_at
       from ${FROM} and c.clicked_at is not null
      group by 1, 2
     having count(*) filter (where c.ordered_at >= c.clicked_at
               and c.ordered_at < c.clicked_at + make_interval(secs => $7)) >= $8
      order by fast desc, 1, 2 limit $9`,
    [...valuesOf(scope), THRESHOLDS.fast.seconds, THRESHOLDS.fast.orders, MOST],
  );
  return rows;
}

/** The fullest second of each influencer and programme. A time of exactly midnight is a date without a time. */
export async function countSameSecond(
  sql: Sql,
  scope: FraudOrdersScope,
): Promise<OrderCounts<{ readonly orders: number; readonly ofShop: number }>[]> {
  const { rows } = await sql.query<OrderCounts<{ orders: number; ofShop: number }>>(
    `with seconds as (
       select c.influencer_id, c.programme_id, date_trunc('second', c.ordered_at) as second, count(*)::int as orders
         from ${FROM}
          and (c.ordered_at at time zone 'UTC')::time not in (time '00:00', time '19:00')
        group by 1, 2, 3 having count(*) >= $7
     ), fullest as (
       select distinct on (influencer_id, programme_id) * from seconds
        order by influencer_id, programme_id, orders desc, second desc
     )
     select f.influencer_id, f.programme_id, f.orders, f.second as from_at, f.second as to_at,
            (select count(*) from conversions o where o.programme_id = f.programme_id
                and o.ordered_at >= f.second and o.ordered_at < f.second + interval '1 second')::int as "ofShop"
       from fullest f order by f.orders desc, 1, 2 limit $8`,
    [...valuesOf(scope), THRESHOLDS.sameSecond.orders, MOST],
  );
  return rows;
}

export type OrderClickRow = {
  readonly clickId: string;
  readonly influencerId: string;
  readonly programmeId: string;
  readonly clickedAt: Date;
};

/** Clicks that orders are credited to, the newest orders first. */
export async function clicksOfOrders(
  sql: Sql,
  scope: FraudOrdersScope,
  most: number,
): Promise<OrderClickRow[]> {
  const { rows } = await sql.query<OrderClickRow>(
    `select c.click_id as "clickId", c.influencer_id as "influencerId", c.programme_id as "programmeId",
            c.clicked_at as "clickedAt"
       from ${FROM} and c.click_id is not null and c.clicked_at is not null and c.clicked_at >= $6
      order by c.ordered_at desc, c.id limit $7`,
    [...valuesOf(scope), most],
  );
  return rows;
}

export type PayeeDevice = {
  readonly payees: number;
  readonly influencers: readonly string[];
  readonly from_at: Date;
  readonly to_at: Date;
};

/**
 * Networks and user agents from which several influencers set the card or account they are paid to: the evidence is
 * the audit log (/24 or /48 and the browser's name), for operators only.
 */
export async function countPayeeDevices(
  sql: Sql,
  since: Date,
  influencerId: string | undefined,
): Promise<PayeeDevice[]> {
  const { rows } = await sql.query<PayeeDevice>(
    `select count(distinct tenant_id)::int as payees, (array_agg(distinct tenant_id order by tenant_id))[1:20] as influencers,
            min(at) as from_at, max(at) as to_at
       from audit_log
      where action = 'influencer.set_instrument' and via = 'session' and at >= $1
        and ip_prefix <> '' and user_agent <> ''
      group by ip_prefix, user_agent
     having count(distinct tenant_id) >= $2 and ($3::text is null or bool_or(tenant_id = $3))
      order by 1 desc limit $4`,
    [since, THRESHOLDS.payeeDevice.payees, influencerId ?? null, MOST],
  );
  return rows;
}
