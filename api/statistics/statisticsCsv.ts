import { CSV_TYPE, tableText, type Cell, type TableStyle } from '../../files/writeTable';
import type { TextAnswer } from '../answer';
import type { Item, Statistics } from './clickStatistics';
import { reasonView } from './reasons';

const COLUMNS = ['key', 'label', 'clicks', 'counted', 'unique', 'not_counted'] as const;
const SHOP_COLUMNS = [...COLUMNS, 'orders', 'earned', 'earned_per_100_clicks'] as const;

const AMOUNTS: readonly string[] = ['earned', 'earned_per_100_clicks'];

function cellOf(column: string, value: unknown): Cell {
  if (typeof value === 'number') return { number: value };
  if (typeof value !== 'string') return null;
  return AMOUNTS.includes(column) ? { number: value } : value;
}

export type CsvForm = {
  readonly byShop: boolean;
  /** Keys are codes of reasons, and their words stand beside them. */
  readonly byReason: boolean;
  readonly language: 'ru' | 'kk' | 'en';
  readonly style: TableStyle;
};

/** The same lines as a file. */
export function csvAnswer({ items }: Statistics, form: CsvForm): TextAnswer {
  const columns = form.byShop ? SHOP_COLUMNS : COLUMNS;
  const words = (item: Item): Item =>
    form.byReason && item.label === null
      ? { ...item, label: reasonView(item.key ?? '')?.[form.language] ?? null }
      : item;
  const rows = items.map((item) => {
    const said = words(item);
    return columns.map((column) => cellOf(column, said[column]));
  });
  return {
    status: 200,
    contentType: CSV_TYPE,
    body: tableText(form.style, columns, rows),
    headers: ['Content-Disposition', 'attachment; filename="clicks.csv"'],
  };
}
