import { foldOrder, type OrderEvent, type OrderStatus } from '../../../../domain/intake/fold';
import { formatTenge } from '../../../../domain/money';
import { answer, changed, type Database, type Statements } from '../database';
import type { Receipt } from '../rows';
import { tell } from './lots';

/** Migrations 0005 and 0014: what a shop says of one order, stored and folded in one transaction. */
export type Told = {
  readonly conversionId: string;
  readonly webhookId: string;
  readonly status: OrderStatus;
  readonly sale: bigint | null;
  readonly version: number;
  readonly occurredAt: number;
  /** Nothing known about a click: the order is stored and belongs to nobody yet. */
  readonly influencerId: string | null;
  readonly clickedAt: number;
};
export type Verdict = 'accepted' | 'updated' | 'duplicate' | 'unmatched' | 'version_conflict';

const isOurs = (webhookId: string): boolean =>
  webhookId.startsWith('dashboard ') || webhookId.startsWith('poll ');

const eventOf = (row: Receipt): OrderEvent => ({
  ours: isOurs(row.webhook_id),
  eventVersion: row.event_version,
  occurredAtMs: row.occurred_at,
  status: row.order_status,
  sale: row.sale_tiyn,
});

export const eventsOf = (db: Database, id: string): OrderEvent[] =>
  db.receipts.where((row) => row.conversion_id === id).map(eventOf);

const LATE = ['PAYABLE', 'PAID', 'CANCELLED', 'REFUSED'];

/** One order that exists; the new conversion's row is the caller's. */
export function takeIn(db: Database, told: Told, programmeId: string): Verdict {
  const receipt: Receipt = {
    id: `rcp_${told.webhookId}`,
    conversion_id: told.conversionId,
    webhook_id: told.webhookId,
    order_status: told.status,
    sale_tiyn: told.sale,
    event_version: told.version,
    occurred_at: told.occurredAt,
  };
  const before = db.conversions.get(told.conversionId);
  if (!before) return first(db, told, receipt, programmeId);
  const stored = db.receipts.where((row) => row.conversion_id === before.id);
  const same = (row: Receipt): boolean =>
    row.order_status === told.status &&
    row.event_version === told.version &&
    row.sale_tiyn === told.sale;
  const isNumbered = (row: Receipt): boolean =>
    told.version > 0 && row.event_version === told.version && !isOurs(row.webhook_id);
  if (!isOurs(told.webhookId) && stored.some((row) => isNumbered(row) && !same(row)))
    return 'version_conflict';
  const isRepeat = stored.some(same);
  db.receipts.insert(receipt);
  const [head, ...rest] = eventsOf(db, before.id) as [OrderEvent, ...OrderEvent[]];
  const folded = foldOrder([head, ...rest]);
  const isUnmatched = before.state === 'UNMATCHED';
  const isCredited = isUnmatched && told.influencerId !== null;
  const hasMoved = before.order_status !== folded.status || before.sale_tiyn !== folded.sale;
  if (isCredited || (hasMoved && !isUnmatched))
    tell(
      db,
      LATE.includes(before.state) ? 'conversion.late' : 'conversion.order',
      before.id,
      message(receipt.id, folded),
    );
  db.conversions.put({
    ...before,
    order_status: folded.status,
    sale_tiyn: folded.sale,
    ordered_at: folded.orderedAtMs,
    ...(isCredited && {
      state: 'RECEIVED',
      reason_code: null,
      influencer_id: told.influencerId,
      clicked_at: told.clickedAt,
    }),
  });
  if (isCredited) return 'updated';
  if (isRepeat && !hasMoved) return 'duplicate';
  return isUnmatched ? 'unmatched' : 'updated';
}

const message = (
  receiptId: string,
  folded: { status: string; sale: bigint },
): Record<string, string> => ({
  receiptId,
  status: folded.status,
  sale: formatTenge(folded.sale),
});

function first(db: Database, told: Told, receipt: Receipt, programmeId: string): Verdict {
  const isMatched = told.influencerId !== null;
  db.receipts.insert(receipt);
  db.conversions.insert({
    id: told.conversionId,
    programme_id: programmeId,
    transaction_id: told.conversionId,
    state: isMatched ? 'RECEIVED' : 'UNMATCHED',
    reason_code: isMatched ? null : 'click_unknown',
    influencer_id: told.influencerId,
    clicked_at: isMatched ? told.clickedAt : null,
    order_status: told.status,
    sale_tiyn: told.sale ?? 0n,
    ordered_at: told.occurredAt,
    received_at: db.now(),
    terms: null,
    revision: 0,
    gross_tiyn: null,
    fee_tiyn: null,
    payable_tiyn: null,
    held_until: null,
    accrued_at: null,
    more_revision: null,
    more_gross_tiyn: null,
    more_fee_tiyn: null,
    more_payable_tiyn: null,
    more_held_until: null,
    driver: null,
    released_by_action: null,
    released_sale_tiyn: null,
    cancelled_by_action: null,
    cancelled_status: null,
    cancelled_sale_tiyn: null,
    waits_since: null,
  });
  if (isMatched)
    tell(
      db,
      'conversion.order',
      told.conversionId,
      message(receipt.id, { status: told.status, sale: told.sale ?? 0n }),
    );
  return isMatched ? 'accepted' : 'unmatched';
}

export function intakeStatements(known: Statements): Statements {
  return known
    .add('polled_receipt', (db, [conversion_id, id, webhook_id, , status, askedAt]) => {
      const version = Math.max(0, ...eventsOf(db, conversion_id).map((one) => one.eventVersion));
      const made = db.receipts.insert({
        id,
        conversion_id,
        webhook_id,
        order_status: status,
        sale_tiyn: null,
        event_version: version,
        occurred_at: (askedAt as Date).getTime(),
      });
      return changed(made ? 1 : 0);
    })
    .add('order_events', (db, [id]) =>
      answer(
        db.receipts
          .where((row) => row.conversion_id === id)
          .map((row) => ({
            ours: isOurs(row.webhook_id),
            event_version: row.event_version,
            occurred_at: new Date(row.occurred_at),
            order_status: row.order_status,
            sale_tiyn: row.sale_tiyn,
          })),
      ),
    )
    .add('order_folded', (db, [id, status, sale]) => {
      db.conversions.change(id as string, { order_status: status, sale_tiyn: sale });
      return changed(1);
    })
    .add('notice_insert', () => changed(1))
    .add('payout_notice_insert', () => changed(1))
    .add(
      /^insert into outbox \(topic, subject_id, payload\) values/,
      (db, [topic, id, payload]) => {
        tell(
          db,
          topic as string,
          id as string,
          JSON.parse(payload as string) as Record<string, string>,
        );
        return changed(1);
      },
    )
    .add('outbox_fan_out', (db, [influencerId, version, reasons]) => {
      for (const row of db.conversions.where((one) => one.influencer_id === influencerId)) {
        const waits = row.state === 'HELD' && (reasons as string[]).includes(row.reason_code ?? '');
        if (waits || row.more_revision !== null)
          tell(db, 'conversion.payee', row.id, { version: version as string });
      }
      return changed(1);
    });
}
