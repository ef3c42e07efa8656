import type { ConversionState } from '../../domain/conversions/state';
import type { Tiyn } from '../../domain/money';
import { fromMicros, toMicros } from './moments';
import type { Page } from './page';
import type { Sql } from './pool';
import type { Tenant } from './tenant';

/** Orders credited to an influencer, as that person sees them: no click ids, nothing of the buyer. */
export type OwnOrder = {
  readonly id: string;
  readonly programme_id: string;
  readonly programme_name: string;
  readonly link_id: string | null;
  readonly link_title: string | null;
  readonly target_url: string | null;
  readonly state: ConversionState;
  readonly reason_code: string | null;
  readonly sale_tiyn: Tiyn;
  readonly gross_tiyn: Tiyn | null;
  readonly fee_tiyn: Tiyn | null;
  readonly payable_tiyn: Tiyn | null;
  readonly clicked_at: Date | null;
  readonly ordered_at: Date;
  readonly received_at: Date;
  readonly received_key: string;
  readonly held_until: Date | null;
};

const COLUMNS = `c.id, c.programme_id, p.name as programme_name, l.id as link_id, l.title as link_title, l.target_url,
  c.state, c.reason_code, c.sale_tiyn, c.gross_tiyn, c.fee_tiyn, c.payable_tiyn, c.clicked_at, c.ordered_at,
  c.received_at, ${toMicros('c.received_at')} as received_key, c.held_until`;
const JOINS = `join programmes p on p.id = c.programme_id left join links l on l.number = c.link_number`;
const WALL = `c.influencer_id = $1 and ($2::text = 'ops' or ($2::text = 'influencer' and $3::text = $1))`;

export type OwnOrderFilter = {
  readonly state: string | undefined;
  readonly linkId: string | undefined;
};

/**
 * Newest first by when they reached us, which never changes; keys of a page: received_key, id. A condition stands
 * only when it is wanted, because one with "state or any" would be planned without the index of states.
 */
export async function listOwnOrders(
  sql: Sql,
  viewer: Tenant,
  influencerId: string,
  filter: OwnOrderFilter,
  page: Page,
): Promise<OwnOrder[]> {
  const values: unknown[] = [
    influencerId,
    viewer.scope,
    viewer.subjectId,
    page.after?.[0] ?? null,
    page.after?.[1] ?? null,
    page.limit + 1,
  ];
  const bound = (value: unknown): string => `$${values.push(value)}::text`;
  const ofState = filter.state === undefined ? '' : `and c.state = ${bound(filter.state)}`;
  const ofLink =
    filter.linkId === undefined
      ? ''
      : `and c.link_number = (select number from links where id = ${bound(filter.linkId)} and influencer_id = $1)`;
  const { rows } = await sql.query<OwnOrder>(
    `select ${COLUMNS} from conversions c ${JOINS}
      where ${WALL} ${ofState} ${ofLink}
        and ($4::bigint is null or (c.received_at, c.id) < (${fromMicros('$4')}, $5::text))
      order by c.received_at desc, c.id desc limit $6`,
    values,
  );
  return rows;
}

export type OrderDay = { readonly date: string; readonly orders: number; readonly earned: Tiyn };

/** Orders that count by the Almaty day (`YYYY-MM-DD`) they reached us on; days without any are not there. */
export async function countOrdersByDay(
  sql: Sql,
  influencerId: string,
  since: Date,
  linkNumber: number | undefined,
): Promise<OrderDay[]> {
  const { rows } = await sql.query<OrderDay>(
    `select to_char(received_at at time zone 'Asia/Almaty', 'YYYY-MM-DD') as date, count(*)::int as orders,
            coalesce(sum(payable_tiyn) filter (where state in ('HELD', 'PAYABLE', 'PAID')), 0)::bigint as earned
       from conversions
      where influencer_id = $1 and received_at >= $2 and state not in ('CANCELLED', 'REFUSED')
        and ($3::int is null or link_number = $3)
      group by 1`,
    [influencerId, since, linkNumber ?? null],
  );
  return rows;
}

export type OwnOrderDetail = OwnOrder & {
  readonly payout_under_way: boolean;
  readonly can_be_asked_for: boolean;
  readonly raise_held_until: Date | null;
};

export async function findOwnOrder(
  sql: Sql,
  viewer: Tenant,
  influencerId: string,
  conversionId: string,
): Promise<OwnOrderDetail | undefined> {
  const { rows } = await sql.query<OwnOrderDetail>(
    `select ${COLUMNS}, exists (
              select from payout_lots t join payouts o on o.id = t.payout_id
               where t.conversion_id = c.id and o.influencer_id = $1
                 and o.state not in ('paid', 'refused', 'cancelled')) as payout_under_way,
            exists (select from payable_lots t where t.conversion_id = c.id and t.consumed_tiyn < t.payable_tiyn)
              as can_be_asked_for, c.more_held_until as raise_held_until
       from conversions c ${JOINS} where ${WALL} and c.id = $4`,
    [influencerId, viewer.scope, viewer.subjectId, conversionId],
  );
  return rows[0];
}

export type OrderCounts = {
  readonly today: number;
  readonly week: number;
  /** Commission of the week's orders that is held, payable or paid. */
  readonly earned: Tiyn;
};

/** Orders that count, received since two moments: the start of today and of the last seven days. */
export async function countOrders(
  sql: Sql,
  influencerId: string,
  since: { readonly today: Date; readonly week: Date },
): Promise<OrderCounts> {
  const { rows } = await sql.query<OrderCounts>(
    `select (count(*) filter (where received_at >= $2))::int as today, count(*)::int as week,
            coalesce(sum(payable_tiyn) filter (where state in ('HELD', 'PAYABLE', 'PAID')), 0)::bigint as earned
       from conversions
      where influencer_id = $1 and received_at >= $3 and state not in ('CANCELLED', 'REFUSED')`,
    [influencerId, since.today, since.week],
  );
  return rows[0]!;
}

export type Release = { readonly date: string; readonly amount: Tiyn; readonly orders: number };

/** Held money by the Almaty day its return period ends, nearest first; what is overdue counts as today's. */
export async function upcomingReleases(
  sql: Sql,
  influencerId: string,
  days: number,
): Promise<Release[]> {
  const { rows } = await sql.query<Release>(
    `select to_char(greatest(held_until, now()) at time zone 'Asia/Almaty', 'YYYY-MM-DD') as date,
            sum(payable_tiyn)::bigint as amount, count(*)::int as orders
       from conversions
      where influencer_id = $1 and state = 'HELD' and held_until is not null
      group by 1 order by 1 limit $2`,
    [influencerId, days],
  );
  return rows;
}
