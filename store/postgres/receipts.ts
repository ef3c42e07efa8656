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
