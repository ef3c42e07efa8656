import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { Agent, InApp } from '../domain/clicks/agent';
import type { ClickIds } from '../domain/clicks/clickId';
import { visitorAddress, type ProxyHeader } from '../telemetry/forwarded';
import { errorText, type Logger } from '../telemetry/logger';
import {
  CONNECTIONS_CHECKED_MS,
  noteSlowSenders,
  partWith,
  watchSenders,
  type SenderStats,
} from '../telemetry/slowSenders';
import { createAgents, createAppTeller } from './agents';
import type { ClickLog } from './clickLog';
import {
  createRecorder,
  lineOf,
  locationOf,
  type Click,
  type ClickRoutes,
  type Resolution,
} from './click';
import { readEvidence, type Evidence } from './evidence';
import { createLimit, limitKey } from './limits';
import { landingPage, previewPage, type LinkPage, type Origins } from './linkPages';
import { sendPage } from './pages';
import { createRepeats } from './repeats';
import { endSilent } from './silence';

export type RedirectDeps = {
  readonly ids: ClickIds;
  readonly routes: ClickRoutes;
  readonly log: ClickLog;
  readonly logger: Logger;
  readonly trustedProxyHops: number;
  readonly trustedProxyHeader: ProxyHeader;
  readonly repeatWindowMs: number;
  readonly limits: { readonly ipPerSecond: number; readonly linkPerSecond: number };
  readonly origins: Origins;
  readonly health: () => object;
};

export type RedirectServer = {
  readonly server: Server;
  senders(): SenderStats;
  /** Takes no new connections, lets answers under way finish, then ends what is still open. */
  close(graceMs: number): Promise<void>;
};

export type RedirectHandler = {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** From now on every answer ends its connection. */
  closing(): void;
};

/** What goes out once its line is stored: a Location, a page, or (null) word that the browser is to come itself. */
type Answer = string | LinkPage | null;

type Pending = {
  readonly response: ServerResponse;
  readonly click: Click;
  /** Undefined: a 302 to the click's location. */
  readonly page: ((id: string) => LinkPage | null) | undefined;
};

/** All clicks of one event-loop turn: ids for all, one write to the log, then all their answers. */
class Turn {
  private pending: Pending[] = [];
  closing = false;

  constructor(
    private readonly ids: ClickIds,
    private readonly log: ClickLog,
    private readonly fail: (response: ServerResponse, failure: unknown) => void,
  ) {}

  add(pending: Pending): void {
    if (this.pending.push(pending) === 1) setImmediate(this.flush);
  }

  private readonly flush = (): void => {
    const { pending } = this;
    this.pending = [];
    const answers: Answer[] = [];
    let lines = '';
    try {
      const ids = this.ids.mintAll(pending.map(({ click }) => click));
      for (let i = 0; i < pending.length; i += 1) {
        const { click, page } = pending[i]!;
        lines += lineOf(click, ids[i]!);
        answers.push(page ? page(ids[i]!) : locationOf(click, ids[i]!));
      }
    } catch (failure) {
      for (const { response } of pending) this.fail(response, failure);
      return;
    }
    this.log.append(lines, pending.length, (stored) => {
      for (let i = 0; i < pending.length; i += 1) {
        if (stored) this.send(pending[i]!.response, answers[i]!);
        else sendWords(pending[i]!.response, 'temporarily_unavailable');
      }
    });
  };

  private send(response: ServerResponse, answer: Answer): void {
    if (this.closing) response.setHeader('Connection', 'close');
    if (answer === null) return sendWords(response, 'come_yourself');
    if (typeof answer !== 'string') {
      response.writeHead(200, [...answer.headers]);
      response.end(response.req.method === 'HEAD' ? undefined : answer.body);
      return;
    }
    const headers = [
      'Location',
      answer,
      'Cache-Control',
      'no-store',
      'Referrer-Policy',
      'strict-origin-when-cross-origin',
      'Content-Length',
      '0',
    ];
    response.writeHead(302, headers);
    response.end();
  }
}

/** A 302 promises that the click is stored; without a log there is none (README.md). */
function sendWords(
  response: ServerResponse,
  code: 'temporarily_unavailable' | 'come_yourself',
): void {
  const { req } = response;
  sendPage(response, code, {
    language: req.headers['accept-language'] ?? '',
    head: req.method === 'HEAD',
  });
}

function sendHealth(response: ServerResponse, health: object): void {
  const body = JSON.stringify(health);
  const failing = (health as { status?: string }).status !== 'ok';
  response.writeHead(failing ? 503 : 200, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

const inside = (agent: Agent, app: InApp | null): Agent =>
  agent.app === null && app !== null ? { ...agent, app } : agent;

function pageOf(
  click: Click,
  agent: Agent,
  toldApp: InApp | null,
  url: string,
  { language }: Evidence,
  origins: Origins,
): Pending['page'] {
  const { to } = click;
  switch (click.opening.way) {
    case 'landing':
      return (id) =>
        landingPage(
          { to, id, agent: inside(agent, toldApp), url, acceptLanguage: language },
          origins,
        );
    case 'preview_page':
      return () => previewPage(to, url, language, origins);
    case 'declined':
      return () => null;
    default:
      return undefined;
  }
}

function sendTooMany(response: ServerResponse, seen: Evidence, waitMs: number): void {
  sendPage(response, 'too_many_requests', {
    language: seen.language,
    head: response.req.method === 'HEAD',
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}

/** Nothing more is read from the connection. */
function sendLast(
  response: ServerResponse,
  code: 'request_malformed' | 'method_not_allowed',
  { language }: Evidence,
): void {
  response.shouldKeepAlive = false;
  sendPage(response, code, { language, head: response.req.method === 'HEAD' });
}

/** Everything between a request and its answer, for any HTTP server that gives Node's own two objects. */
export function createRedirectHandler(deps: RedirectDeps): RedirectHandler {
  const { routes, log, origins, limits } = deps;
  const proxies = { hops: deps.trustedProxyHops, header: deps.trustedProxyHeader };
  const agentOf = createAgents();
  const toldApp = createAppTeller();
  const record = createRecorder(createRepeats(deps.repeatWindowMs));
  const byIp = createLimit<string>(limits.ipPerSecond);
  const byLink = createLimit<number>(limits.linkPerSecond);

  /** Whatever happened (a clock before 2025 is one way), the process goes on for everybody else. */
  const fail = (response: ServerResponse, failure: unknown): void => {
    deps.logger.error({ error: errorText(failure) }, 'a click could not be answered');
    if (response.headersSent) response.destroy();
    else sendWords(response, 'temporarily_unavailable');
  };

  const turn = new Turn(deps.ids, log, fail);

  const answer = (
    resolution: Resolution,
    response: ServerResponse,
    seen: Evidence,
    ip: string,
    url: string,
    nowMs: number,
  ): void => {
    if ('refused' in resolution) {
      const head = response.req.method === 'HEAD';
      return sendPage(response, resolution.refused, { language: seen.language, head });
    }
    const { to, subPart } = resolution;
    const waitMs = byLink.waitMs(to.linkNumber, nowMs);
    if (waitMs > 0) return sendTooMany(response, seen, waitMs);
    const known = agentOf(seen.userAgent);
    const told = toldApp(known.agent, seen, to.intent !== undefined);
    const click = record(to, subPart, seen, ip, known, told, nowMs);
    turn.add({ response, click, page: pageOf(click, known.agent, told.app, url, seen, origins) });
  };

  const route = (request: IncomingMessage, response: ServerResponse): void => {
    const { method, url = '/' } = request;
    const seen = readEvidence(request);
    if (!seen.soundHost) return sendLast(response, 'request_malformed', seen);
    if (method !== 'GET' && method !== 'HEAD') {
      // The body is not wanted and not read; the connection would otherwise carry it to the next request.
      return sendLast(response, 'method_not_allowed', seen);
    }
    if (url === '/health') return sendHealth(response, deps.health());
    const nowMs = Date.now();
    const ip = visitorAddress(request.socket.remoteAddress ?? '', seen, proxies);
    const waitMs = byIp.waitMs(limitKey(ip), nowMs);
    if (waitMs > 0) return sendTooMany(response, seen, waitMs);
    const resolution = routes.resolve(url, nowMs);
    if (!(resolution instanceof Promise)) return answer(resolution, response, seen, ip, url, nowMs);
    resolution
      .then((found) => answer(found, response, seen, ip, url, Date.now()))
      .catch((failure: unknown) => fail(response, failure));
  };

  return {
    handle(request, response) {
      try {
        route(request, response);
      } catch (failure) {
        fail(response, failure);
      }
    },
    closing() {
      turn.closing = true;
    },
  };
}

/** Longer than load balancers keep their connections. */
const SILENT_MS = 65_000;
const MAX_CONNECTIONS = 20_000;

/** Bytes that are no request, or come too slowly, never reach the handler. */
function answerClientError({ code }: NodeJS.ErrnoException, socket: Duplex): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? '408 Request Timeout'
      : code === 'HPE_HEADER_OVERFLOW'
        ? '431 Request Header Fields Too Large'
        : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  partWith(socket as Socket);
}

export function createRedirectServer(handler: RedirectHandler, logger?: Logger): RedirectServer {
  const options = { connectionsCheckingInterval: CONNECTIONS_CHECKED_MS };
  const server = createServer(options, (request, response) => {
    // A request without a body (RFC 9112 §6.3) is read to its end by this. Node would else do so after the answer, in
    // four turns of its queue: a tenth of what a click costs.
    const { headers } = request;
    const hasBody = 'content-length' in headers || 'transfer-encoding' in headers;
    if (hasBody) senders.sends(request);
    else request.read(0);
    handler.handle(request, response);
  });
  // One limit on silence for the whole life of a connection. Node's own two would move a timer with every request.
  server.keepAliveTimeout = 0;
  server.timeout = 0;
  const stopLooking = endSilent(server, SILENT_MS);
  const senders = watchSenders(server, { maxConnections: MAX_CONNECTIONS });
  server.on('clientError', answerClientError);
  const stopNoting = logger ? noteSlowSenders(senders, logger) : () => senders.stop();
  return {
    server,
    senders: () => senders.stats(),
    async close(graceMs) {
      handler.closing();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
      stopLooking();
      stopNoting();
    },
  };
}
