import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import type { ClickIds } from '../domain/clicks/clickId';
import type { ClickLog } from './clickLog';
import { recordClick, type ClickRoutes, type Resolution } from './click';
import { readEvidence, type Evidence } from './evidence';
import { sendPage } from './pages';

export type RedirectDeps = {
  readonly ids: ClickIds;
  readonly routes: ClickRoutes;
  readonly log: ClickLog;
  readonly trustedProxyHops: number;
  readonly health: () => object;
};

export type RedirectServer = {
  readonly server: Server;
  /** Takes no new connections, lets answers under way finish, then ends what is still open. */
  close(graceMs: number): Promise<void>;
};

/** All clicks of one event-loop turn: one write to the log, then all their answers. */
class Turn {
  private lines = '';
  private responses: ServerResponse[] = [];
  private locations: string[] = [];
  private scheduled = false;
  closing = false;

  constructor(private readonly log: ClickLog) {}

  add(response: ServerResponse, location: string, line: string): void {
    this.lines += line;
    this.responses.push(response);
    this.locations.push(location);
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(this.flush);
  }

  private readonly flush = (): void => {
    const { lines, responses, locations } = this;
    this.lines = '';
    this.responses = [];
    this.locations = [];
    this.scheduled = false;
    this.log.append(lines, responses.length, (stored) => {
      for (let i = 0; i < responses.length; i += 1) {
        if (stored) this.redirect(responses[i]!, locations[i]!);
        else refuseUnstored(responses[i]!);
      }
    });
  };

  private redirect(response: ServerResponse, location: string): void {
    const headers = [
      'Location',
      location,
      'Cache-Control',
      'no-store',
      'Referrer-Policy',
      'strict-origin-when-cross-origin',
      'Content-Length',
      '0',
    ];
    if (this.closing) headers.push('Connection', 'close');
    response.writeHead(302, headers);
    response.end();
  }
}

/** A 302 promises that the click is stored; without a log there is none (README.md). */
function refuseUnstored(response: ServerResponse): void {
  const { req } = response;
  sendPage(response, 'temporarily_unavailable', {
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

export function createRedirectServer(deps: RedirectDeps): RedirectServer {
  const { ids, routes, log, trustedProxyHops } = deps;
  const turn = new Turn(log);

  const answer = (
    resolution: Resolution,
    request: IncomingMessage,
    response: ServerResponse,
    seen: Evidence,
  ): void => {
    if ('refused' in resolution) {
      const head = request.method === 'HEAD';
      return sendPage(response, resolution.refused, { language: seen.language, head });
    }
    const click = recordClick(ids, resolution, request, seen, Date.now(), trustedProxyHops);
    turn.add(response, click.location, click.line);
  };

  const server = createServer((request, response) => {
    const { method, url = '/' } = request;
    const seen = readEvidence(request);
    if (method !== 'GET' && method !== 'HEAD') {
      // The body is not wanted and not read; the connection would otherwise carry it to the next request.
      response.shouldKeepAlive = false;
      return sendPage(response, 'method_not_allowed', { language: seen.language, head: false });
    }
    if (url === '/health') return sendHealth(response, deps.health());
    const resolution = routes.resolve(url, Date.now());
    if (!(resolution instanceof Promise)) return answer(resolution, request, response, seen);
    resolution
      .then((found) => answer(found, request, response, seen))
      .catch((failure: unknown) => response.destroy(failure as Error));
  });
  // One limit on silence for the whole life of a connection, longer than load balancers keep theirs. The
  // keep-alive timer would do the same by setting a new limit with every answer.
  server.keepAliveTimeout = 0;
  server.timeout = 65_000;
  server.headersTimeout = 10_000;
  server.requestTimeout = 15_000;
  return {
    server,
    async close(graceMs) {
      turn.closing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
