import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import type { Payload, PayloadCodec } from '@temporalio/common';

import { errorText, type Logger } from '../telemetry/logger';

const BODY_MAX_BYTES = 4 * 1024 * 1024;

type JsonPayload = { metadata?: Record<string, string> | null; data?: string | null };

export type CodecServerOptions = {
  readonly codec: PayloadCodec;
  readonly namespace: string;
  /** Only a page of this origin may ask. */
  readonly uiOrigin: string;
  readonly logger: Logger;
};

/**
 * Lets the Temporal UI show payloads in clear. Whoever can call it can decrypt, so it listens on loopback unless
 * CODEC_HOST says otherwise, answers one origin, refuses other namespaces and logs every decode. It never encrypts: what
 * our key has encrypted is believed, and the UI is for looking.
 */
export function createCodecServer(options: CodecServerOptions): Server {
  return createServer((request, response) => {
    void answer(options, request, response).catch((failure: unknown) => {
      options.logger.warn({ error: errorText(failure) }, 'codec request failed');
      if (!response.headersSent) response.writeHead(400).end();
    });
  });
}

async function answer(
  options: CodecServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('Access-Control-Allow-Origin', options.uiOrigin);
  response.setHeader('Access-Control-Allow-Headers', 'content-type, x-namespace, authorization');
  response.setHeader('Access-Control-Allow-Methods', 'POST');
  response.setHeader('Vary', 'Origin');
  if (request.method === 'OPTIONS') return void response.writeHead(204).end();
  const { origin } = request.headers;
  const namespace = request.headers['x-namespace'];
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  if (request.method !== 'POST' || path !== '/decode') return void response.writeHead(404).end();
  if (origin !== options.uiOrigin || (namespace !== undefined && namespace !== options.namespace)) {
    return void response.writeHead(403).end();
  }
  const { payloads } = JSON.parse(await readBody(request)) as { payloads: JsonPayload[] };
  options.logger.info({ path, count: payloads.length }, 'codec used');
  const result = await options.codec.decode(payloads.map(fromJson));
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify({ payloads: result.map(toJson) }));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > BODY_MAX_BYTES) throw new Error(`codec request above ${BODY_MAX_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

const fromJson = (payload: JsonPayload): Payload => ({
  metadata: Object.fromEntries(
    Object.entries(payload.metadata ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64'),
    ]),
  ),
  data: Buffer.from(payload.data ?? '', 'base64'),
});

const toJson = (payload: Payload): JsonPayload => ({
  metadata: Object.fromEntries(
    Object.entries(payload.metadata ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value).toString('base64'),
    ]),
  ),
  data: Buffer.from(payload.data ?? []).toString('base64'),
});
