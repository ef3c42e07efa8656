import { isUtf8 } from 'node:buffer';

import { parse } from 'csv-parse/sync';

import { err, ok, type Result } from '../../domain/result';
import type { ImportInput } from '../../store/postgres/linkImports';
import type { Refusal } from '../reply';

/** A table of links as a spreadsheet saves it. */
export const COLUMNS = [
  'url',
  'title',
  'slug',
  'expires_at',
  'sub1',
  'sub2',
  'sub3',
  'sub4',
  'sub5',
] as const;
export const MAX_ROWS = 1_000;
const MAX_URL = 4_096;
const MAX_CELL = 200;

/** Spreadsheets here save "CSV" in windows-1251 unless told otherwise; such bytes are hardly ever valid UTF-8. */
function decoded(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : new TextDecoder('windows-1251').decode(bytes);
}

/** Where lists are written with decimal commas the separator is a semicolon; the header line tells. */
function delimiterOf(text: string): string {
  const [header = ''] = text.split(/\r\n|\n|\r/, 1);
  return [';', '\t'].find((one) => header.includes(one)) ?? ',';
}

function headerProblem(header: readonly string[]): string | undefined {
  const known: readonly string[] = COLUMNS;
  const unknown = header.find((name) => !known.includes(name));
  if (unknown !== undefined) return `There is no column "${unknown.slice(0, 40)}".`;
  if (new Set(header).size !== header.length) return 'A column stands twice.';
  return header.includes('url') ? undefined : 'The column url is missing.';
}

function records(text: string): Result<string[][], Refusal> {
  try {
    return ok(
      parse(text, {
        bom: true,
        delimiter: delimiterOf(text),
        trim: true,
        skip_empty_lines: true,
        skip_records_with_empty_values: true,
        relax_column_count_less: true,
        max_record_size: 65_536,
      }),
    );
  } catch (thrown) {
    const { code, lines } = thrown as { code?: string; lines?: number };
    // Only the parser's own refusals are the file's fault.
    if (typeof code !== 'string' || !code.startsWith('CSV_')) throw thrown;
    return err({
      problem: 'csv_unreadable',
      detail: `The table cannot be read at line ${lines ?? 1}.`,
    });
  }
}

/** A cell that a spreadsheet protected from being run as a formula. */
const cell = (text: string): string => text.replace(/^'(?=[=+\-@])/, '');

/**
 * Rows of links, each with the cells that are not empty. Columns in any order, `,` `;` or tab, with or without a
 * byte order mark, UTF-8 or windows-1251. Errors: csv_*.
 */
export function readTable(bytes: Buffer): Result<ImportInput[], Refusal> {
  const text = decoded(bytes);
  // The database's JSON cannot hold it, and no spreadsheet writes it.
  if (text.includes('\0')) return err({ problem: 'csv_unreadable' });
  const read = records(text);
  if (!read.ok) return read;
  const [first, ...rows] = read.value;
  if (!first) return err({ problem: 'csv_empty' });
  const header = first.map((name) => name.trim().toLowerCase());
  const wrong = headerProblem(header);
  if (wrong !== undefined) return err({ problem: 'csv_columns_wrong', detail: wrong });
  if (rows.length === 0) return err({ problem: 'csv_empty' });
  if (rows.length > MAX_ROWS) return err({ problem: 'csv_too_many_rows' });
  for (const [i, row] of rows.entries())
    if (row.some((text, at) => text.length > (header[at] === 'url' ? MAX_URL : MAX_CELL)))
      return err({
        problem: 'csv_cell_too_long',
        detail: `Row ${i + 1} has a cell that is too long.`,
      });
  return ok(
    rows.map((row) =>
      Object.fromEntries(
        header
          .map((name, at) => [name, cell(row[at] ?? '')] as const)
          .filter(([, value]) => value !== ''),
      ),
    ),
  );
}
