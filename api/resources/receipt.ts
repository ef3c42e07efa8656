import { reason } from '../../domain/conversions/reasons';
import { formatTenge } from '../../domain/money';
import { findReceipt } from '../../store/postgres/receipts';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';

export const getReceipt: Handler = async ({ pool }, { params }, viewer) => {
  const receipt = await findReceipt(pool, viewer, params['receiptId'] ?? '');
  if (!receipt) return { problem: 'receipt_not_found' };
  return jsonAnswer(200, {
    id: receipt.id,
    programme_id: receipt.programme_id,
    webhook_id: receipt.webhook_id,
    verdict: receipt.verdict,
    reason: receipt.reason_code === null ? null : reason(receipt.reason_code),
    conversion_id: receipt.conversion_id,
    order_status: receipt.order_status,
    sale: receipt.sale_tiyn === null ? null : formatTenge(receipt.sale_tiyn),
    event_version: receipt.event_version,
    occurred_at: receipt.occurred_at,
    received_at: receipt.received_at,
    stated: receipt.details,
  });
};
