import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request to a fake, read whole, and the ways a fake may answer it, the broken ones included. */
export type Exchange = {
  readonly method: string;
  /** Below the fake's own prefix. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
  readonly response: ServerResponse;
};

export type Handler = (exchange: Exchange) => void | Promise<void>;

export function answer(
  exchange: Exchange,
  status: number,
  json: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const { response } = exchange;
  // The caller may have given up while a slow answer was being prepared.
  if (response.destroyed || response.writableEnded) return;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(json));
}

/** `/sms/outbox` below `/sms` is `/outbox`; null when the path is not below the prefix. */
export function below(exchange: Exchange, prefix: string): Exchange | null {
  return exchange.path.startsWith(`${prefix}/`)
    ? { ...exchange, path: exchange.path.slice(prefix.length) }
    : null;
}

/** Ends early when the caller hangs up, so a long pause never outlives its request. */
export function pause(exchange: Exchange, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    exchange.response.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Compared in constant time, as a partner does with a credential. */
export function same(given: unknown, expected: string): boolean {
  const [a, b] = [Buffer.from(String(given)), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Breaks the connection without an answer, as a crashed partner does. */
export function reset(exchange: Exchange): void {
  exchange.response.socket?.resetAndDestroy();
}

/** 200 with a web page, as a captive portal or a broken proxy sends. */
export function garble(exchange: Exchange): void {
  exchange.response.writeHead(200, { 'content-type': 'text/html' });
  exchange.response.end('<html><body>Service is temporarily');
}

export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

const MAX_BODY_BYTES = 65_536;

/** The body of a request: fields of a submitted web form, else JSON; undefined when empty. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new BadRequest('body is too large');
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    throw new BadRequest('body is not JSON');
  }
}

export type Fields = { readonly [name: string]: unknown };

export function fieldsOf(body: unknown): Fields {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new BadRequest('body must be a JSON object');
  }
  return body as Fields;
}

export function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '') throw new BadRequest(`${name} must be text`);
  return value;
}

export function wholeOf(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new BadRequest(`${name} must be a whole number`);
  }
  return value;
}

export function oneOf<T extends string>(fields: Fields, name: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === fields[name]);
  if (found === undefined) throw new BadRequest(`${name} must be one of ${allowed.join(', ')}`);
  return found;
}
