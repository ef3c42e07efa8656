import { stringify } from 'csv-stringify/sync';

import type { TextAnswer } from '../answer';
import type { Item, Statistics } from './clickStatistics';

/** A spreadsheet runs a cell that starts like this (OWASP, CSV Injection); strangers write referrers. */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const plain = (value: unknown): string => {
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  return typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text;
};

const COLUMNS = ['key', 'label', 'clicks', 'counted', 'unique', 'not_counted'];
const SHOP_COLUMNS = [...COLUMNS, 'orders', 'earned', 'earned_per_100_clicks'];

/** The same lines as a file: UTF-8 with a byte order mark, CRLF, as the orders' file. */
export function csvAnswer({ items }: Statistics, byShop: boolean): TextAnswer {
  const columns = byShop ? SHOP_COLUMNS : COLUMNS;
  const rows = items.map((item: Item) => columns.map((column) => plain(item[column])));
  return {
    status: 200,
    contentType: 'text/csv; charset=utf-8',
    body: stringify([columns, ...rows], { bom: true, record_delimiter: '\r\n' }),
    headers: ['Content-Disposition', 'attachment; filename="clicks.csv"'],
  };
}
