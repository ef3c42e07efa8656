import { isObject, textField } from '../exactJson';

/** A row of the Order Feed with numbers as the shop wrote them. */
export type WireOrder = {
  readonly srid: string;
  readonly status: string | null;
  readonly updatedAt: string | null;
  readonly sellerPrice: string | null;
};

export type WireFeedPage = {
  readonly orders: readonly WireOrder[];
  readonly currency: string | null;
  readonly snapshotTime: string | null;
};

/** Rows may stand under `data` (seen live) or at the top; a row without srid makes the page unreadable. */
export function readFeedPage(json: unknown): WireFeedPage | null {
  if (!isObject(json)) return null;
  const page = isObject(json['data']) ? json['data'] : json;
  if (!Array.isArray(page['orders'])) return null;
  const orders: WireOrder[] = [];
  for (const row of page['orders'] as unknown[]) {
    const srid = isObject(row) ? textField(row, 'srid') : null;
    if (!isObject(row) || srid === null) return null;
    orders.push({
      srid,
      status: textField(row, 'status'),
      updatedAt: textField(row, 'updatedAt'),
      sellerPrice: textField(row, 'sellerPrice'),
    });
  }
  return {
    orders,
    currency: textField(page, 'currency'),
    snapshotTime: textField(page, 'snapshotTime'),
  };
}
