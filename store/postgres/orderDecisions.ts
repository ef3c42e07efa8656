import { brandWall } from './brandProgrammes';
import type { Sql } from './pool';
import type { Tenant } from './tenant';

/** An order as a decision about it needs it, locked until the decision is committed. */
export type OpenOrder = {
  readonly id: string;
  readonly programme_id: string;
  readonly transaction_id: string;
  readonly event: string;
  readonly state: string;
  readonly order_status: string;
  readonly influencer_id: string | null;
  readonly click_id: string | null;
  readonly clicked_at: Date | null;
  readonly link_number: number | null;
  /** Of all events of the order so far. */
  readonly last_version: number;
  readonly last_occurred_at: Date;
};

/**
 * Locks those of the orders that the viewer's brand has, in the order in which intake locks them, so that a
 * decision and a batch of postbacks take turns and never wait for each other in a circle.
 */
export async function lockOrders(
  sql: Sql,
  viewer: Tenant,
  brandId: string,
  ids: readonly string[],
): Promise<OpenOrder[]> {
  await sql.query('select from conversions where id = any ($1::text[]) order by id for update', [
    await ownOrderIds(sql, viewer, brandId, ids),
  ]);
  // Read after the locks are held: a statement's snapshot is older than the locks it waited for.
  const { rows } = await sql.query<OpenOrder>(
    `select c.id, c.programme_id, c.transaction_id, c.event, c.state, c.order_status, c.influencer_id, c.click_id,
            c.clicked_at, c.link_number, r.last_version, r.last_occurred_at
       from conversions c
       join programmes p on p.id = c.programme_id
       join lateral (
         select max(event_version) as last_version, max(occurred_at) as last_occurred_at
           from receipts where conversion_id = c.id
       ) r on true
      where c.id = any ($1::text[]) and p.brand_id = $2 and ${brandWall('p', '$3', '$4')}
      order by c.id`,
    [ids, brandId, viewer.scope, viewer.subjectId],
  );
  return rows;
}

/** Rows behind the wall are not even locked. */
async function ownOrderIds(
  sql: Sql,
  viewer: Tenant,
  brandId: string,
  ids: readonly string[],
): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `select c.id from conversions c join programmes p on p.id = c.programme_id
      where c.id = any ($1::text[]) and p.brand_id = $2 and ${brandWall('p', '$3', '$4')}`,
    [ids, brandId, viewer.scope, viewer.subjectId],
  );
  return rows.map((row) => row.id);
}

export type OrderDecision = {
  readonly id: string;
  readonly brandId: string;
  readonly decidedBy: string;
  readonly decision: 'approve' | 'reject';
  readonly reasonCode: string | null;
  readonly reasonText: string | null;
  readonly applied: number;
};

export async function insertOrderDecision(sql: Sql, decision: OrderDecision): Promise<void> {
  await sql.query(
    `insert into order_decisions (id, brand_id, decided_by, decision, reason_code, reason_text, applied)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      decision.id,
      decision.brandId,
      decision.decidedBy,
      decision.decision,
      decision.reasonCode,
      decision.reasonText,
      decision.applied,
    ],
  );
}

/** So that the order's history says that a person decided, and for which of the closed list of reasons. */
export async function noteDecision(
  sql: Sql,
  decision: Pick<OrderDecision, 'id' | 'decision' | 'reasonCode'>,
  orders: readonly { readonly id: string; readonly receiptId: string }[],
): Promise<void> {
  await sql.query(
    `insert into conversion_history (conversion_id, from_state, to_state, detail)
     select c.id, c.state, c.state,
            jsonb_build_object('receipt_id', o.receipt_id, 'decision_id', $3::text, 'decided', $4::text)
              || case when $5::text is null then '{}' else jsonb_build_object('decision_reason', $5::text) end
       from unnest($1::text[], $2::text[]) as o (id, receipt_id) join conversions c on c.id = o.id
      order by c.id`,
    [
      orders.map((order) => order.id),
      orders.map((order) => order.receiptId),
      decision.id,
      decision.decision,
      decision.reasonCode,
    ],
  );
}
