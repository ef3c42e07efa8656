import { movementOf } from '../../domain/conversions/movement';
import { reason } from '../../domain/conversions/reasons';
import { formatTenge, tengeOrNull } from '../../domain/money';
import {
  findConversion,
  readConversionHistory,
  type ConversionHistoryRow,
} from '../../store/postgres/conversions';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import { movementShape } from './movement';

const why = (code: string | null): unknown => (code === null ? null : reason(code));

const historyEntry = (row: ConversionHistoryRow): unknown => ({
  from: row.from_state,
  to: row.to_state,
  reason: why(row.reason_code),
  detail: row.detail,
  at: row.at,
  movement: movementShape(movementOf(row.reason_code, row.detail)),
  workflow_id: row.detail['workflow'] ?? null,
});

export const getConversion: Handler = async ({ pool }, { params }, viewer) => {
  const found = await findConversion(pool, viewer, params['conversionId'] ?? '');
  if (!found) return { problem: 'conversion_not_found' };
  const history = await readConversionHistory(pool, found.id);
  return jsonAnswer(200, {
    id: found.id,
    workflow_id: `conv/${found.id}`,
    programme_id: found.programme_id,
    influencer_id: found.influencer_id,
    transaction_id: found.transaction_id,
    event: found.event,
    state: found.state,
    reason: why(found.reason_code),
    order_status: found.order_status,
    amounts: {
      currency: 'KZT',
      sale: formatTenge(found.sale_tiyn),
      gross: tengeOrNull(found.gross_tiyn),
      fee: tengeOrNull(found.fee_tiyn),
      payable: tengeOrNull(found.payable_tiyn),
    },
    click_id: found.click_id,
    clicked_at: found.clicked_at,
    ordered_at: found.ordered_at,
    received_at: found.received_at,
    updated_at: found.updated_at,
    held_until: found.held_until,
    terms: found.terms,
    history: history.map(historyEntry),
  });
};
