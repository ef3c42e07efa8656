import { parseTenge } from '../../domain/money';
import {
  BadRequest,
  answer,
  fieldsOf,
  garble,
  oneOf,
  reset,
  textOf,
  wholeOf,
  type Exchange,
  type Fields,
} from '../exchange';
import { ORDER_STATUSES, type OrderBook, type OrderChange } from './orders';

/** How the feed answers; `count` requests, or all until turned. */
export const FEED_MODES = [
  'ok',
  'rate_limit',
  'unauthorized',
  'http_500',
  'timeout',
  'reset',
  'garbled',
] as const;
export type FeedDial = {
  readonly mode: (typeof FEED_MODES)[number];
  remaining: number | null;
  readonly retrySeconds: number;
};

export type WildberriesFake = {
  readonly orders: OrderBook;
  readonly token: string;
  readonly intervalMs: number;
  readonly now: () => number;
  dial: FeedDial;
  /** Feed requests answered or refused, for tests of our own limiter. */
  requests: number;
  nextAllowedAt: number;
};

export const FEED_OK: FeedDial = { mode: 'ok', remaining: null, retrySeconds: 0 };

function problem(
  exchange: Exchange,
  status: number,
  title: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const timestamp = new Date().toISOString();
  const body = { title, detail: title, status, statusText: title, timestamp };
  answer(exchange, status, body, headers);
}

export function wildberriesApi(fake: WildberriesFake, exchange: Exchange): void {
  if (`${exchange.method} ${exchange.path}` !== 'POST /api/analytics/v1/order-feed') {
    return problem(exchange, 404, 'path not found');
  }
  fake.requests += 1;
  const mode = takeMode(fake);
  if (mode === 'timeout') return;
  if (mode === 'reset') return reset(exchange);
  if (mode === 'garbled') return garble(exchange);
  if (mode === 'http_500') return problem(exchange, 500, 'internal error');
  if (mode === 'unauthorized' || exchange.headers.authorization !== fake.token) {
    return problem(exchange, 401, 'unauthorized');
  }
  const waitMs = fake.nextAllowedAt - fake.now();
  if (mode === 'rate_limit' || waitMs > 0) {
    const seconds = mode === 'rate_limit' ? fake.dial.retrySeconds : Math.ceil(waitMs / 1000);
    return problem(exchange, 429, 'too many requests', {
      'x-ratelimit-retry': String(seconds),
      'x-ratelimit-reset': String(seconds),
      'x-ratelimit-limit': '1',
    });
  }
  fake.nextAllowedAt = fake.now() + fake.intervalMs;
  orderFeed(fake, exchange);
}

function takeMode(fake: WildberriesFake): FeedDial['mode'] {
  const { dial } = fake;
  if (dial.remaining === null) return dial.mode;
  if (dial.remaining === 0) return 'ok';
  dial.remaining -= 1;
  return dial.mode;
}

function instant(fields: Fields, name: string): number {
  const at = Date.parse(textOf(fields, name) ?? '');
  if (Number.isNaN(at)) throw new BadRequest(`${name} must be a time`);
  return at;
}

function orderFeed(fake: WildberriesFake, exchange: Exchange): void {
  const fields = fieldsOf(exchange.body);
  const period = fieldsOf(fields['selectedPeriod']);
  const [start, end] = [instant(period, 'start'), instant(period, 'end')];
  const pagination = fieldsOf(fields['pagination'] ?? {});
  const offset = wholeOf(pagination, 'offset') ?? 0;
  const limit = wholeOf(pagination, 'limit') ?? 1000;
  const nmIds = fields['nmIds'];
  if (limit < 1 || limit > 10_000 || end - start > 31 * 86_400_000 || end < start) {
    return problem(exchange, 400, 'invalid period or limit');
  }
  if (offset > 0 && textOf(fields, 'snapshotTime') === undefined) {
    return problem(exchange, 400, 'snapshotTime is required with offset');
  }
  const snapshotTime = textOf(fields, 'snapshotTime') ?? new Date(fake.now()).toISOString();
  const rows = fake.orders
    .list()
    // The request's end was read from the caller's clock a moment before: that second still counts.
    .filter((order) => order.updatedAt >= start && order.updatedAt <= end + 1000)
    .filter((order) => !Array.isArray(nmIds) || (nmIds as unknown[]).includes(order.nmId))
    .slice(offset, offset + limit);
  const currency = rows[0]?.currency ?? 'KZT';
  const body = JSON.stringify({
    data: { currency, snapshotTime, orders: rows.map(wireOrder) },
  });
  exchange.response.writeHead(200, {
    'content-type': 'application/json',
    'x-ratelimit-remaining': '0',
  });
  // Prices leave as the very decimal text they were set with, which JSON.stringify cannot write.
  exchange.response.end(body.replace(/"price:(-?[0-9.]+)"/g, '$1'));
}

function wireOrder(order: OrderChange): Record<string, unknown> {
  return {
    srid: order.srid,
    nmId: order.nmId,
    chrtId: order.nmId,
    status: order.status,
    cancelType: order.status === 'cancel' ? 'app' : null,
    createdAt: new Date(order.createdAt).toISOString(),
    updatedAt: new Date(order.updatedAt).toISOString(),
    sellerPrice: `price:${order.price}`,
    isB2b: false,
    isMp: false,
  };
}

function setOrder(fake: WildberriesFake, fields: Fields): OrderChange {
  const srid = textOf(fields, 'srid');
  if (srid === undefined) throw new BadRequest('srid must be text');
  const before = fake.orders.find(srid);
  const price = textOf(fields, 'price') ?? before?.price;
  if (price === undefined || !parseTenge(price).ok) throw new BadRequest('price is not tenge');
  const now = fake.now();
  const change: OrderChange = {
    srid,
    nmId: wholeOf(fields, 'nmId') ?? before?.nmId ?? 1,
    price,
    currency: textOf(fields, 'currency') ?? before?.currency ?? 'KZT',
    status: oneOf(fields, 'status', ORDER_STATUSES),
    createdAt: before?.createdAt ?? now,
    updatedAt: fields['updatedAt'] === undefined ? now : instant(fields, 'updatedAt'),
  };
  fake.orders.change(change);
  return change;
}

export function wildberriesControl(fake: WildberriesFake, exchange: Exchange): void {
  const state = () => ({ dial: fake.dial, requests: fake.requests });
  switch (`${exchange.method} ${exchange.path}`) {
    case 'POST /orders':
      return answer(exchange, 200, setOrder(fake, fieldsOf(exchange.body)));
    case 'GET /orders':
      return answer(exchange, 200, { orders: fake.orders.list() });
    case 'POST /dial': {
      const fields = fieldsOf(exchange.body);
      fake.dial = {
        mode: oneOf(fields, 'mode', FEED_MODES),
        remaining: wholeOf(fields, 'count') ?? null,
        retrySeconds: wholeOf(fields, 'retrySeconds') ?? 60,
      };
      return answer(exchange, 200, state());
    }
    case 'GET /dial':
      return answer(exchange, 200, state());
    default:
      return problem(exchange, 404, 'path not found');
  }
}
