import { hash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

import { mailConfig } from '../../adapters/mail/config';
import { smsConfig } from '../../adapters/sms/config';
import { wildberriesConfig } from '../../adapters/wildberries/config';
import { wooppayCardsConfig, wooppayConfig } from '../../adapters/wooppay/config';
import { readApiConfig } from '../../api/config';
import { readTemporalSideConfig } from '../../api/temporalSide';
import { text, type Env } from '../../config/env';
import { readDrainConfig, readRedirectConfig } from '../../redirect/config';
import { sandboxConfig } from '../../sandbox/config';
import { workerConfig } from '../../worker/config';
import { TASK_QUEUE } from '../../workflows/contract';

type Service = {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly args: object };
  readonly user?: string;
  readonly privileged?: boolean;
  readonly network_mode?: string;
  readonly pid?: string;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly devices?: readonly string[];
  readonly hostname?: string;
  readonly security_opt?: readonly string[];
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly secrets?: readonly (string | { readonly source: string; readonly target: string })[];
  readonly networks?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly stop_grace_period?: string;
  readonly mem_limit?: string;
  readonly pids_limit?: number;
};

const root = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const source = read('docker-compose.yml');
const file = parse(source, { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: object;
  readonly volumes: Readonly<Record<string, object>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
};
const services = Object.entries(file.services);
const service = (name: string): Service => file.services[name]!;

const OURS = ['migrate', 'redirect', 'drain', 'api', 'worker', 'worker-payouts', 'sandbox'];
const JOBS = ['migrate', 'temporal-schema', 'temporal-namespace'];
const VARIABLE = /\$\{([A-Z][A-Z0-9_]*)(?:(:[-?])([^}]*))?\}/g;

const key = (id: string): string => `${id}:${hash('sha256', id, 'base64')}`;

/** What deploy/make-env.sh leaves in .env, with its defaults for everything a person may leave out. */
const settings: Readonly<Record<string, string>> = {
  GAMMA_MODE: 'test',
  GAMMA_ENVIRONMENT: 'test',
  GAMMA_MASTER_KEY: key('m1'),
  GAMMA_CLICK_KEYS: key('c1'),
  GAMMA_CODEC_KEYS: key('t1'),
  GAMMA_IP_HASH_KEY: key('h1'),
  POSTGRES_PASSWORD: 'superuser',
  GAMMA_OWNER_PASSWORD: 'owner',
  GAMMA_REDIRECT_PASSWORD: 'pg-redirect',
  GAMMA_API_PASSWORD: 'pg-api',
  GAMMA_WORKER_PASSWORD: 'pg-worker',
  TEMPORAL_DB_PASSWORD: 'temporal',
  REDIS_PASSWORD: 'redis',
  REDIS_REDIRECT_PASSWORD: 'redis-redirect',
  REDIS_DRAIN_PASSWORD: 'redis-drain',
  REDIS_API_PASSWORD: 'redis-api',
  CLICKHOUSE_PASSWORD: 'clickhouse',
  PUBLIC_ORIGIN: 'http://127.0.0.1:8081',
  REDIRECT_PUBLIC_ORIGIN: 'http://127.0.0.1:8080',
  SMS_URL: 'http://sandbox:8090/sms',
  SMS_API_KEY: 'sms-key',
  MAIL_URL: 'http://sandbox:8090/mail',
  MAIL_KEY: 'mail-key',
  WOOPPAY_URL: 'http://sandbox:8090/wooppay/v1',
  WOOPPAY_LOGIN: 'gamma',
  WOOPPAY_PASSWORD: 'sandbox',
  WOOPPAY_CARDS_LOGIN: 'gamma-cards',
  WOOPPAY_CARDS_PASSWORD: 'sandbox-cards',
  WILDBERRIES_URL: 'http://sandbox:8090/wildberries',
  WILDBERRIES_TOKEN: 'sandbox-wb-token',
};

/** Compose's own rules for `${A}`, `${A:-default}` and `${A:?message}`. */
const interpolate = (value: string, given: Env): string =>
  value.replace(VARIABLE, (_all, name: string, kind: string | undefined, rest = '') => {
    const set = given[name];
    if (set !== undefined && set !== '') return set;
    if (kind === ':?') throw new Error(`${name} ${String(rest)}`);
    return String(kind === ':-' ? rest : '');
  });

const environment = (name: string, given: Env = settings): Record<string, string> =>
  Object.fromEntries(
    Object.entries(service(name).environment ?? {}).map(([variable, value]) => [
      variable,
      interpolate(value, given),
    ]),
  );

const seconds = (duration: string): number => {
  const match = /^(\d+)(s|m)$/.exec(duration);
  return Number(match?.[1]) * (match?.[2] === 'm' ? 60 : 1);
};

/** Reads a process's settings through a recorder: every variable it may ask for. */
function asked(reader: (env: Env) => unknown, env: Env): Set<string> {
  const names = new Set<string>();
  reader(
    new Proxy(env, {
      get: (target, name) => {
        names.add(String(name));
        return target[String(name)];
      },
    }),
  );
  return names;
}

/** Stands in for the files that compose mounts; what is in them is test/e2e/tls' business. */
const pemDir = mkdtempSync(join(tmpdir(), 'gamma-pem-'));
const pem = join(pemDir, 'some.pem');
writeFileSync(pem, '-----BEGIN CERTIFICATE-----\n');
afterAll(() => rmSync(pemDir, { recursive: true }));
const CERTIFICATES = { TEMPORAL_TLS_CA: pem, TEMPORAL_TLS_CERT: pem, TEMPORAL_TLS_KEY: pem };

/** The very readers the processes call at start. */
const READERS: Readonly<Record<string, (env: Env) => unknown>> = {
  migrate: (env) => text(env, 'DATABASE_ADMIN_URL'),
  redirect: readRedirectConfig,
  drain: readDrainConfig,
  api: (env) => [
    readApiConfig(env),
    readTemporalSideConfig(env),
    smsConfig(env),
    mailConfig(env),
    wooppayCardsConfig(env),
  ],
  worker: (env) => [workerConfig(env), wildberriesConfig(env)],
  'worker-payouts': (env) => [workerConfig(env), wooppayConfig(env)],
  sandbox: sandboxConfig,
};

describe('docker-compose.yml', () => {
  test('holds every engine, process and job the platform needs', () => {
    const engines = ['postgres', 'redis', 'clickhouse', 'temporal', 'temporal-ui'];
    expect(Object.keys(file.services).sort()).toEqual(
      [...engines, ...JOBS, ...OURS.slice(1)].sort(),
    );
  });

  test.each(services)('%s: the image is pinned to one exact version', (_name, { image }) => {
    const tag = interpolate(image, settings).split(':')[1] ?? '';
    expect(tag).toMatch(/^\d+\.\d+(\.\d+)*(-[a-z0-9.-]+)?$/);
    // Ours is built here; the others can be pinned by digest too.
    if (!image.startsWith('gamma:')) expect(image).toMatch(/\$\{[A-Z_]+_DIGEST:-\}$/);
  });

  test.each(services)('%s: has no right it does not need', (_name, one) => {
    expect(one.privileged ?? false).toBe(false);
    expect(one.cap_drop).toEqual(['ALL']);
    expect(one.cap_add).toBeUndefined();
    expect(one.devices).toBeUndefined();
    expect(one.network_mode).toBeUndefined();
    expect(one.pid).toBeUndefined();
    expect(one.read_only).toBe(true);
    expect(one.security_opt).toContain('no-new-privileges:true');
    expect((one.volumes ?? []).join()).not.toContain('docker.sock');
  });

  test.each(services)('%s: has limits and does not stay down', (name, one) => {
    expect(one.mem_limit).toMatch(/^\d+[mg]$/);
    expect(one.pids_limit).toBeGreaterThan(0);
    expect(one.restart).toBe(JOBS.includes(name) ? 'on-failure' : 'unless-stopped');
    if (!JOBS.includes(name)) expect(one.healthcheck ?? name).toBeTruthy();
  });

  test.each(services)('%s: does not run as root', (name, one) => {
    if (one.build) {
      expect(one.user).toBeUndefined();
      expect(read(one.build.dockerfile).match(/^USER .*$/gm)).toEqual(['USER node']);
    } else {
      expect({ name, user: one.user }).not.toEqual({ name, user: undefined });
      expect(one.user).not.toMatch(/^(0|root)\b/);
    }
  });

  test.each(services)('%s: publishes on loopback only', (_name, one) => {
    for (const port of one.ports ?? [])
      expect(interpolate(port, settings)).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test('no host port is taken twice', () => {
    const taken = services.flatMap(([, one]) =>
      (one.ports ?? []).map((port) => interpolate(port, settings).split(':')[1]),
    );
    expect(new Set(taken).size).toBe(taken.length);
  });

  test.each(services)('%s: networks, volumes and mounted files exist', (_name, one) => {
    for (const network of one.networks ?? []) expect(Object.keys(file.networks)).toContain(network);
    expect(one.networks).not.toHaveLength(0);
    for (const volume of one.volumes ?? []) {
      const [from = '', , mode] = volume.split(':');
      if (!from.startsWith('.')) expect(Object.keys(file.volumes)).toContain(from);
      else {
        expect(existsSync(join(root, from))).toBe(true);
        expect(mode).toBe('ro');
      }
    }
  });

  test.each(services)('%s: waits only for what can be waited for', (_name, one) => {
    for (const [other, { condition }] of Object.entries(one.depends_on ?? {})) {
      if (JOBS.includes(other)) expect(condition).toBe('service_completed_successfully');
      else {
        expect(condition).toBe('service_healthy');
        expect(service(other).healthcheck).toBeDefined();
      }
    }
  });
});

describe('the processes in containers', () => {
  test.each(OURS)('%s: one image, an entry file that is built', (name) => {
    const one = service(name);
    expect(one.build).toEqual({
      context: '.',
      dockerfile: 'deploy/Dockerfile',
      args: { NODE_DIGEST: '${NODE_DIGEST:-}' },
    });
    expect(one.image).toBe(service('api').image);
    expect(one.entrypoint).toBeUndefined();
    const [entry = ''] = one.command ?? [];
    expect(existsSync(join(root, entry.replace(/^dist\//, '').replace(/\.js$/, '.ts')))).toBe(true);
  });

  test.each(OURS)('%s: its settings are complete and valid, and all are ones it reads', (name) => {
    const env = { ...environment(name), ...CERTIFICATES };
    const names = asked(READERS[name]!, env);
    names.add('LOG_LEVEL');
    const given = Object.keys(environment(name));
    expect(given.filter((one) => !names.has(one))).toEqual([]);
  });

  test.each(OURS)('%s: a missing required variable stops it before it starts', (name) => {
    for (const [variable, value] of Object.entries(service(name).environment ?? {})) {
      for (const [, needed = '', kind] of value.matchAll(VARIABLE)) {
        if (kind !== ':?') continue;
        const without = { ...settings, [needed]: '' };
        expect(() => environment(name, without)).toThrow(needed);
      }
      // A secret is asked for, or is a file that compose mounts.
      const isGiven = value.includes(':?') || value.startsWith('/run/secrets/');
      expect([variable, /PASSWORD|KEY|TOKEN/.test(variable) && !isGiven]).toEqual([
        variable,
        false,
      ]);
    }
  });

  test('12.7 each process logs in as itself, migrations as the owner, and nobody as the superuser', () => {
    const user = (url: string): string => new URL(url).username;
    const who = (variable: string): Record<string, string> => {
      const having = OURS.filter((name) => environment(name)[variable]);
      return Object.fromEntries(having.map((name) => [name, user(environment(name)[variable]!)]));
    };
    expect(who('DATABASE_URL')).toEqual({
      redirect: 'gamma_redirect',
      api: 'gamma_api',
      worker: 'gamma_worker',
      'worker-payouts': 'gamma_worker',
    });
    expect(who('REDIS_URL')).toEqual({ redirect: 'redirect', drain: 'drain', api: 'api' });
    for (const name of OURS)
      expect(JSON.stringify(environment(name))).not.toContain(`:${settings['REDIS_PASSWORD']}@`);
    expect(user(environment('migrate')['DATABASE_ADMIN_URL']!)).toBe('gamma_owner');
    for (const name of OURS)
      expect(JSON.stringify(environment(name))).not.toContain(settings['POSTGRES_PASSWORD']);
    for (const name of OURS.slice(1))
      expect(Object.keys(environment(name))).not.toContain('DATABASE_ADMIN_URL');
  });

  test('keys are where they are used and nowhere else', () => {
    const holders = (variable: string): string[] =>
      OURS.filter((name) => variable in environment(name)).sort();
    expect(holders('GAMMA_MASTER_KEY')).toEqual(['api']);
    expect(holders('GAMMA_CLICK_KEYS')).toEqual(['api', 'redirect']);
    expect(holders('GAMMA_CODEC_KEYS')).toEqual(['api', 'worker', 'worker-payouts']);
    expect(holders('WOOPPAY_PASSWORD')).toEqual(['worker-payouts']);
    expect(holders('WOOPPAY_LOGIN')).toEqual(['worker-payouts']);
    expect(holders('WILDBERRIES_TOKEN')).toEqual(['worker']);
    expect(holders('WOOPPAY_CARDS_PASSWORD')).toEqual(['api']);
  });

  test('what the public reaches shares no network with what decrypts', () => {
    for (const name of ['worker', 'worker-payouts']) {
      const shared = service('redirect').networks!.filter((network) =>
        service(name).networks!.includes(network),
      );
      expect(shared).toEqual([]);
    }
  });

  test('redirect and drain share the click log, keep it, and judge pids of their own container', () => {
    for (const name of ['redirect', 'drain']) {
      const one = service(name);
      const dir = environment(name)['REDIRECT_LOG_DIR']!;
      expect(one.volumes).toContain(`clicks:${dir}`);
      expect(one.hostname).toBeUndefined();
      // With stores down they must still come up.
      expect(one.depends_on).toBeUndefined();
      // The image makes the folder for its own user; a volume mounted there takes that over.
      expect(read('deploy/Dockerfile')).toMatch(new RegExp(`install -d -o node .*${dir}`));
    }
  });

  test('each stop leaves more time than the process takes for itself', () => {
    // redirect GRACE_MS 5 s, drain STOP_MS 8 s, api STOP_GRACE_MS 10 s, worker 10 s and a 30 s payout call.
    const needed = { redirect: 5, drain: 8, api: 10, worker: 40, 'worker-payouts': 40 };
    for (const [name, least] of Object.entries(needed))
      expect(seconds(service(name).stop_grace_period!)).toBeGreaterThan(least);
  });

  test('the port a process listens on is the one published and checked', () => {
    const port = { redirect: 'REDIRECT', api: 'API', worker: 'CODEC', sandbox: 'SANDBOX' };
    for (const [name, prefix] of Object.entries(port)) {
      const env = environment(name);
      expect(env[`${prefix}_HOST`]).toBe('0.0.0.0');
      expect(service(name).ports?.[0]?.split(':').at(-1)).toBe(env[`${prefix}_PORT`]);
      expect(service(name).healthcheck!.test.join(' ')).toContain(
        `127.0.0.1:${env[`${prefix}_PORT`]}/`,
      );
    }
  });

  test('the Temporal UI and the codec server agree on who may ask whom', () => {
    const ui = environment('temporal-ui');
    const worker = environment('worker');
    const origin = `http://${service('temporal-ui').ports![0]!.split(':').slice(0, 2).join(':')}`;
    expect(worker['TEMPORAL_UI_URL']).toBe(origin);
    expect(ui['TEMPORAL_CORS_ORIGINS']).toBe(origin);
    expect(ui['TEMPORAL_CODEC_ENDPOINT']).toBe(`http://127.0.0.1:${worker['CODEC_PORT']}`);
  });

  test('every queue is worked on by exactly one of the workers', () => {
    const queues = ['worker', 'worker-payouts'].flatMap((name) =>
      environment(name)['WORKER_QUEUES']!.split(','),
    );
    expect(queues.sort()).toEqual(Object.values(TASK_QUEUE).sort());
  });

  test("Temporal's frontend is behind mutual TLS, and its UI is for looking", () => {
    const server = parse(read('deploy/temporal/server.yaml')) as {
      global: { tls: { frontend: { server: Record<string, unknown> } } };
    };
    expect(server.global.tls.frontend.server['requireClientAuth']).toBe(true);
    expect(environment('temporal-ui')['TEMPORAL_DISABLE_WRITE_ACTIONS']).toBe('true');
    expect(environment('temporal-ui')['TEMPORAL_TLS_ENABLE_HOST_VERIFICATION']).toBe('true');
    const clients = ['api', 'worker', 'worker-payouts', 'temporal-ui', 'temporal-namespace'];
    for (const name of clients) {
      expect(environment(name)).toMatchObject({
        TEMPORAL_TLS_CA: '/run/secrets/temporal_ca',
        TEMPORAL_TLS_CERT: '/run/secrets/temporal_client_cert',
        TEMPORAL_TLS_KEY: '/run/secrets/temporal_client_key',
      });
      const targets = service(name).secrets!.map((one) =>
        typeof one === 'string' ? one : one.target,
      );
      expect(targets).toEqual(['temporal_ca', 'temporal_client_cert', 'temporal_client_key']);
    }
    // Whoever may reach the frontend at all is in this list.
    expect(
      services.filter(([, one]) => 'TEMPORAL_ADDRESS' in (one.environment ?? {})).map(([n]) => n),
    ).toEqual(expect.arrayContaining(clients));
  });

  test('the sandbox comes only when asked for', () => {
    expect(services.filter(([, one]) => one.profiles).map(([name]) => name)).toEqual(['sandbox']);
  });
});
