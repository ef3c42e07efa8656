import type { Tiyn } from '../../domain/money';
import type { Sql } from './pool';
import { visible, type Tenant } from './tenant';

export type Receipt = {
  readonly id: string;
  readonly programme_id: string;
  readonly webhook_id: string;
  readonly verdict: string;
  readonly reason_code: string | null;
  readonly conversion_id: string;
  readonly order_status: string;
  readonly sale_tiyn: Tiyn | null;
  readonly event_version: number;
  readonly occurred_at: Date;
  readonly received_at: Date;
  readonly details: Record<string, unknown>;
};

export async function findReceipt(
  sql: Sql,
  viewer: Tenant,
  id: string,
): Promise<Receipt | undefined> {
  const wall = visible(
    { programmeId: 'r.programme_id', influencerId: 'c.influencer_id' },
    '$2',
    '$3',
  );
  const { rows } = await sql.query<Receipt>(
    `select r.id, r.programme_id, r.webhook_id, r.verdict, r.reason_code, r.conversion_id, r.order_status,
            r.sale_tiyn, r.event_version, r.occurred_at, r.received_at, r.details
       from receipts r join conversions c on c.id = r.conversion_id
      where r.id = $1 and ${wall}`,
    [id, viewer.scope, viewer.subjectId],
  );
  return rows[0];
}

/** An event as it is stored, with the order as it stands now. */
export type StoredEvent = {
  readonly receipt_id: string;
  readonly conversion_id: string;
  readonly status: string;
  readonly sale_tiyn: Tiyn | null;
  readonly event_version: number;
  readonly details: Record<string, unknown>;
  readonly state: string;
  readonly order_status: string;
  readonly reason_code: string | null;
};

const STORED_EVENT = `select r.id as receipt_id, r.conversion_id, r.order_status as status, r.sale_tiyn, r.event_version,
       r.details, c.state, c.order_status, c.reason_code
  from receipts r join conversions c on c.id = r.conversion_id`;

/** What was stored under this receipt. */
export async function storedByReceipt(sql: Sql, receiptId: string): Promise<StoredEvent[]> {
  const { rows } = await sql.query<StoredEvent>({
    name: 'stored_by_receipt',
    text: `${STORED_EVENT} where r.id = $1`,
    values: [receiptId],
  });
  return rows;
}

/** What the shop told of an order under one event version. */
export async function storedByVersion(
  sql: Sql,
  conversionId: string,
  eventVersion: number,
): Promise<StoredEvent[]> {
  const { rows } = await sql.query<StoredEvent>({
    name: 'stored_by_version',
    text: `${STORED_EVENT} where r.conversion_id = $1 and r.event_version = $2 and not order_event_is_ours(r.webhook_id)
            order by r.received_at limit 100`,
    values: [conversionId, eventVersion],
  });
  return rows;
}
