import { Readable } from 'node:stream';

import { reason } from '../../domain/conversions/reasons';
import { formatTenge } from '../../domain/money';
import {
  countBrandOrders,
  listBrandOrders,
  orderKeys,
  type BrandOrder,
  type OrderSort,
} from '../../store/postgres/brandOrders';
import {
  CSV_TYPE,
  cellText,
  tableStream,
  tableStyle,
  type Cell,
  type TableStyle,
} from '../../files/writeTable';
import { languageOf } from '../access/viewer';
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

/** `2026-11-23 17:57:19`, Almaty: what spreadsheets read as a time. */
const almaty = (at: Date | null): string =>
  at === null
    ? ''
    : new Date(at.getTime() + 5 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

type Form = { readonly language: 'ru' | 'kk' | 'en'; readonly style: TableStyle };

const rowOf = (order: BrandOrder, { language, style }: Form): string[] =>
  (
    [
      order.id,
      order.programme_id,
      order.transaction_id,
      order.event,
      almaty(order.ordered_at),
      almaty(order.received_at),
      order.state,
      order.reason_code === null ? '' : reason(order.reason_code)[language],
      order.order_status,
      { number: formatTenge(order.sale_tiyn) },
      order.gross_tiyn === null ? null : { number: formatTenge(order.gross_tiyn) },
      order.influencer_id ?? '',
      order.influencer_ref ?? '',
      order.influencer_name ?? '',
      almaty(order.held_until),
    ] satisfies Cell[]
  ).map((cell) => cellText(cell, style));

/** Page by page by the keys of the last row, so that no database cursor stays open while a slow reader reads. */
async function* rowsOf(
  { pool, stopping }: ApiDeps,
  scoped: Parameters<typeof listBrandOrders>[1],
  sort: OrderSort,
  form: Form,
): AsyncGenerator<string[]> {
  let after: readonly string[] | undefined;
  for (let sent = 0; sent < MAX_ROWS;) {
    if (stopping()) throw new Error('the process stops');
    const rows = await listBrandOrders(pool, scoped, sort, { limit: PAGE_ROWS, after });
    const page = rows.slice(0, Math.min(PAGE_ROWS, MAX_ROWS - sent));
    for (const row of page) yield rowOf(row, form);
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
  const form = {
    language: languageOf(call, viewer),
    style: tableStyle(call.query.get('table')),
  };
  const rows = Readable.from(rowsOf(deps, scoped, readSort(call.query), form), {
    objectMode: true,
  });
  const csv = tableStream(form.style, COLUMNS);
  // A failure half-way must end the connection: a file that only looks whole would be believed.
  rows.once('error', (thrown) => csv.destroy(thrown));
  csv.once('close', () => rows.destroy());
  return {
    status: 200,
    contentType: CSV_TYPE,
    body: rows.pipe(csv),
    headers: ['Content-Disposition', 'attachment; filename="orders.csv"'],
  };
};
