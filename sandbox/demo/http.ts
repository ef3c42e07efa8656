import { randomUUID } from 'node:crypto';

import { parseSecret, sign } from '../../domain/intake/signature';

/** A step that did not go as the demo expects: says which request and what came back. */
export class DemoFailure extends Error {
  override readonly name = 'DemoFailure';
}

export type Answer = { readonly status: number; readonly body: Record<string, unknown> };

async function parsed(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { text };
  }
}

/** One JSON request; any status but the expected one is a DemoFailure with the answer in it. */
export async function call(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  url: string,
  options: {
    key?: string;
    body?: unknown;
    headers?: Record<string, string>;
    expect?: readonly number[];
  } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(options.key ? { authorization: `Bearer ${options.key}` } : {}),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined
      ? {}
      : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const body = await parsed(response);
  const expected = options.expect ?? [200, 201, 202];
  if (!expected.includes(response.status)) {
    throw new DemoFailure(
      `${method} ${new URL(url).pathname} answered ${response.status}: ${JSON.stringify(body)}`,
    );
  }
  return { status: response.status, body };
}

/** Signs and sends a postback as a shop would (Standard Webhooks). */
export function sendPostback(
  api: string,
  programmeId: string,
  secret: string,
  event: Record<string, unknown>,
): Promise<Answer> {
  const key = parseSecret(secret);
  if (!key) throw new DemoFailure('the webhook secret is not of the form whsec_…');
  const body = JSON.stringify(event);
  const id = `msg_${randomUUID()}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  return call('POST', `${api}/v1/postbacks/${programmeId}`, {
    body,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': sign(key, { id, timestamp, body: Buffer.from(body) }),
    },
  });
}

const POLL_MS = 50;

/** Asks until `wanted` accepts the answer; says what it last saw when the time is up. */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  wanted: (value: T) => boolean,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (wanted(value)) return value;
    if (Date.now() > deadline) {
      throw new DemoFailure(
        `${what}: not after ${timeoutMs / 1000} s; last seen ${JSON.stringify(value)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
