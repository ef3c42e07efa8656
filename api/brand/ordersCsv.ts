import { Readable } from 'node:stream';

import { stringify } from 'csv-stringify';

import { reason } from '../../domain/conversions/reasons';
import { formatTenge } from '../../domain/money';
import {
  countBrandOrders,
  listBrandOrders,
  orderKeys,
  type BrandOrder,
  type OrderSort,
} from '../../store/postgres/brandOrders';
import type { ApiDeps, Handler } from '../handler';
import { readFilter, readSort } from './orders';
import { brandOf } from './scope';

const MAX_ROWS = 100_000;
/** Rows held at a time, whatever the size of the export. */
const PAGE_ROWS = 1_000;

const COLUMNS = [
  'order_id',
  'programme_id',
  'transaction_id',
  'event',
  'ordered_at',
  'received_at',
  'state',
  'reason',
  'order_status',
  'sale_kzt',
  'commission_kzt',
  'influencer_id',
  'influencer_ref',
  'influencer_name',
  'held_until',
] as const;

/** A spreadsheet runs a cell that starts like this (OWASP, CSV Injection); the shop and strangers write some of them. */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const plain = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** `2026-11-23 17:57:19`, Almaty: what spreadsheets read as a time. */
const almaty = (at: Date | null): string =>
  at === null
    ? ''
    : new Date(at.getTime() + 5 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

const rowOf = (order: BrandOrder): string[] =>
  [
    order.id,
    order.programme_id,
    order.transaction_id,
    order.event,
    almaty(order.ordered_at),
    almaty(order.received_at),
    order.state,
    order.reason_code === null ? '' : reason(order.reason_code).ru,
    order.order_status,
    formatTenge(order.sale_tiyn),
    order.gross_tiyn === null ? '' : formatTenge(order.gross_tiyn),
    order.influencer_id ?? '',
    order.influencer_ref ?? '',
    order.influencer_name ?? '',
    almaty(order.held_until),
  ].map(plain);

/** Page by page by the keys of the last row, so that no database cursor stays open while a slow reader reads. */
async function* rowsOf(
  { pool, stopping }: ApiDeps,
  scoped: Parameters<typeof listBrandOrders>[1],
  sort: OrderSort,
): AsyncGenerator<string[]> {
  let after: readonly string[] | undefined;
  for (let sent = 0; sent < MAX_ROWS;) {
    if (stopping()) throw new Error('the process stops');
    const rows = await listBrandOrders(pool, scoped, sort, { limit: PAGE_ROWS, after });
    const page = rows.slice(0, Math.min(PAGE_ROWS, MAX_ROWS - sent));
    for (const row of page) yield rowOf(row);
    sent += page.length;
    const last = page[page.length - 1];
    if (rows.length <= PAGE_ROWS || !last) return;
    after = orderKeys(last, sort);
  }
}

export const exportBrandOrders: Handler = async (deps, call, viewer) => {
  const brand = await brandOf(deps, call, viewer);
  if (!brand.ok) return brand.error;
  const filter = readFilter(Object.fromEntries(call.query));
  if (!filter.ok) return filter.error;
  const scoped = { viewer, brandId: brand.value, filter: filter.value };
  const count = await countBrandOrders(deps.pool, scoped, MAX_ROWS);
  if (count > MAX_ROWS) return { problem: 'export_too_large' };
  const rows = Readable.from(rowsOf(deps, scoped, readSort(call.query)), { objectMode: true });
  const csv = stringify({
    header: true,
    columns: COLUMNS.map((key) => ({ key, header: key })),
    bom: true,
    record_delimiter: '\r\n',
  });
  // A failure half-way must end the connection: a file that only looks whole would be believed.
  rows.once('error', (thrown) => csv.destroy(thrown));
  csv.once('close', () => rows.destroy());
  return {
    status: 200,
    contentType: 'text/csv; charset=utf-8',
    body: rows.pipe(csv),
    headers: ['Content-Disposition', 'attachment; filename="orders.csv"'],
  };
};
