import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

import type { Logger } from './logger';

/** Honest phones at the edge of a network send several times this. */
const MIN_BYTES_A_SECOND = 1_024;
/** How long a sender may be slower than that, in all: a dead spot of a mobile network, or a whole attack. */
const PATIENCE_SECONDS = 8;
const LOOK_MS = 1_000;
/** A request that is always just fast enough ends here. */
const LONGEST_REQUEST_MS = 300_000;
/** How long the other side has to read why before the connection is cut. */
const PARTING_MS = 1_000;

export type SenderLimits = {
  /** More connections than this are turned away by the system's queue. */
  readonly maxConnections: number;
  readonly headersMs?: number;
};

export type SenderStats = {
  readonly open: number;
  readonly slowHeaders: number;
  readonly slowBodies: number;
  readonly turnedAway: number;
};

export type SenderWatch = {
  /** To be told of each request; those with a body are watched until it is there. */
  sends(request: IncomingMessage): void;
  stats(): SenderStats;
  stop(): void;
};

type Sending = { readonly request: IncomingMessage; bytes: number; patience: number };

const timedOut = (): NodeJS.ErrnoException =>
  Object.assign(new Error('slow sender'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });

/** Ends a connection that has been given its last answer, whether or not the other side ends too. */
export function partWith(socket: Socket): void {
  setTimeout(() => socket.destroy(), PARTING_MS).unref();
}

/**
 * Ends who sends a request so slowly that only its connection is wanted: headers by Node's own limit, looked at each
 * second, bodies by their rate. Whoever waits for us to read is not slow. Both are reported as clientError, as Node
 * reports its own time limits.
 */
export function watchSenders(server: Server, limits: SenderLimits): SenderWatch {
  let slowHeaders = 0;
  let slowBodies = 0;
  let turnedAway = 0;
  let open = 0;
  const sending = new Map<Socket, Sending>();
  server.maxConnections = limits.maxConnections;
  server.headersTimeout = limits.headersMs ?? PATIENCE_SECONDS * 1_000;
  server.requestTimeout = LONGEST_REQUEST_MS;
  server.on('drop', () => (turnedAway += 1));
  server.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => {
      open -= 1;
      sending.delete(socket);
    });
  });
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
    if (code === 'ERR_HTTP_REQUEST_TIMEOUT' && !sending.has(socket as Socket)) slowHeaders += 1;
  });
  const timer = setInterval(() => {
    for (const [socket, one] of sending) {
      const { request } = one;
      if (request.complete || request.destroyed) {
        sending.delete(socket);
        continue;
      }
      const got = socket.bytesRead - one.bytes;
      one.bytes = socket.bytesRead;
      if (request.readableLength >= request.readableHighWaterMark) continue;
      one.patience = Math.min(PATIENCE_SECONDS, one.patience + got / MIN_BYTES_A_SECOND - 1);
      if (one.patience > 0) continue;
      slowBodies += 1;
      server.emit('clientError', timedOut(), socket);
      sending.delete(socket);
    }
  }, LOOK_MS).unref();
  return {
    sends(request) {
      const { headers, socket } = request;
      if (!('content-length' in headers || 'transfer-encoding' in headers)) return;
      sending.set(socket, { request, bytes: socket.bytesRead, patience: PATIENCE_SECONDS });
    },
    stats: () => ({ open, slowHeaders, slowBodies, turnedAway }),
    stop: () => clearInterval(timer),
  };
}

const NOTED_EACH_MS = 60_000;

/** One line a minute at most, while there are some. Also ends the watch when called back. */
export function noteSlowSenders(watch: SenderWatch, log: Logger): () => void {
  let before = watch.stats();
  const timer = setInterval(() => {
    const now = watch.stats();
    const slow = now.slowHeaders + now.slowBodies - before.slowHeaders - before.slowBodies;
    const turnedAway = now.turnedAway - before.turnedAway;
    before = now;
    if (slow > 0) log.warn({ count: slow }, 'slow senders were ended');
    if (turnedAway > 0)
      log.warn({ count: turnedAway }, 'connections beyond the ceiling were turned away');
  }, NOTED_EACH_MS).unref();
  return () => {
    clearInterval(timer);
    watch.stop();
  };
}

/** What Node looks at its own limits by; the default is half a minute. */
export const CONNECTIONS_CHECKED_MS = LOOK_MS;
