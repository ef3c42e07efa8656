import { isUtf8 } from 'node:buffer';

import { CsvError, parse } from 'csv-parse/sync';

import { err, ok, type Result } from '../domain/result';
import { restored } from './formula';

export type TableFault =
  | { readonly code: 'unreadable'; readonly line: number }
  /** An XLSX or XLS file under whatever name. */
  | { readonly code: 'workbook' };

/** Columns by the names of the first line, in lower case; every row has a cell for each. */
export type Table = {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

const SEPARATORS = [';', '\t', ',', '|'] as const;
const MAX_RECORD = 65_536;
const SEP_LINE = /^"?sep=(.)"?[;,\t|]*(?:\r\n|\n|\r|$)/i;
const ZIP = Buffer.from('PK\u0003\u0004', 'latin1');
const OLE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

const startsWith = (bytes: Buffer, mark: Buffer): boolean =>
  bytes.subarray(0, mark.length).equals(mark);

/** Excel's "Unicode text" is UTF-16; its plain CSV here is windows-1251, hardly ever valid UTF-8. */
function decoded(bytes: Buffer): string {
  const [a, b] = bytes;
  if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0))
    return new TextDecoder('utf-16le').decode(bytes);
  if ((a === 0xfe && b === 0xff) || (a === 0 && b !== 0))
    return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'windows-1251').decode(bytes);
}

/** What stands most often in the header outside of quotes, of equals the first of the list; a comma when nothing does. */
function separatorOf(text: string): string {
  const [header = ''] = text.trimStart().split(/\r\n|\n|\r/, 1);
  const bare = header.replace(/"[^"]*"/g, '');
  const count = (separator: string): number => bare.split(separator).length;
  const most = Math.max(...SEPARATORS.map(count));
  return most === 1 ? ',' : (SEPARATORS.find((one) => count(one) === most) ?? ',');
}

const OPTIONS = {
  record_delimiter: ['\r\n', '\n', '\r'],
  skip_empty_lines: true,
  skip_records_with_empty_values: true,
  relax_column_count: true,
  max_record_size: MAX_RECORD,
};

/** Quotes around a cell with one sign too many inside, which the second way leaves standing. */
const unquoted = (cell: string): string =>
  /^".*"$/s.test(cell) && cell.split('"').length % 2 === 0 ? cell.slice(1, -1) : cell;

/** By the letter of RFC 4180; and with quotes as people type them, where an inch sign is data: Монитор 27" белый. */
const WAYS = [
  { options: { ...OPTIONS, trim: true }, cell: (text: string) => text.trim() },
  {
    options: { ...OPTIONS, ltrim: true, relax_quotes: true },
    cell: (text: string) => unquoted(text.trim()),
  },
] as const;

/** Anything else that is thrown is ours. csv-parse's refusals quote the row: only their line goes on. */
function parsed(text: string, delimiter: string): Result<string[][], TableFault> {
  let line = 1;
  for (const { options, cell } of WAYS) {
    try {
      const rows: string[][] = parse(text, { ...options, delimiter });
      return ok(rows.map((row) => row.map(cell)));
    } catch (thrown) {
      if (!(thrown instanceof CsvError)) throw thrown;
      const { lines } = thrown as { lines?: unknown };
      line = typeof lines === 'number' ? lines : 1;
    }
  }
  return err({ code: 'unreadable', line });
}

const isFilled = (cell: string | undefined): boolean => cell !== undefined && cell !== '';

/**
 * A spreadsheet that separates by another sign put each line into its first cell, and saved it so: such lines are read
 * once more, and those a person typed beside them stand as they are.
 */
function unwrapped(rows: string[][]): Result<string[][], TableFault> {
  const [header = []] = rows;
  const [first = ''] = header;
  const inner = separatorOf(first);
  if (header.slice(1).some(isFilled) || !first.includes(inner)) return ok(rows);
  const read: string[][] = [];
  for (const [i, row] of rows.entries()) {
    if (row.slice(1).some(isFilled)) {
      read.push(row);
      continue;
    }
    const line = parsed(row[0] ?? '', inner);
    if (!line.ok) return err({ code: 'unreadable', line: i + 1 });
    read.push(...line.value);
  }
  return ok(read);
}

/** Columns that have neither a name nor a cell are what a spreadsheet leaves at the end. */
function trimmed([header = [], ...rows]: string[][]): Result<Table, TableFault> {
  const widest = rows.reduce((most, row) => Math.max(most, row.length), header.length);
  const kept: number[] = [];
  for (let at = 0; at < widest; at += 1) {
    if (isFilled(header[at])) kept.push(at);
    else {
      const row = rows.findIndex((cells) => isFilled(cells[at]));
      // A cell of no column: a separator inside a value that nobody quoted. Guessing would move the values.
      if (row >= 0) return err({ code: 'unreadable', line: row + 2 });
    }
  }
  return ok({
    header: kept.map((at) => (header[at] ?? '').trim().toLowerCase()),
    rows: rows.map((cells) => kept.map((at) => restored(cells[at] ?? ''))),
  });
}

export function readTable(bytes: Buffer): Result<Table, TableFault> {
  if (startsWith(bytes, ZIP) || startsWith(bytes, OLE)) return err({ code: 'workbook' });
  const text = decoded(bytes).replace(/^\ufeff/, '');
  const nul = text.indexOf('\0');
  if (nul >= 0) return err({ code: 'unreadable', line: text.slice(0, nul).split('\n').length });
  const [line = '', stated] = SEP_LINE.exec(text) ?? [];
  const body = text.slice(line.length);
  const rows = parsed(body, stated ?? separatorOf(body));
  if (!rows.ok) return rows;
  const whole = unwrapped(rows.value);
  return whole.ok ? trimmed(whole.value) : whole;
}
