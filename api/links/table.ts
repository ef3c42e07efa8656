import { err, ok, type Result } from '../../domain/result';
import { readTable, type TableFault } from '../../files/readTable';
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

/** Of a file of ours with what became of each row: read again, these say nothing. */
const OWN_COLUMNS = ['row', 'state', 'short_url', 'problem', 'problem_text'];

function headerProblem(header: readonly string[]): string | undefined {
  const known: readonly string[] = COLUMNS;
  const unknown = header.find((name) => !known.includes(name));
  if (unknown !== undefined) return `There is no column "${unknown.slice(0, 40)}".`;
  if (new Set(header).size !== header.length) return 'A column stands twice.';
  return header.includes('url') ? undefined : 'The column url is missing.';
}

const refusal = (fault: TableFault): Refusal =>
  fault.code === 'workbook'
    ? { problem: 'csv_is_workbook' }
    : { problem: 'csv_unreadable', detail: `The table cannot be read at line ${fault.line}.` };

/** Rows of links, each with the cells that are not empty, the columns in any order. Errors: csv_*. */
export function readLinks(bytes: Buffer): Result<ImportInput[], Refusal> {
  const read = readTable(bytes);
  if (!read.ok) return err(refusal(read.error));
  const { header, rows } = read.value;
  if (header.length === 0) return err({ problem: 'csv_empty' });
  const asked = header.filter((name) => !OWN_COLUMNS.includes(name));
  const wrong = headerProblem(asked);
  if (wrong !== undefined) return err({ problem: 'csv_columns_wrong', detail: wrong });
  if (rows.length === 0) return err({ problem: 'csv_empty' });
  if (rows.length > MAX_ROWS) return err({ problem: 'csv_too_many_rows' });
  const links = rows.map((row) =>
    Object.fromEntries(
      header
        .map((name, at) => [name, row[at] ?? ''] as const)
        .filter(([name, value]) => value !== '' && asked.includes(name)),
    ),
  );
  const long = links.findIndex((link) =>
    Object.entries(link).some(
      ([name, text]) => text.length > (name === 'url' ? MAX_URL : MAX_CELL),
    ),
  );
  return long < 0
    ? ok(links)
    : err({
        problem: 'csv_cell_too_long',
        detail: `Row ${long + 1} has a cell that is too long.`,
      });
}
