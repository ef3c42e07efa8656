import { reason } from '../../domain/conversions/reasons';
import { orderId } from '../../domain/intake/orderId';
import { formatTenge, parseTenge, type Tiyn } from '../../domain/money';
import { ok, unwrap, type Result } from '../../domain/result';
import {
  listBrandOrders as readOrders,
  ORDER_SORTS,
  orderKeys,
  type BrandOrder,
  type OrderFilter,
  type OrderSort,
} from '../../store/postgres/brandOrders';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import type { Refusal } from '../reply';
import { pageOf } from '../page';
import { openPeriod } from './period';
import { brandOf, readTypedPage } from './scope';

/** Fields of a filter, as the query of a list and the body of a decision both name them. */
export type FilterFields = {
  readonly state?: string | undefined;
  readonly order_status?: string | undefined;
  readonly programme_id?: string | undefined;
  readonly influencer?: string | undefined;
  readonly query?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly min_sale?: string | undefined;
  readonly max_sale?: string | undefined;
};

/** The document has checked the form, and with thirteen digits no amount is too large. */
const amount = (text: string | undefined): Tiyn | undefined =>
  text === undefined ? undefined : unwrap(parseTenge(text));

export function readFilter(fields: FilterFields): Result<OrderFilter, Refusal> {
  const period = openPeriod(fields.from, fields.to);
  if (!period.ok) return period;
  return ok({
    state: fields.state,
    orderStatus: fields.order_status,
    programmeId: fields.programme_id,
    influencer: fields.influencer,
    query: fields.query === undefined ? undefined : orderId(fields.query),
    orderedFrom: period.value.from,
    orderedBefore: period.value.before,
    minSale: amount(fields.min_sale),
    maxSale: amount(fields.max_sale),
  });
}

export const readSort = (query: ReadonlyMap<string, string>): OrderSort =>
  ORDER_SORTS.find((sort) => sort === query.get('sort')) ?? '-ordered_at';

export type Decision = 'approve' | 'reject';
type Decidable = Pick<BrandOrder, 'state' | 'order_status' | 'influencer_id'>;

export type DecisionRefusal = 'order_settled' | 'order_closed' | 'order_not_credited';

/** Why nothing can be decided about the order any more, or yet. */
export function decisionRefusal(order: Decidable): DecisionRefusal | undefined {
  if (order.state === 'PAYABLE' || order.state === 'PAID') return 'order_settled';
  // A card tried again: what the shop rejected it may approve later, and the order comes back.
  if (order.state === 'REFUSED') return 'order_closed';
  if (order.state === 'CANCELLED' && order.order_status !== 'rejected') return 'order_closed';
  if (order.state === 'UNMATCHED' || order.influencer_id === null) return 'order_not_credited';
  // The buyer has the money back: nothing is left to approve or to reject.
  return order.order_status === 'refunded' ? 'order_closed' : undefined;
}

/** Part of a confirmed order came back: it is confirmed, and a second yes would forget the return. */
export const saysAlready = (order: Decidable, decision: Decision): boolean =>
  decision === 'reject'
    ? order.order_status === 'rejected'
    : order.order_status === 'approved' || order.order_status === 'partially_refunded';

const decisionsOf = (order: BrandOrder): Decision[] =>
  decisionRefusal(order)
    ? []
    : (['approve', 'reject'] as const).filter((decision) => !saysAlready(order, decision));

const orderView = (order: BrandOrder): unknown => ({
  id: order.id,
  programme_id: order.programme_id,
  transaction_id: order.transaction_id,
  event: order.event,
  state: order.state,
  reason: order.reason_code === null ? null : reason(order.reason_code),
  order_status: order.order_status,
  sale: formatTenge(order.sale_tiyn),
  commission: order.gross_tiyn === null ? null : formatTenge(order.gross_tiyn),
  influencer:
    order.influencer_id === null
      ? null
      : {
          id: order.influencer_id,
          ref: order.influencer_ref ?? '',
          display_name: order.influencer_name ?? '',
        },
  decisions: decisionsOf(order),
  clicked_at: order.clicked_at,
  ordered_at: order.ordered_at,
  received_at: order.received_at,
  updated_at: order.updated_at,
  held_until: order.held_until,
});

export const listBrandOrders: Handler = async (deps, call, viewer) => {
  const brand = await brandOf(deps, call, viewer);
  if (!brand.ok) return brand.error;
  const filter = readFilter(Object.fromEntries(call.query));
  if (!filter.ok) return filter.error;
  const sort = readSort(call.query);
  const page = readTypedPage(call.query, [sort.endsWith('sale') ? 'amount' : 'time', 'id']);
  if (!page.ok) return page.error;
  const scoped = { viewer, brandId: brand.value, filter: filter.value };
  const rows = await readOrders(deps.pool, scoped, sort, page.value);
  return jsonAnswer(
    200,
    pageOf(rows, page.value, (row) => orderKeys(row, sort), orderView),
  );
};
