import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Child, EmbeddedStack, Logins } from './embedded';
import { freePort } from './ports';
import type { Progress } from './progress';
import { distFile } from './root';
import type { Secrets } from './secrets';

/** The platform's own processes, in the order they start. */
export const PROCESSES = ['sandbox', 'redirect', 'drain', 'api', 'worker'] as const;
export type ProcessName = (typeof PROCESSES)[number];

const ENTRY: Readonly<Record<ProcessName, readonly string[]>> = {
  sandbox: ['sandbox', 'main.js'],
  redirect: ['redirect', 'main.js'],
  drain: ['redirect', 'drainMain.js'],
  api: ['api', 'main.js'],
  worker: ['worker', 'main.js'],
};

/** Which stores and names this platform uses: a test shares the engines and has all of this to itself. */
export type PlatformTarget = {
  readonly logins: Logins;
  readonly redisPrefix: string;
  /** With the database in its path. */
  readonly clickhouse: string;
  readonly temporal: string;
  readonly temporalUi: string;
  readonly namespace: string;
};

export type PlatformOptions = {
  readonly stack: Pick<EmbeddedStack, 'startChild'>;
  readonly target: PlatformTarget;
  readonly secrets: Secrets;
  /** Click log and sandbox books are below it. */
  readonly dir: string;
  readonly progress: Progress;
  /** Preferred ports; a busy one gives way to the next free one. Absent: any. */
  readonly ports?: Partial<Record<ProcessName, number>>;
  /** Settings over the defaults, e.g. shorter waits. */
  readonly env?: Readonly<Record<string, string>>;
  readonly only?: readonly ProcessName[];
  readonly onExit?: (name: ProcessName, detail: string) => void;
};

export type Platform = {
  readonly urls: { redirect: string; api: string; sandbox: string; codec: string };
  readonly processes: Partial<Record<ProcessName, Child>>;
  /** Starts a process again after a kill, on the same port, with further settings for this run only. */
  start(name: ProcessName, env?: Readonly<Record<string, string>>): Promise<Child>;
  stop(): Promise<void>;
};

/** Seconds and not days: the demo and the tests live through a whole payout in moments. */
export const DEMO_TIMES = {
  SHOP_POLL_MS: '500',
  WILDBERRIES_INTERVAL_MS: '200',
  BATCH_COLLECT_MS: '1000',
  PAYOUT_STATUS_FIRST_MS: '200',
  PAYOUT_STATUS_MAX_MS: '2000',
  PAYOUT_NOT_FOUND_WAIT_MS: '1000',
  PAYOUT_STOPPED_POLL_MS: '500',
} as const;

function environment(
  options: PlatformOptions,
  ports: Record<ProcessName, number>,
): NodeJS.ProcessEnv {
  const { target, secrets, dir } = options;
  const at = (name: ProcessName): string => `http://127.0.0.1:${ports[name]}`;
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    NODE_ENV: 'production',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
    GAMMA_MODE: 'test',
    GAMMA_ENVIRONMENT: 'demo',
    GAMMA_MASTER_KEY: secrets.masterKeys,
    GAMMA_CLICK_KEYS: secrets.clickKeys,
    GAMMA_CODEC_KEYS: secrets.codecKeys,
    GAMMA_IP_HASH_KEY: secrets.ipHashKeys,
    REDIS_PREFIX: target.redisPrefix,
    CLICKHOUSE_URL: target.clickhouse,
    TEMPORAL_ADDRESS: target.temporal,
    TEMPORAL_NAMESPACE: target.namespace,
    TEMPORAL_UI_URL: target.temporalUi,
    REDIRECT_HOST: '127.0.0.1',
    REDIRECT_PORT: String(ports.redirect),
    REDIRECT_LOG_DIR: join(dir, 'clicks'),
    API_HOST: '127.0.0.1',
    API_PORT: String(ports.api),
    PUBLIC_ORIGIN: at('api'),
    REDIRECT_PUBLIC_ORIGIN: at('redirect'),
    WOOPPAY_CARD_FORM_URL: `${at('sandbox')}/wooppay/card-form`,
    CODEC_PORT: String(ports.worker),
    SANDBOX_HOST: '127.0.0.1',
    SANDBOX_PORT: String(ports.sandbox),
    SANDBOX_RETURN_ORIGINS: `${at('api')},${at('api').replace('127.0.0.1', 'localhost')}`,
    SANDBOX_DIR: join(dir, 'sandbox'),
    SANDBOX_URL: at('sandbox'),
    WOOPPAY_URL: `${at('sandbox')}/wooppay/v1`,
    WOOPPAY_LOGIN: 'gamma',
    WOOPPAY_PASSWORD: 'sandbox',
    WOOPPAY_CARDS_LOGIN: 'gamma-cards',
    WOOPPAY_CARDS_PASSWORD: 'sandbox-cards',
    SMS_URL: `${at('sandbox')}/sms`,
    SMS_API_KEY: 'sandbox-sms-key',
    MAIL_URL: `${at('sandbox')}/mail`,
    MAIL_KEY: 'sandbox-mail-key',
    // Browser tests sign many people in from one address.
    API_RATE_ADDRESS: '6000',
    API_RATE_SIGN_IN: '6000',
    WILDBERRIES_URL: `${at('sandbox')}/wildberries`,
    WILDBERRIES_TOKEN: 'sandbox-wb-token',
    ...DEMO_TIMES,
    ...options.env,
  };
}

async function choosePorts(options: PlatformOptions): Promise<Record<ProcessName, number>> {
  const ports = { sandbox: 0, redirect: 0, drain: 0, api: 0, worker: 0 };
  for (const name of PROCESSES)
    if (name !== 'drain') ports[name] = await freePort(options.ports?.[name] ?? 0);
  return ports;
}

/** One for all, where only speed matters: processes step down to their role in Postgres by themselves. */
export const sharedLogins = (postgres: string, redis: string): Logins => ({
  postgres: { redirect: postgres, api: postgres, worker: postgres },
  redis: { redirect: redis, drain: redis, api: redis },
});

/** Each logs in as itself; who has no business with a store is not told where it is. */
function loginsOf(name: ProcessName, { postgres, redis }: Logins): Record<string, string> {
  const urls: Record<string, string> = {};
  if (name === 'redirect' || name === 'api' || name === 'worker')
    urls['DATABASE_URL'] = postgres[name];
  if (name === 'redirect' || name === 'drain' || name === 'api') urls['REDIS_URL'] = redis[name];
  return urls;
}

/** Starts the processes; if one fails, those before it are stopped and the error says why. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  mkdirSync(join(options.dir, 'clicks'), { recursive: true });
  mkdirSync(join(options.dir, 'sandbox'), { recursive: true });
  const ports = await choosePorts(options);
  const env = environment(options, ports);
  const processes: Partial<Record<ProcessName, Child>> = {};
  const start = async (
    name: ProcessName,
    extra: Readonly<Record<string, string>> = {},
  ): Promise<Child> => {
    const child = await options.stack.startChild({
      name,
      command: process.execPath,
      args: ['--enable-source-maps', distFile(...ENTRY[name])],
      env: { ...loginsOf(name, options.target.logins), ...env, ...extra },
      ready: (line) => line.startsWith('ready '),
      timeoutMs: 60_000,
    });
    processes[name] = child;
    child.onExit((exit) => {
      if (!exit.expected)
        options.onExit?.(name, exit.reason ?? `ended by ${exit.signal ?? `code ${exit.code}`}`);
    });
    return child;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(Object.values(processes).map((child) => child.stop()));
  };
  const wanted = PROCESSES.filter((name) => options.only?.includes(name) ?? true);
  const step = options.progress.step(`Platform: ${wanted.join(', ')}`);
  const results = await Promise.allSettled(wanted.map((name) => start(name)));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) {
    step.fail('one of them did not start');
    await stop();
    throw failure.reason;
  }
  step.done();
  const url = (name: ProcessName): string => `http://127.0.0.1:${ports[name]}`;
  return {
    urls: {
      redirect: url('redirect'),
      api: url('api'),
      sandbox: url('sandbox'),
      codec: url('worker'),
    },
    processes,
    start,
    stop,
  };
}
