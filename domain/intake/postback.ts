import { CLICK_ID_LENGTH } from '../clicks/clickId';
import { parseTenge, type Tiyn } from '../money';
import { plain } from '../plain';
import { err, ok, type Result } from '../result';
import { isOrderStatus, type OrderStatus } from './fold';

/** Names under which affiliate systems send the click id; ours first. */
export const CLICK_ID_ALIASES = [
  'click_id',
  'sub1',
  'clickid',
  'subid',
  'aff_click_id',
  'admitad_uid',
] as const;

/** Keys whose numbers are read as text: amounts must not pass through a float, order numbers may exceed 2^53. */
export const EXACT_KEYS: ReadonlySet<string> = new Set([
  'sale_amount',
  'price',
  'sku',
  'category',
  'promo_code',
  'occurred_at',
  'status',
  'event',
  'currency',
  'transaction_id',
  ...CLICK_ID_ALIASES,
]);

/** What is left for the reader after plainly.ts, and after openapi.yaml's Postback has been checked. */
export type PostbackBody = {
  readonly [alias in (typeof CLICK_ID_ALIASES)[number]]?: string | null;
} & {
  readonly transaction_id: string;
  readonly status: string;
  readonly event?: string;
  readonly sale_amount?: string | null;
  readonly currency?: string;
  readonly promo_code?: string | null;
  readonly items?: readonly unknown[];
  readonly occurred_at?: string;
  readonly event_version?: number;
};

export type Postback = {
  readonly transactionId: string;
  readonly event: string;
  readonly status: OrderStatus;
  readonly sale: Tiyn | null;
  readonly clickId: string | null;
  readonly occurredAtMs: number;
  /** 0 when not stated. */
  readonly eventVersion: number;
  /** What the shop stated beyond the columns, kept with the receipt; two equal events have equal details. */
  readonly details: Readonly<Record<string, unknown>>;
};

export type PostbackFault = {
  readonly code:
    | 'click_ids_differ'
    | 'status_unknown'
    | 'sale_amount_missing'
    | 'sale_amount_ambiguous'
    | 'sale_amount_zero'
    | 'sale_amount_too_large'
    | 'currency_not_supported'
    | 'occurred_at_invalid'
    | 'occurred_at_in_future';
  /** JSON pointer to the field. */
  readonly pointer: string;
};

export type PostbackContext = {
  /** The programme's own words for our statuses; a word found here wins over ours. */
  readonly statusMap: Readonly<Record<string, string>>;
  /** Time of the signature: the event's time when the shop states none. */
  readonly sentAtMs: number;
  /** Events may be this far ahead of the signature: a far-future event would win every fold. */
  readonly aheadMs: number;
  /** Whether a click id was minted by us, for us: an id proves itself, whatever stands beside it. */
  readonly isGenuine: (clickId: string) => boolean;
};

const fault = (code: PostbackFault['code'], field: string): Result<never, PostbackFault> =>
  err({ code, pointer: `/${field}` });

/** What templates leave behind when nothing was put in: `{sub1}`, `%7Bsub1%7D`, `[SUB]`, `null`, `-`. */
const PLACEHOLDER = /^(?:[{[<%$#].*|-+|_+|0|null|none|nil|nan|undefined|empty|n\/a)$/i;

/**
 * Of several fields the genuine id counts: the others are the shop's own tags, or templates nobody filled. Two genuine
 * ids that differ are two people's money, and refused.
 */
function clickIdOf(
  body: PostbackBody,
  isGenuine: PostbackContext['isGenuine'],
): Result<string | null, PostbackFault> {
  const said: string[] = [];
  for (const alias of CLICK_ID_ALIASES) {
    const value = body[alias];
    if (value === undefined || value === null || value === '' || said.includes(value)) continue;
    said.push(value);
  }
  // One value needs no proof here: whoever credits it asks for it.
  if (said.length > 1) {
    const [genuine, other] = said.filter(isGenuine);
    if (other !== undefined) return fault('click_ids_differ', 'click_id');
    if (genuine !== undefined) return ok(genuine);
  }
  // The one that looks most like ours says best why nobody is credited.
  const claimed = said.filter((value) => !PLACEHOLDER.test(value));
  return ok(claimed.find((value) => value.length === CLICK_ID_LENGTH) ?? claimed[0] ?? null);
}

function statusOf(body: PostbackBody, map: Readonly<Record<string, string>>): OrderStatus | null {
  const mapped = Object.hasOwn(map, body.status) ? map[body.status] : body.status;
  return mapped !== undefined && isOrderStatus(mapped) ? mapped : foldedStatus(body.status, map);
}

/** In another case, or with other blanks: taken when all words of the map that read so mean the same. */
function foldedStatus(said: string, map: Readonly<Record<string, string>>): OrderStatus | null {
  const folded = (word: string): string => plain(word).toLowerCase();
  const word = folded(said);
  const own = Object.entries(map).filter(([key]) => folded(key) === word);
  const means = new Set(own.length > 0 ? own.map(([, status]) => status) : [word]);
  const [status] = means;
  return status !== undefined && means.size === 1 && isOrderStatus(status) ? status : null;
}

/** An order that brings or keeps money must say how much; a cancelled one need not. */
const needsSale = (status: OrderStatus): boolean =>
  status === 'pending' || status === 'approved' || status === 'partially_refunded';

function saleOf(body: PostbackBody, status: OrderStatus): Result<Tiyn | null, PostbackFault> {
  if (body.currency !== undefined && body.currency !== 'KZT')
    return fault('currency_not_supported', 'currency');
  if (body.sale_amount === undefined || body.sale_amount === null) {
    return needsSale(status) ? fault('sale_amount_missing', 'sale_amount') : ok(null);
  }
  const sale = parseTenge(body.sale_amount);
  if (!sale.ok) return fault('sale_amount_too_large', 'sale_amount');
  if (sale.value === 0n && (status === 'pending' || status === 'approved'))
    return fault('sale_amount_zero', 'sale_amount');
  return sale;
}

function occurredAt(body: PostbackBody, context: PostbackContext): Result<number, PostbackFault> {
  if (body.occurred_at === undefined) return ok(context.sentAtMs);
  const ms = Date.parse(body.occurred_at);
  if (Number.isNaN(ms)) return fault('occurred_at_invalid', 'occurred_at');
  return ms > context.sentAtMs + context.aheadMs
    ? fault('occurred_at_in_future', 'occurred_at')
    : ok(ms);
}

function detailsOf(body: PostbackBody, clickId: string | null): Record<string, unknown> {
  const details: Record<string, unknown> = {};
  if (clickId !== null) details['click_id'] = clickId;
  if (body.promo_code) details['promo_code'] = body.promo_code;
  if (body.items && body.items.length > 0) details['items'] = body.items;
  if (body.occurred_at !== undefined) details['occurred_at'] = body.occurred_at;
  return details;
}

/** A body that fits the schema → what it means for this programme, or the first thing wrong with it. */
export function readPostback(
  body: PostbackBody,
  context: PostbackContext,
): Result<Postback, PostbackFault> {
  const clickId = clickIdOf(body, context.isGenuine);
  if (!clickId.ok) return clickId;
  const status = statusOf(body, context.statusMap);
  if (status === null) return fault('status_unknown', 'status');
  const sale = saleOf(body, status);
  if (!sale.ok) return sale;
  const occurredAtMs = occurredAt(body, context);
  if (!occurredAtMs.ok) return occurredAtMs;
  return ok({
    transactionId: body.transaction_id,
    event: body.event ?? 'sale',
    status,
    sale: sale.value,
    clickId: clickId.value,
    occurredAtMs: occurredAtMs.value,
    eventVersion: body.event_version ?? 0,
    details: detailsOf(body, clickId.value),
  });
}
