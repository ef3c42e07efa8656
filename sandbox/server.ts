import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clockState, readOffset } from './clock';
import type { SandboxConfig } from './config';
import { dialState, sandboxDials, turnDial, type SandboxDial } from './dials';
import { BadRequest, answer, below, readBody, type Exchange } from './exchange';
import { closeBooks, createFakes, resetFakes, type Fakes } from './fakes';
import { showDials, showIndex } from './pages/index';
import { mailApi, mailControl } from './mail/routes';
import { smsApi, smsControl } from './sms/routes';
import { wildberriesApi, wildberriesControl } from './wildberries/routes';
import { wooppayApi, wooppayControl } from './wooppay/routes';

export type Sandbox = {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  close(): Promise<void>;
};

/** Starts all fake partners on one port. Resolves when it listens; rejects when the port is taken. */
export async function startSandbox(config: SandboxConfig): Promise<Sandbox> {
  const fakes = createFakes(config);
  const dials = sandboxDials(fakes);
  const server = createServer((request, response) => void serve(fakes, dials, request, response));
  try {
    await listen(server, config);
  } catch (error) {
    closeBooks(fakes);
    throw error;
  }
  const { address, family, port } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return {
    url: `http://${host}:${port}`,
    close: async () => {
      // Hanging answers are part of the service here, so open connections are cut.
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      closeBooks(fakes);
    },
  };
}

function listen(server: Server, config: SandboxConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function serve(
  fakes: Fakes,
  dials: readonly SandboxDial[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const bare: Exchange = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: undefined,
    response,
  };
  try {
    await route(fakes, dials, { ...bare, body: await readBody(request) });
  } catch (error) {
    if (response.destroyed || response.headersSent) return;
    if (error instanceof BadRequest) answer(bare, 400, { error: error.message });
    else answer(bare, 500, { error: 'sandbox failure' });
  }
}

async function route(
  fakes: Fakes,
  dials: readonly SandboxDial[],
  exchange: Exchange,
): Promise<void> {
  const wooppay = below(exchange, '/wooppay');
  if (wooppay) return wooppayApi(fakes.wooppay, wooppay);
  const wildberries = below(exchange, '/wildberries');
  if (wildberries) return wildberriesApi(fakes.wildberries, wildberries);
  const sms = below(exchange, '/sms');
  if (sms) return smsApi(fakes.sms, sms);
  const mail = below(exchange, '/mail');
  if (mail) return mailApi(fakes.mail, mail);
  const control = below(exchange, '/control');
  if (control) return routeControl(fakes, dials, control);
  switch (`${exchange.method} ${exchange.path}`) {
    case 'GET /':
      return showIndex(exchange, fakes.wooppay.returnOrigins);
    case 'GET /dials':
      return showDials(exchange, dials, fakes.clock);
    case 'GET /health':
      return answer(exchange, 200, { status: 'ok' });
    default:
      return notFound(exchange);
  }
}

function notFound(exchange: Exchange): void {
  answer(exchange, 404, { error: 'no such route; see sandbox/README.md' });
}

/** What no partner has: books to compare with, dials, the clock. */
function routeControl(fakes: Fakes, dials: readonly SandboxDial[], exchange: Exchange): void {
  const wooppay = below(exchange, '/wooppay');
  if (wooppay) return wooppayControl(fakes.wooppay, wooppay);
  const wildberries = below(exchange, '/wildberries');
  if (wildberries) return wildberriesControl(fakes.wildberries, wildberries);
  const sms = below(exchange, '/sms');
  if (sms) return smsControl(fakes.sms, sms);
  const mail = below(exchange, '/mail');
  if (mail) return mailControl(fakes.mail, mail);
  const oneDial = below(exchange, '/dials');
  if (oneDial) return routeDial(dials, oneDial);
  switch (`${exchange.method} ${exchange.path}`) {
    case 'POST /reset':
      resetFakes(fakes);
      return answer(exchange, 200, { status: 'reset' });
    case 'GET /dials':
      return answer(exchange, 200, { dials: dials.map(dialState) });
    case 'GET /clock':
      return answer(exchange, 200, clockState(fakes.clock));
    case 'PUT /clock':
      fakes.clock.move(readOffset(exchange.body));
      return answer(exchange, 200, clockState(fakes.clock));
    default:
      return notFound(exchange);
  }
}

function routeDial(dials: readonly SandboxDial[], exchange: Exchange): void {
  const found = dials.find(({ partner, dial }) => exchange.path === `/${partner}/${dial}`);
  if (!found || !['GET', 'PUT'].includes(exchange.method)) return notFound(exchange);
  if (exchange.method === 'PUT') turnDial(found, exchange.body);
  answer(exchange, 200, dialState(found));
}
