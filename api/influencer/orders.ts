import { nextStep, timeline, type OrderFacts } from '../../domain/conversions/timeline';
import { ownLinkName } from '../../domain/links/name';
import { formatTenge, tengeOrNull } from '../../domain/money';
import { readConversionHistory } from '../../store/postgres/conversions';
import { findOwnOrder, listOwnOrders, type OwnOrder } from '../../store/postgres/influencerOrders';
import { jsonAnswer } from '../answer';
import { pageOf } from '../page';
import { movementShape } from '../resources/movement';
import { readCursor } from './cursor';
import { programme, why } from './words';
import { seen } from './wall';

const titleOf = (row: OwnOrder): string | null =>
  ownLinkName({ title: row.link_title ?? '', targetUrl: row.target_url });

const orderRow = (row: OwnOrder): unknown => ({
  id: row.id,
  programme: programme(row.programme_id, row.programme_name),
  title: titleOf(row),
  link_id: row.link_id,
  state: row.state,
  reason: why(row.reason_code),
  sale: formatTenge(row.sale_tiyn),
  payable: tengeOrNull(row.payable_tiyn),
  ordered_at: row.ordered_at,
  received_at: row.received_at,
  held_until: row.held_until,
});

export const listInfluencerOrders = seen(async ({ pool }, { query }, viewer, { influencerId }) => {
  const page = readCursor(query, ['micros', 'id']);
  if (!page.ok) return page.error;
  const filter = { state: query.get('state'), linkId: query.get('link_id') };
  const rows = await listOwnOrders(pool, viewer, influencerId, filter, page.value);
  return jsonAnswer(
    200,
    pageOf(rows, page.value, (row) => [row.received_key, row.id], orderRow),
  );
});

export const getInfluencerOrder = seen(async (deps, { params }, viewer, { influencerId }) => {
  const id = params['conversionId'] ?? '';
  const row = await findOwnOrder(deps.pool, viewer, influencerId, id);
  if (!row) return { problem: 'conversion_not_found' };
  const history = await readConversionHistory(deps.pool, id);
  const facts: OrderFacts = {
    state: row.state,
    reasonCode: row.reason_code,
    clickedAt: row.clicked_at,
    orderedAt: row.ordered_at,
    heldUntil: row.held_until,
    payoutUnderWay: row.payout_under_way,
    canBeAskedFor: row.can_be_asked_for,
    raiseHeldUntil: row.raise_held_until,
    history: history.map(({ from_state, to_state, reason_code, detail, at }) => ({
      from: from_state,
      to: to_state,
      reasonCode: reason_code,
      detail,
      at,
    })),
  };
  return jsonAnswer(200, {
    order: orderRow(row),
    amounts: {
      sale: formatTenge(row.sale_tiyn),
      commission: tengeOrNull(row.gross_tiyn),
      platform_fee: tengeOrNull(row.fee_tiyn),
      payable: tengeOrNull(row.payable_tiyn),
    },
    steps: timeline(facts).map(({ payoutId, movement, ...step }) => ({
      ...step,
      payout_id: payoutId,
      movement: movementShape(movement),
    })),
    next: nextStep(facts, new Date(deps.now())),
  });
});
