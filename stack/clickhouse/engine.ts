import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { drainPending, Session, type RawInsertFormat } from 'chdb';
import { ClickhouseFailure } from './failure';
import { boundValue, type Bound } from './params';
import type { ClickhouseRequest } from './request';

export type Answer = {
  readonly bytes: Uint8Array;
  readonly summary: Readonly<Record<string, string>>;
};

/** Queries that run at the same time; more wait. One below the thread pool, so files and gzip go on. */
const CONCURRENT = 6;
const RAW_FORMATS = new Set<string>([
  'JSONEachRow',
  'JSONCompactEachRow',
  'CSV',
  'CSVWithNames',
  'TSV',
  'TabSeparated',
  'TSVWithNames',
  'TabSeparatedWithNames',
] satisfies RawInsertFormat[]);
/** Binary formats that say which columns they have. */
const DESCRIBED_FORMATS =
  /^(Native|RowBinaryWithNamesAndTypes|Parquet|Arrow|ArrowStream|ORC|Avro)$/;
const OTHER_BINARY_FORMATS =
  /^(RowBinary\w*|AvroConfluent|Protobuf\w*|MsgPack|CapnProto|BSONEachRow|Npy|RawBLOB)$/;

/** INSERT INTO … [(columns)] FORMAT F, whatever the table's name looks like. */
const NAMED_INSERT =
  /^(\s*INSERT\s+INTO\s+[^()]+?\s*(?:\(([^()]+)\)\s*)?)\bFORMAT\s+(\w+)\s*;?\s*$/i;

/** INSERT INTO [db.]table [(columns)] FORMAT F: the shape whose rows can go to the engine as bytes. */
const PLAIN_INSERT =
  /^\s*INSERT\s+INTO\s+(?:TABLE\s+)?([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)?)\s*(?:\(([A-Za-z0-9_,\s]+)\)\s*)?FORMAT\s+(\w+)\s*;?\s*$/i;

const FILE_PREFIX = 'insert-';

const quoteName = (name: string): string => `\`${name.replace(/[\\`]/g, '\\$&')}\``;
const quoteText = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

function summary(
  read: number,
  readBytes: number,
  written: number,
  writtenBytes: number,
  s: number,
) {
  return {
    read_rows: String(read),
    read_bytes: String(readBytes),
    written_rows: String(written),
    written_bytes: String(writtenBytes),
    total_rows_to_read: '0',
    result_rows: String(read),
    result_bytes: String(readBytes),
    elapsed_ns: String(Math.round(s * 1e9)),
  };
}

/**
 * The one data folder of this process. Every request gets a connection of its own (they cost well under
 * a millisecond), so its database and settings cannot leak into another's. One connection stays open
 * all the time: closing the last one would shut the engine down.
 */
export class ClickhouseEngine {
  private readonly anchor: Session;
  private readonly files: string;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly dir: string) {
    this.anchor = new Session(dir);
    this.files = join(dir, 'user_files');
    mkdirSync(this.files, { recursive: true });
    // A process that was killed leaves what it was inserting.
    for (const name of readdirSync(this.files))
      if (name.startsWith(FILE_PREFIX)) rmSync(join(this.files, name));
  }

  version(): string {
    return this.anchor.query('SELECT version()', 'TabSeparatedRaw').trim();
  }

  async run(request: ClickhouseRequest): Promise<Answer> {
    if (this.running >= CONCURRENT) {
      // Whoever finishes hands its place over, so the count stays.
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.running += 1;
    }
    try {
      return await this.runNow(request);
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }

  async close(): Promise<void> {
    await drainPending();
    this.anchor.close();
    await drainPending();
  }

  private async runNow(request: ClickhouseRequest): Promise<Answer> {
    const session = new Session(this.dir);
    try {
      if (request.database) await session.queryAsync(`USE ${quoteName(request.database)}`);
      await this.applySettings(session, request);
      return request.data === undefined
        ? await this.query(session, request, request.sql)
        : await this.insert(session, request, request.data);
    } finally {
      session.close();
    }
  }

  /** Values go to the engine as text literals; it converts them to each setting's type and checks them. */
  private async applySettings(session: Session, request: ClickhouseRequest): Promise<void> {
    const parts = [...request.settings].map(([name, value]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        throw new ClickhouseFailure(115, 'UNKNOWN_SETTING', `Unknown setting '${name}'`);
      }
      return `${name} = ${quoteText(value)}`;
    });
    // As in ClickHouse: a GET may read and change settings, nothing else.
    if (request.readOnly) parts.push('readonly = 2');
    if (parts.length > 0) await session.queryAsync(`SET ${parts.join(', ')}`);
  }

  private async query(session: Session, request: ClickhouseRequest, sql: string): Promise<Answer> {
    const options = { format: request.defaultFormat };
    const values: Record<string, Bound> = {};
    for (const [name, text] of request.params) values[name] = boundValue(sql, name, text);
    const result =
      request.params.size > 0
        ? await session.queryBindAsync(sql, values, options)
        : await session.queryAsync(sql, options);
    return {
      bytes: result.bytes(),
      summary: summary(result.rowsRead, result.bytesRead, 0, 0, result.elapsed),
    };
  }

  private async insert(
    session: Session,
    request: ClickhouseRequest,
    data: Buffer,
  ): Promise<Answer> {
    const [, table, columns, format = ''] = PLAIN_INSERT.exec(request.sql) ?? [];
    if (table !== undefined && RAW_FORMATS.has(format) && request.params.size === 0) {
      const result = await session.insert({
        table,
        values: data,
        format: format as RawInsertFormat,
        ...(columns === undefined ? {} : { columns: columns.split(',').map((c) => c.trim()) }),
      });
      const { rowsWritten, bytesWritten, elapsed } = result;
      return {
        bytes: new Uint8Array(),
        summary: summary(rowsWritten, bytesWritten, rowsWritten, bytesWritten, elapsed),
      };
    }
    const [, into = '', names = '*', named = ''] = NAMED_INSERT.exec(request.sql) ?? [];
    if (data.length === 0 && named !== '') {
      return { bytes: new Uint8Array(), summary: summary(0, 0, 0, 0, 0) };
    }
    if (DESCRIBED_FORMATS.test(named)) {
      return this.withFile(data, (path) =>
        this.query(
          session,
          request,
          `${into} select ${names} from file(${quoteText(path)}, ${named})`,
        ),
      );
    }
    if (OTHER_BINARY_FORMATS.test(named)) {
      throw new ClickhouseFailure(
        48,
        'NOT_IMPLEMENTED',
        `The embedded server takes binary formats only when they describe their columns, not ${named}`,
      );
    }
    return this.query(session, request, `${request.sql}\n${data.toString('utf8')}`);
  }

  /** The binding takes text only; the engine reads any format of its own from a file. */
  private async withFile<T>(data: Buffer, use: (path: string) => Promise<T>): Promise<T> {
    const path = join(this.files, `${FILE_PREFIX}${randomUUID()}`);
    try {
      await writeFile(path, data);
      return await use(path);
    } finally {
      await rm(path, { force: true });
    }
  }
}
