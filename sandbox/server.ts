import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { SandboxConfig } from './config';
import { BadRequest, answer, readJson, type Exchange } from './exchange';
import { OrderBook } from './wildberries/orders';
import {
  FEED_OK,
  wildberriesApi,
  wildberriesControl,
  type WildberriesFake,
} from './wildberries/routes';
import { PayoutBook } from './wooppay/book';
import { DialBoard } from './wooppay/dials';
import { wooppayApi, wooppayControl, type WooppayFake } from './wooppay/routes';

export type Sandbox = {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  close(): Promise<void>;
};

type Fakes = { readonly wooppay: WooppayFake; readonly wildberries: WildberriesFake };

/** Starts all fake partners on one port. Resolves when it listens; rejects when the port is taken. */
export async function startSandbox(config: SandboxConfig): Promise<Sandbox> {
  const fakes = createFakes(config);
  const server = createServer((request, response) => void serve(fakes, request, response));
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

function createFakes(config: SandboxConfig): Fakes {
  const { directory, wooppay, wildberries } = config;
  const path = (name: string) => (directory === null ? null : join(directory, name));
  return {
    wooppay: {
      ...wooppay,
      book: new PayoutBook(path('wooppay.jsonl'), Date.now),
      dials: new DialBoard(),
      sessions: new Set(),
    },
    wildberries: {
      ...wildberries,
      orders: new OrderBook(path('wildberries.jsonl')),
      now: Date.now,
      dial: FEED_OK,
      requests: 0,
      nextAllowedAt: 0,
    },
  };
}

function closeBooks(fakes: Fakes): void {
  fakes.wooppay.book.close();
  fakes.wildberries.orders.close();
}

function resetFakes(fakes: Fakes): void {
  fakes.wooppay.book.clear();
  fakes.wooppay.dials.clear();
  fakes.wildberries.orders.clear();
  fakes.wildberries.dial = FEED_OK;
  fakes.wildberries.requests = 0;
  fakes.wildberries.nextAllowedAt = 0;
}

async function serve(
  fakes: Fakes,
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
    await route(fakes, { ...bare, body: await readJson(request) });
  } catch (error) {
    if (response.destroyed || response.headersSent) return;
    if (error instanceof BadRequest) answer(bare, 400, { error: error.message });
    else answer(bare, 500, { error: 'sandbox failure' });
  }
}

async function route(fakes: Fakes, exchange: Exchange): Promise<void> {
  const below = (prefix: string): Exchange | null =>
    exchange.path.startsWith(`${prefix}/`)
      ? { ...exchange, path: exchange.path.slice(prefix.length) }
      : null;
  const wooppay = below('/wooppay');
  if (wooppay) return wooppayApi(fakes.wooppay, wooppay);
  const wildberries = below('/wildberries');
  if (wildberries) return wildberriesApi(fakes.wildberries, wildberries);
  const wooppayDials = below('/control/wooppay');
  if (wooppayDials) return wooppayControl(fakes.wooppay, wooppayDials);
  const wildberriesDials = below('/control/wildberries');
  if (wildberriesDials) return wildberriesControl(fakes.wildberries, wildberriesDials);
  switch (`${exchange.method} ${exchange.path}`) {
    case 'GET /health':
      return answer(exchange, 200, { status: 'ok' });
    case 'POST /control/reset':
      resetFakes(fakes);
      return answer(exchange, 200, { status: 'reset' });
    default:
      return answer(exchange, 404, { error: 'no such route; see sandbox/README.md' });
  }
}
