import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';

import { PROBLEMS, problemBody, type ProblemCode, type ProblemExtra } from './problem';

/** An answer before it is written: what handlers return. */
export type Answer = {
  readonly status: number;
  readonly contentType: string;
  /** A stream is sent as it comes, without Content-Length; one that fails ends the connection. */
  readonly body: string | Readable;
  /** Names and values by turns. */
  readonly headers?: readonly string[];
};

export type TextAnswer = Answer & { readonly body: string };

const JSON_TYPE = 'application/json; charset=utf-8';
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** An API has no pages: nothing may be cached, framed, sniffed or executed (ASVS 3.4). */
export const FIXED_HEADERS: readonly string[] = [
  'Cache-Control',
  'no-store',
  'X-Content-Type-Options',
  'nosniff',
  'Content-Security-Policy',
  "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy',
  'no-referrer',
  'Strict-Transport-Security',
  'max-age=31536000',
];

export const jsonAnswer = (status: number, body: unknown): TextAnswer => ({
  status,
  contentType: JSON_TYPE,
  body: JSON.stringify(body),
});

/** For bodies already serialised. */
export const jsonTextAnswer = (status: number, body: string): TextAnswer => ({
  status,
  contentType: JSON_TYPE,
  body,
});

export function problemAnswer(
  code: ProblemCode,
  requestId: string,
  extra: ProblemExtra = {},
): TextAnswer {
  const headers: string[] = [];
  if (extra.retryAfterSeconds !== undefined)
    headers.push('Retry-After', String(extra.retryAfterSeconds));
  if (extra.allow) headers.push('Allow', extra.allow.join(', '));
  if (PROBLEMS[code].status === 401) headers.push('WWW-Authenticate', 'Bearer realm="gamma"');
  return {
    status: PROBLEMS[code].status,
    contentType: PROBLEM_TYPE,
    body: JSON.stringify(problemBody(code, requestId, extra)),
    headers,
  };
}

const REQUEST_ID = /^[A-Za-z0-9_.-]{1,64}$/;

/** The caller's X-Request-Id when it is harmless in logs and headers, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

export function writeAnswer(
  response: ServerResponse,
  answer: TextAnswer,
  requestId: string,
  closing = false,
): void {
  // The sender is gone, or an error came after the answer: there is nobody to tell.
  if (response.headersSent || response.destroyed) return;
  const headers = FIXED_HEADERS.concat(
    'Content-Type',
    answer.contentType,
    'Content-Length',
    String(Buffer.byteLength(answer.body)),
    'X-Request-Id',
    requestId,
  );
  if (answer.headers) headers.push(...answer.headers);
  if (closing) headers.push('Connection', 'close');
  response.writeHead(answer.status, headers);
  response.end(answer.body);
}
