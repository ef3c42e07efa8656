/**
 * The embedded ClickHouse: chdb (the real engine, in process) behind ClickHouse's HTTP interface on
 * loopback, so that @clickhouse/client is the only client in the code and a real server can take its
 * place by URL. Usage: node clickhouseServer.js <data folder> <port>. Prints `ready <url>` when up.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ClickhouseEngine } from './clickhouse/engine';
import { ClickhouseFailure, failureAnswer } from './clickhouse/failure';
import { readRequest } from './clickhouse/request';
import { errorMessage } from '../telemetry/failure';

const KEEP_ALIVE_MS = 30_000;
const STOP_TIMEOUT_MS = 5_000;
const compress = promisify<Uint8Array, { level: number }, Buffer>(gzip);
/** Compressing less than this costs more than it saves. */
const MIN_GZIP_BYTES = 1_024;

function answer(response: ServerResponse, status: number, body: Uint8Array | string): void {
  if (response.destroyed) return;
  response.statusCode = status;
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

/**
 * There is no password, so a web page open on this machine must not get in: browsers send Origin with
 * what they post, and a rebound host name shows in Host.
 */
function refuseBrowsers(request: IncomingMessage): void {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (request.headers.origin === undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(host)) {
    return;
  }
  throw new ClickhouseFailure(497, 'ACCESS_DENIED', 'Only programs on this machine may connect');
}

async function handle(
  engine: ClickhouseEngine,
  version: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('X-ClickHouse-Server-Display-Name', 'gamma-embedded');
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  try {
    refuseBrowsers(request);
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    response.setHeader('X-ClickHouse-Query-Id', url.searchParams.get('query_id') || randomUUID());
    if (url.pathname === '/ping') return answer(response, 200, 'Ok.\n');
    if (url.pathname !== '/') return answer(response, 404, `There is no ${url.pathname}\n`);
    const read = await readRequest(request, url);
    if (read.sql.trim() === '') {
      if (read.readOnly) return answer(response, 200, 'Ok.\n');
      throw new ClickhouseFailure(62, 'SYNTAX_ERROR', 'Empty query');
    }
    const { bytes, summary } = await engine.run(read);
    response.setHeader('X-ClickHouse-Summary', JSON.stringify(summary));
    if (!read.gzip || bytes.length < MIN_GZIP_BYTES) return answer(response, 200, bytes);
    const packed = await compress(bytes, { level: 1 });
    response.setHeader('Content-Encoding', 'gzip');
    answer(response, 200, packed);
  } catch (thrown) {
    const failure = failureAnswer(thrown);
    response.setHeader('X-ClickHouse-Exception-Code', String(failure.code));
    answer(response, failure.status, failure.body.replace(/\n$/, ` (version ${version})\n`));
    // An error may come before the body was read; the connection is usable again after its end.
    request.resume();
  }
}

function main(): void {
  const [dir, port] = process.argv.slice(2);
  if (!dir || !port) throw new Error('usage: clickhouseServer <data folder> <port>');
  const engine = new ClickhouseEngine(dir);
  const version = engine.version();
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 });
  server.on('request', (request, response) => void handle(engine, version, request, response));
  server.on('error', (error) => {
    console.error(`cannot listen on 127.0.0.1:${port}: ${error.message}`);
    process.exit(1);
  });
  server.listen(Number(port), '127.0.0.1', () => {
    console.log(`ready http://127.0.0.1:${port} (ClickHouse ${version})`);
  });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // A query that will not end must not hold the engine: everything acknowledged is on disk already.
    setTimeout(() => process.exit(0), STOP_TIMEOUT_MS).unref();
    server.close(() => void engine.close().finally(() => process.exit(0)));
    server.closeIdleConnections();
  };
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, stop);
}

try {
  main();
} catch (thrown) {
  console.error(errorMessage(thrown));
  process.exit(1);
}
