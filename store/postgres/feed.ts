import type { Tiyn } from '../../domain/money';
import type { Sql } from './pool';

/** A step of an order, as the live feed tells it. */
export type OrderEvent = {
  readonly id: bigint;
  readonly at: Date;
  readonly influencer_id: string;
  readonly conversion_id: string;
  readonly programme_id: string;
  readonly programme_name: string;
  readonly state: string;
  readonly reason_code: string | null;
  readonly payable_tiyn: Tiyn | null;
};

/**
 * Steps written since a moment for the people who listen now, in one query for all of them. `at` is when the
 * writer's transaction began, so rows appear behind it: the caller looks back a little and drops what it saw.
 */
export async function orderEventsSince(
  sql: Sql,
  influencerIds: readonly string[],
  since: Date,
  limit: number,
): Promise<OrderEvent[]> {
  const { rows } = await sql.query<OrderEvent>({
    name: 'feed_orders',
    text: `select h.id, h.at, c.influencer_id, c.id as conversion_id, c.programme_id, p.name as programme_name,
                  h.to_state as state, h.reason_code, c.payable_tiyn
             from conversion_history h
             join conversions c on c.id = h.conversion_id
             join programmes p on p.id = c.programme_id
            where h.at >= $2 and c.influencer_id = any ($1::text[]) and h.to_state <> 'UNMATCHED'
            order by h.at desc, h.id desc limit $3`,
    values: [influencerIds, since, limit],
  });
  return rows.reverse();
}

export type LinkOfNumber = {
  readonly number: number;
  readonly id: string;
  readonly programme_id: string;
  readonly programme_name: string;
};

/** Names for the numbers that clicks carry. */
export async function linksOfNumbers(
  sql: Sql,
  numbers: readonly number[],
): Promise<LinkOfNumber[]> {
  const { rows } = await sql.query<LinkOfNumber>(
    `select l.number, l.id, l.programme_id, p.name as programme_name
       from links l join programmes p on p.id = l.programme_id where l.number = any ($1::int[])`,
    [numbers],
  );
  return rows;
}
