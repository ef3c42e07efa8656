import { createHash } from 'node:crypto';

import { idFromBytes } from '../../domain/ids';
import type { OrderStatus } from '../../domain/intake/fold';
import type { Sql } from './pool';

export type PolledOrder = {
  readonly conversionId: string;
  readonly status: OrderStatus;
  /** When we asked, not when the shop says it happened: the answer is the shop's word as of now. */
  readonly askedAt: Date;
};

/**
 * Stores a shop's definite answer as one more event of the order and folds it in, in one statement. It takes
 * the highest event version seen, so it stands beside the shop's own newest events and is ordered among them
 * by time. Repeating an answer changes nothing: the receipt id is made of conversion and status.
 */
export async function recordPolledOrder(sql: Sql, polled: PolledOrder): Promise<void> {
  const webhookId = `poll:${polled.conversionId}:${polled.status}`;
  const hash = createHash('sha256').update(webhookId).digest();
  await sql.query({
    name: 'polled_order',
    text: `with subject as (
             select c.id, c.programme_id,
                    (select coalesce(max(event_version), 0) from receipts where conversion_id = c.id) as version
               from conversions c where c.id = $1 for update of c
           ), made as (
             insert into receipts (id, programme_id, webhook_id, body_hash, verdict, conversion_id, order_status,
                                   sale_tiyn, event_version, occurred_at)
             select $2, s.programme_id, $3, $4, 'updated', s.id, $5, null, s.version, $6 from subject s
             on conflict do nothing
             returning conversion_id
           )
           update conversions c set order_status = $5, updated_at = now()
             from made
            where c.id = made.conversion_id
              and not exists (
                select from receipts r, subject s
                 where r.conversion_id = c.id
                   and (r.event_version, r.occurred_at, r.webhook_id collate "C")
                     > (s.version, $6::timestamptz, $3::text collate "C"))`,
    values: [
      polled.conversionId,
      idFromBytes('receipt', hash.subarray(0, 16)),
      webhookId,
      hash,
      polled.status,
      polled.askedAt,
    ],
  });
}
