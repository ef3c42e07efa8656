import { createHash } from 'node:crypto';

import { idFromBytes } from '../../domain/ids';
import { foldOrder, type OrderEvent, type OrderStatus } from '../../domain/intake/fold';
import type { Tiyn } from '../../domain/money';
import type { Sql } from './pool';

export type PolledOrder = {
  readonly conversionId: string;
  readonly status: OrderStatus;
  /** When we asked, not when the shop says it happened: the answer is the shop's word as of now. */
  readonly askedAt: Date;
};

/**
 * Stores a shop's answer as one more event of the order and folds it in; the caller's transaction holds both. It
 * takes the highest event version seen, so it stands beside the shop's own newest events and is ordered among them
 * by time; a space in its webhook id says that it is ours (migration 0014). Answers whether the answer stands: an
 * event of a shop whose clock is ahead is newer than what that shop answers now.
 */
export async function recordPolledOrder(sql: Sql, polled: PolledOrder): Promise<boolean> {
  const webhookId = `poll ${polled.conversionId} ${polled.status} ${polled.askedAt.getTime()}`;
  const hash = createHash('sha256').update(webhookId).digest();
  await sql.query('select from conversions where id = $1 for update', [polled.conversionId]);
  await sql.query({
    name: 'polled_receipt',
    text: `insert into receipts (id, programme_id, webhook_id, body_hash, verdict, conversion_id, order_status,
                                 sale_tiyn, event_version, occurred_at)
           select $2, c.programme_id, $3, $4, 'updated', c.id, $5, null,
                  (select coalesce(max(event_version), 0) from receipts where conversion_id = c.id), $6
             from conversions c where c.id = $1
           on conflict do nothing`,
    values: [
      polled.conversionId,
      idFromBytes('receipt', hash.subarray(0, 16)),
      webhookId,
      hash,
      polled.status,
      polled.askedAt,
    ],
  });
  return (await foldAgain(sql, polled.conversionId)) === polled.status;
}

/** The order as all its stored events say it. The caller holds the row's lock. */
async function foldAgain(sql: Sql, conversionId: string): Promise<OrderStatus | undefined> {
  const { rows } = await sql.query<{
    ours: boolean;
    event_version: number;
    occurred_at: Date;
    order_status: OrderStatus;
    sale_tiyn: Tiyn | null;
  }>({
    name: 'order_events',
    text: `select order_event_is_ours(webhook_id) as ours, event_version, occurred_at, order_status, sale_tiyn
             from receipts where conversion_id = $1`,
    values: [conversionId],
  });
  const events = rows.map((row): OrderEvent => ({
    ours: row.ours,
    eventVersion: row.event_version,
    occurredAtMs: row.occurred_at.getTime(),
    status: row.order_status,
    sale: row.sale_tiyn,
  }));
  const [first, ...rest] = events;
  if (!first) return undefined;
  const folded = foldOrder([first, ...rest]);
  await sql.query({
    name: 'order_folded',
    text: 'update conversions set order_status = $2, sale_tiyn = $3, updated_at = now() where id = $1',
    values: [conversionId, folded.status, folded.sale],
  });
  return folded.status;
}
