import type { Sql } from './pool';

/** The order that an earlier spelling of this number made; undefined when the number never had another one. */
export async function findRespelled(
  sql: Sql,
  order: {
    readonly programmeId: string;
    readonly transactionId: string;
    readonly event: string;
  },
): Promise<string | undefined> {
  const { rows } = await sql.query<{ conversion_id: string }>({
    name: 'respelled_order',
    text: `select conversion_id from order_spellings
            where programme_id = $1 and transaction_id = $2 and event = $3 and same_as is null`,
    values: [order.programmeId, order.transactionId, order.event],
  });
  return rows[0]?.conversion_id;
}
