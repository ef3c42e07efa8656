import { createWildberries } from '../../adapters/wildberries';
import type { WildberriesConfig } from '../../adapters/wildberries';
import { createSms, type SmsConfig } from '../../adapters/sms';
import { createWooppay } from '../../adapters/wooppay';
import type { OrderSource, PayoutProvider, PayoutRequest, SmsSender } from '../../adapters/ports';
import { sandboxConfig } from '../../sandbox/config';
import { startSandbox, type Sandbox } from '../../sandbox/server';

/** A sandbox of this test's own on a free port, and adapters that reach it over real HTTP. */
export type Harness = {
  readonly url: string;
  readonly wooppay: PayoutProvider;
  control(path: string, body: unknown, method?: 'POST' | 'PUT'): Promise<unknown>;
  sms(more?: Partial<SmsConfig>): SmsSender;
  read(path: string): Promise<unknown>;
  /** Ends the process's server and starts another on the same port with the same books. */
  restart(): Promise<void>;
  wildberries(more?: Partial<WildberriesConfig>, now?: () => number): OrderSource;
  close(): Promise<void>;
};

export type BookRow = {
  reference: string;
  amount: string;
  state: string;
  submits: number;
  providerId: string;
};

export async function startHarness(env: Record<string, string> = {}): Promise<Harness> {
  let config = sandboxConfig({ SANDBOX_SETTLE_MS: '0', ...env });
  let sandbox: Sandbox = await startSandbox(config);
  const { url } = sandbox;
  config = { ...config, port: Number(new URL(url).port) };
  const call = async (path: string, init?: RequestInit): Promise<unknown> => {
    const response = await fetch(url + path, init);
    const body: unknown = await response.json();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`);
    return body;
  };
  return {
    url,
    wooppay: wooppayAt(url),
    control: (path, body, method = 'POST') =>
      call(`/control${path}`, { method, body: JSON.stringify(body) }),
    sms: (more = {}) =>
      createSms({
        baseUrl: `${url}/sms`,
        credentials: { apiKey: 'sandbox-sms-key' },
        sender: null,
        timeoutMs: 300,
        operationMs: 2500,
        ...more,
      }),
    read: (path) => call(path),
    restart: async () => {
      await sandbox.close();
      sandbox = await startSandbox(config);
    },
    wildberries: (more = {}, now = Date.now) =>
      createWildberries(
        {
          baseUrl: `${url}/wildberries`,
          token: 'sandbox-wb-token',
          timeoutMs: 500,
          intervalMs: 0,
          ...more,
        },
        now,
      ),
    close: () => sandbox.close(),
  };
}

export function wooppayAt(
  url: string,
  password = 'sandbox',
  timeoutMs = 400,
  login = 'gamma',
): PayoutProvider {
  return createWooppay({
    baseUrl: `${url}/wooppay/v1`,
    login,
    password,
    partnerName: 'gamma',
    timeoutMs,
    operationMs: timeoutMs + 2000,
  });
}

let counter = 0;

/** A payout of 700 tenge under a reference of its own. */
export function payout(more: Partial<PayoutRequest> = {}): PayoutRequest {
  counter += 1;
  return {
    reference: `pay_test${counter}:1`,
    amount: 70_000n,
    instrument: { token: 'tok_card_1', last4: '1111' },
    description: 'Gamma payout',
    ...more,
  };
}

export async function bookRow(harness: Harness, reference: string): Promise<BookRow | undefined> {
  const book = (await harness.read('/control/wooppay/book')) as { payouts: BookRow[] };
  return book.payouts.find((row) => row.reference === reference);
}

/** Polls until the condition holds; a condition that never does fails with the last value seen. */
export async function eventually<T>(
  read: () => Promise<T>,
  holds: (value: T) => boolean,
  withinMs = 5000,
): Promise<T> {
  const endsAt = performance.now() + withinMs;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (performance.now() > endsAt) throw new Error(`never held: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
