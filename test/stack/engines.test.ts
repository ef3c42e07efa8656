import { createServer, type Server } from 'node:net';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { Client as TemporalClient, Connection } from '@temporalio/client';
import Redis from 'ioredis';
import { Client } from 'pg';
import type { EmbeddedStack, Engine } from '../../stack/embedded';
import { descendants, isAlive } from '../../stack/processTree';
import { removeFolder, startIn, tempFolder, until } from './folders';

const dir = tempFolder();
let stack: EmbeddedStack;
const crashes: string[] = [];

async function sql<T>(url: string, text: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as T[];
  } finally {
    await client.end();
  }
}

async function redis<T>(use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(stack.urls.redis);
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

async function temporal<T>(use: (client: TemporalClient) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: stack.urls.temporal });
  try {
    return await use(new TemporalClient({ connection, namespace: 'gamma' }));
  } finally {
    await connection.close();
  }
}

beforeAll(async () => {
  stack = await startIn(dir, {
    temporal: { namespaces: ['gamma', 'gamma-two'], searchAttributes: { GammaState: 'Keyword' } },
    onExit: (name) => crashes.push(name),
  });
});
afterAll(async () => {
  await stack?.stop();
  removeFolder(dir);
});

const down = ['stop', 'kill'] as const;

/** Takes the engine down both ways and brings it back; `check` says that the data is still there. */
async function survives(engine: Engine, check: () => Promise<void>): Promise<void> {
  const { url } = engine;
  for (const how of down) {
    const pid = engine.pid as number;
    const all = [pid, ...descendants(pid)];
    await engine[how]();
    expect(all.filter(isAlive)).toEqual([]);
    expect(engine.pid).toBeUndefined();
    await engine.start();
    expect(engine.pid).not.toBe(pid);
    expect(engine.url).toBe(url);
    await check();
  }
}

describe('Postgres', () => {
  it('gives the owner and the application their own roles', async () => {
    expect(await sql(stack.urls.postgresAdmin, 'SELECT current_user AS who')).toEqual([
      { who: 'gamma_owner' },
    ]);
    await sql(stack.urls.postgresAdmin, 'CREATE TABLE t (a int); INSERT INTO t VALUES (1)');
    await expect(sql(stack.urls.postgres, 'SELECT * FROM t')).rejects.toThrow(/permission denied/);
    await expect(sql(stack.urls.postgres, 'CREATE TABLE u (a int)')).rejects.toThrow(
      /permission denied/,
    );
    await sql(stack.urls.postgresAdmin, 'CREATE DATABASE copy TEMPLATE gamma');
    const roles = await sql(
      stack.urls.postgres,
      `SELECT rolname, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles
       WHERE rolname LIKE 'gamma%' ORDER BY 1`,
    );
    expect(roles).toEqual([
      { rolname: 'gamma_api', rolsuper: false, rolcreatedb: false, rolcreaterole: false },
      { rolname: 'gamma_app', rolsuper: false, rolcreatedb: false, rolcreaterole: false },
      { rolname: 'gamma_owner', rolsuper: false, rolcreatedb: true, rolcreaterole: true },
      { rolname: 'gamma_redirect', rolsuper: false, rolcreatedb: false, rolcreaterole: false },
      { rolname: 'gamma_worker', rolsuper: false, rolcreatedb: false, rolcreaterole: false },
    ]);
    expect(statSync(join(dir, 'postgres', 'passwords.json')).mode & 0o777).toBe(0o600);
  });

  it('writes to disk before it says committed', async () => {
    const settings = await sql<{ name: string; setting: string }>(
      stack.urls.postgres,
      `SELECT name, setting FROM pg_settings WHERE name IN
       ('fsync', 'full_page_writes', 'listen_addresses', 'max_connections', 'synchronous_commit')
       ORDER BY 1`,
    );
    expect(settings.map((s) => s.setting)).toEqual(['on', 'on', '127.0.0.1', '200', 'on']);
  });

  it('keeps its data and port over stop and kill', async () => {
    const holder = new Client({ connectionString: stack.urls.postgresAdmin });
    holder.on('error', () => undefined);
    await holder.connect();
    await survives(stack.engines.postgres, async () => {
      expect(await sql(stack.urls.postgresAdmin, 'SELECT a FROM t')).toEqual([{ a: 1 }]);
    });
    await holder.end().catch(() => undefined);
  });

  it('starts again at once after its main process alone was killed', async () => {
    const sessions = Array.from(
      { length: 20 },
      () => new Client({ connectionString: stack.urls.postgresAdmin }),
    );
    for (const session of sessions) {
      session.on('error', () => undefined);
      await session.connect();
    }
    process.kill(stack.engines.postgres.pid as number, 'SIGKILL');
    await until('the crash to be told', () => crashes.includes('postgres'));
    await stack.engines.postgres.start();
    expect(await sql(stack.urls.postgresAdmin, 'SELECT a FROM t')).toEqual([{ a: 1 }]);
    crashes.length = 0;
    await Promise.allSettled(sessions.map((session) => session.end()));
  });
});

describe('Redis', () => {
  it('keeps what it was told, over stop and kill', async () => {
    await redis(async (client) => {
      expect(await client.config('GET', 'appendonly')).toContain('yes');
      await client.set('k', 'v');
      // Waits for the append-only file to be on disk.
      await client.call('WAITAOF', '1', '0', '5000').catch(() => undefined);
    });
    await survives(stack.engines.redis, async () => {
      expect(await redis((client) => client.get('k'))).toBe('v');
    });
  });
});

describe('ClickHouse', () => {
  it('keeps acknowledged rows over stop and kill', async () => {
    const client = createClient({ url: stack.urls.clickhouse });
    await client.command({ query: 'CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a' });
    await client.insert({ table: 't', values: [{ a: 1 }], format: 'JSONEachRow' });
    await survives(stack.engines.clickhouse, async () => {
      const rows = await client.query({ query: 'SELECT a FROM t', format: 'JSONEachRow' });
      expect((await rows.json<{ a: string }>()).map((r) => Number(r.a))).toEqual([1]);
    });
    await client.close();
  });
});

describe('Temporal', () => {
  it('has both namespaces with the search attribute, and keeps workflows over stop and kill', async () => {
    for (const namespace of ['gamma', 'gamma-two']) {
      await temporal(async (client) => {
        const found = await client.connection.operatorService.listSearchAttributes({ namespace });
        expect(Object.keys(found.customAttributes)).toContain('GammaState');
      });
    }
    await temporal((client) =>
      client.workflow.start('conversion', { taskQueue: 'none', workflowId: 'conv/1' }),
    );
    await survives(stack.engines.temporal, async () => {
      const state = await temporal((client) => client.workflow.getHandle('conv/1').describe());
      expect(state.status.name).toBe('RUNNING');
    });
    const page = await fetch(stack.urls.temporalUi);
    expect(page.status).toBe(200);
  });
});

describe('all of them', () => {
  it('says nothing of a crash when it was asked to stop or kill', () => {
    expect(crashes).toEqual([]);
  });

  it('tells when one dies by itself', async () => {
    const dead = new Promise<string>((resolve) => {
      const push = crashes.push.bind(crashes);
      crashes.push = (name) => {
        resolve(name);
        return push(name);
      };
    });
    process.kill(stack.engines.redis.pid as number, 'SIGKILL');
    expect(await dead).toBe('redis');
    await stack.engines.redis.start();
    expect(await redis((client) => client.get('k'))).toBe('v');
  });

  it('refuses a second launcher in the same folder with one sentence', async () => {
    await expect(startIn(dir)).rejects.toThrow(/^This process has already started the engines in/);
    expect(await redis((client) => client.ping())).toBe('PONG');
  });

  it('starts the platform’s own processes and ends them', async () => {
    const script = `console.log('booting'); console.log('ready http://127.0.0.1:1');
      setInterval(() => undefined, 1000)`;
    const spec = { command: process.execPath, args: ['-e', script], timeoutMs: 10_000 };
    const child = await stack.startChild({
      ...spec,
      name: 'svc',
      ready: (line) => line.startsWith('ready '),
    });
    expect(child.readyLine).toBe('ready http://127.0.0.1:1');
    expect(isAlive(child.pid)).toBe(true);
    await child.stop();
    expect(isAlive(child.pid)).toBe(false);
    await expect(
      stack.startChild({
        ...spec,
        name: 'bad',
        args: ['-e', 'console.error("no key"); process.exit(3)'],
        ready: () => false,
      }),
    ).rejects.toThrow(/bad stopped while starting \(ended with code 3\)[\s\S]*no key/);
    await expect(
      stack.startChild({ ...spec, name: 'absent', command: '/no/such/program', ready: () => true }),
    ).rejects.toThrow(/absent did not start: .*ENOENT/);
  });
});

describe('busy ports and missing parts', () => {
  const other = tempFolder();
  afterAll(() => removeFolder(other));

  it('takes the next free port', async () => {
    const server: Server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
    );
    const second = await startIn(other, { only: ['redis'], preferredPorts: { redis: port } });
    expect(Number(new URL(second.urls.redis).port)).toBeGreaterThan(port);
    await second.stop();
    server.close();
  });

  it('names what is missing, what was tried and what to do, and leaves nothing behind', async () => {
    const env = { PATH: '/nonexistent', HOME: other, XDG_CACHE_HOME: join(other, 'cache') };
    await expect(startIn(other, { only: ['redis', 'temporal'], env })).rejects.toThrow(
      /redis-server is missing[\s\S]*REDIS_URL[\s\S]*Temporal is missing[\s\S]*download[\s\S]*go/,
    );
    expect(() => readFileSync(join(other, 'stack.lock'))).toThrow(/ENOENT/);
  });

  it('uses an engine named by the environment and leaves it alone', async () => {
    const env = { PATH: process.env['PATH'], REDIS_URL: stack.urls.redis };
    const second = await startIn(other, { only: ['redis'], env });
    expect(second.engines.redis.embedded).toBe(false);
    await second.stop();
    expect(await redis((client) => client.ping())).toBe('PONG');
    const wrong = { ...env, REDIS_URL: 'redis://127.0.0.1:1' };
    await expect(startIn(other, { only: ['redis'], env: wrong })).rejects.toThrow(
      /Redis at REDIS_URL does not answer/,
    );
  });
});
