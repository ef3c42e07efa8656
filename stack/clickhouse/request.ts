import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { ClickhouseFailure } from './failure';

export type ClickhouseRequest = {
  readonly sql: string;
  /** Rows of an INSERT whose statement came in the URL. */
  readonly data: Buffer | undefined;
  readonly params: ReadonlyMap<string, string>;
  readonly settings: ReadonlyMap<string, string>;
  readonly database: string | undefined;
  readonly defaultFormat: string;
  readonly queryId: string | undefined;
  readonly readOnly: boolean;
  readonly gzip: boolean;
};

const MAX_BODY_BYTES = 1 << 30;

/** Parameters of the HTTP layer itself: the engine does not know them. */
const HTTP_ONLY = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'user',
  'password',
  'quota_key',
  'wait_end_of_query',
  'buffer_size',
  'compress',
  'decompress',
  'enable_http_compression',
  'send_progress_in_http_headers',
  'session_timeout',
  'session_check',
]);

function decoded(request: IncomingMessage): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  const make: Record<string, () => NodeJS.ReadWriteStream> = {
    gzip: createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  };
  if (encoding === 'identity') return request;
  const decoder = make[encoding]?.();
  if (!decoder) {
    throw new ClickhouseFailure(
      89,
      'UNKNOWN_COMPRESSION_METHOD',
      `Content-Encoding ${encoding} is not known here; use gzip, deflate or br`,
    );
  }
  request.on('error', (error) => decoder.emit('error', error));
  return request.pipe(decoder) as unknown as Readable;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of decoded(request)) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) {
      throw new ClickhouseFailure(307, 'TOO_MANY_BYTES', 'Request body is over 1 GiB');
    }
    chunks.push(chunk as Buffer);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

/** Text fields of a multipart form, which the client uses when parameters would make a URL too long. */
async function formFields(body: Buffer, contentType: string): Promise<Map<string, string>> {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType },
  }).formData();
  const fields = new Map<string, string>();
  for (const [name, value] of form) {
    if (typeof value === 'string') fields.set(name, value);
  }
  return fields;
}

function refuseUnsupported(search: URLSearchParams): void {
  const refuse = (what: string): never => {
    throw new ClickhouseFailure(48, 'NOT_IMPLEMENTED', `The embedded server has no ${what}`);
  };
  if (search.has('session_id')) refuse('sessions (session_id)');
  if (search.has('role')) refuse('roles');
  if (search.get('compress') === '1') refuse('native block compression (compress=1)');
  if (search.get('decompress') === '1') refuse('native block compression (decompress=1)');
}

const isInsert = (sql: string): boolean =>
  /^\s*(?:\/\*[\s\S]*?\*\/\s*|--[^\n]*\n\s*)*INSERT\b/i.test(sql);

/** Reads one request the way ClickHouse's HTTP handler does: GET may only read, POST may write. */
export async function readRequest(request: IncomingMessage, url: URL): Promise<ClickhouseRequest> {
  const search = url.searchParams;
  refuseUnsupported(search);
  const body = await readBody(request);
  const contentType = request.headers['content-type'] ?? '';
  const form = contentType.startsWith('multipart/form-data')
    ? await formFields(body, contentType)
    : undefined;
  const inUrl = search.get('query') ?? '';
  const params = new Map<string, string>();
  const settings = new Map<string, string>();
  for (const [name, value] of [...search, ...(form ?? [])]) {
    if (name.startsWith('param_')) params.set(name.slice('param_'.length), value);
    else if (!HTTP_ONLY.has(name) && !name.startsWith('http_')) settings.set(name, value);
  }
  const withData = form === undefined && inUrl !== '' && isInsert(inUrl);
  const rest = form ? (form.get('query') ?? '') : withData ? '' : body.toString('utf8');
  const gzip = /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '');
  return {
    sql: [inUrl, rest].filter(Boolean).join('\n'),
    data: withData ? body : undefined,
    params,
    settings,
    database: search.get('database') ?? headerText(request, 'x-clickhouse-database'),
    defaultFormat: search.get('default_format') ?? 'TabSeparated',
    queryId: search.get('query_id') || undefined,
    readOnly: request.method === 'GET',
    gzip: gzip && ['1', 'true'].includes(search.get('enable_http_compression') ?? ''),
  };
}

function headerText(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
