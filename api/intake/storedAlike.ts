import { sameSaid } from '../../domain/intake/sameSaid';
import type { IntakeOutcome, IntakeRow } from '../../store/postgres/intake';
import type { Sql } from '../../store/postgres/pool';
import { storedByReceipt, storedByVersion, type StoredEvent } from '../../store/postgres/receipts';

export type StoredAlike = (
  row: IntakeRow,
  conflict: 'webhook_conflict' | 'version_conflict',
) => Promise<{ readonly receiptId: string; readonly outcome: IntakeOutcome } | undefined>;

const saidBy = (stored: StoredEvent) => ({
  conversionId: stored.conversion_id,
  status: stored.status,
  sale: stored.sale_tiyn,
  eventVersion: stored.event_version,
  details: stored.details,
});

/** A retry whose body was written anew (other blanks, other order of keys, "12990.0") is a retry, and no conflict. */
export function createStoredAlike(sql: Sql): StoredAlike {
  return async (row, conflict) => {
    const stored =
      conflict === 'webhook_conflict'
        ? await storedByReceipt(sql, row.receiptId)
        : await storedByVersion(sql, row.conversionId, row.eventVersion);
    const said = { ...row, details: JSON.parse(row.details) as Record<string, unknown> };
    const alike = stored.find((one) => sameSaid(saidBy(one), said));
    if (!alike) return undefined;
    const { state, order_status: orderStatus, reason_code: reason } = alike;
    return {
      receiptId: alike.receipt_id,
      outcome: {
        verdict: 'duplicate',
        conversionId: alike.conversion_id,
        state,
        orderStatus,
        reasonCode: state === 'UNMATCHED' ? reason : null,
      },
    };
  };
}
