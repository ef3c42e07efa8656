import { stringify as streamed, type Stringifier } from 'csv-stringify';
import { stringify } from 'csv-stringify/sync';

import { guarded } from './formula';

/** For Excel as it is set here (semicolon, decimal comma), or for programs and everybody else's Excel. */
export const TABLE_STYLES = ['programs', 'excel'] as const;
export type TableStyle = (typeof TABLE_STYLES)[number];

export const tableStyle = (asked: string | undefined): TableStyle =>
  asked === 'excel' ? 'excel' : 'programs';

/** Text of anybody's, or a number of ours as decimal text, which stays a number in the spreadsheet. */
export type Cell = string | null | { readonly number: string | number };

export const CSV_TYPE = 'text/csv; charset=utf-8';

const OPTIONS = {
  programs: { delimiter: ',', bom: true, record_delimiter: '\r\n' },
  excel: { delimiter: ';', bom: true, record_delimiter: '\r\n' },
} as const;

export function cellText(cell: Cell, style: TableStyle): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return guarded(cell);
  const number = String(cell.number);
  return style === 'excel' ? number.replace('.', ',') : number;
}

/** A whole table, the names of its columns first. */
export const tableText = (
  style: TableStyle,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): string =>
  stringify(
    [columns, ...rows.map((row) => row.map((cell) => cellText(cell, style)))],
    OPTIONS[style],
  );

/** The same for more rows than are held at once: takes rows as arrays of cellText. */
export const tableStream = (style: TableStyle, columns: readonly string[]): Stringifier =>
  streamed({
    ...OPTIONS[style],
    header: true,
    columns: columns.map((key) => ({ key, header: key })),
  });
