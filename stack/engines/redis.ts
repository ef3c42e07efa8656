import { createHash, createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Redis from 'ioredis';
import { REDIS_PROCESSES, redisRules, type RedisProcess } from '../../store/redis/acl';
import { errorMessage } from '../../telemetry/failure';
import { installPackage } from '../debianPackage';
import { startChild, type Child } from '../process';
import type { Step } from '../progress';
import { findOnPath } from '../toolCache';
import { embeddedEngine, externalEngine, startOnFreePort } from './engine';
import type { Engine, EngineContext } from './engine';

const DEFAULT_PORT = 16_379;

async function ping(url: string): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 3_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}

/** Debian's package, for root only. */
async function install(context: EngineContext, step: Step): Promise<string> {
  await installPackage('redis-server', {
    env: context.env,
    logDir: context.logDir,
    step,
    otherwise: 'Install it (apt-get install redis-server, brew install redis) or set REDIS_URL.',
  });
  const found = findOnPath('redis-server', context.env);
  if (!found)
    throw new Error('apt-get installed redis-server but it is not on PATH; set REDIS_URL.');
  return found;
}

/** The keys' prefix of the platform that `npm start` runs. */
export const REDIS_PREFIX = 'gamma:';

export type RedisEngine = {
  engine: Engine;
  /** Where the server is somebody else's (REDIS_URL), all are that one. */
  logins: Record<RedisProcess, string>;
};

/** Of the user who may do everything; those of the processes are made from it. */
function secretIn(dir: string): string {
  const file = join(dir, 'password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

/** From it nobody comes to the password it was made from, nor to another user's. */
export const redisPassword = (secret: string, user: string): string =>
  createHmac('sha256', secret).update(user).digest('hex');

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** In a file and as hashes: the command line is for everybody to read. */
function writeUsers(dir: string, secret: string): string {
  const rules = redisRules(REDIS_PREFIX);
  const lines = REDIS_PROCESSES.map(
    (name) => `user ${name} on #${sha256(redisPassword(secret, name))} ${rules[name]}`,
  );
  const file = join(dir, 'users.acl');
  const everything = `user default on #${sha256(secret)} ~* &* +@all`;
  writeFileSync(file, [everything, ...lines, ''].join('\n'), { mode: 0o600 });
  return file;
}

function launch(context: EngineContext, binary: string, port: number): Promise<Child> {
  const dir = join(context.dir, 'redis');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir];
  args.push('--aclfile', writeUsers(dir, secretIn(dir)));
  // The append-only file is the durable copy; snapshots beside it would only cost.
  args.push('--appendonly', 'yes', '--appendfsync', 'everysec', '--save', '');
  args.push('--daemonize', 'no', '--maxmemory-policy', 'noeviction');
  return startChild({
    name: 'redis',
    command: binary,
    args,
    env: context.env,
    logFile: join(context.logDir, 'redis.log'),
    ready: (line) => line.includes('Ready to accept connections'),
    timeoutMs: 60_000,
    stage: 0,
    runDir: context.runDir,
  });
}

const loginsOf = (url: (name: RedisProcess) => string): Record<RedisProcess, string> => ({
  redirect: url('redirect'),
  drain: url('drain'),
  api: url('api'),
});

async function external(given: string): Promise<RedisEngine> {
  await ping(given).catch((thrown: unknown) => {
    throw new Error(
      `Redis at REDIS_URL does not answer: ${errorMessage(thrown)}. Start it or unset REDIS_URL.`,
    );
  });
  return { engine: externalEngine('redis', given, 'REDIS_URL'), logins: loginsOf(() => given) };
}

/** REDIS_URL; redis-server on PATH; Debian's package when root. */
export async function startRedis(context: EngineContext): Promise<RedisEngine> {
  const step = context.progress.step('Redis');
  try {
    const given = context.env['REDIS_URL'];
    if (given) {
      const result = await external(given);
      step.done('from REDIS_URL');
      return result;
    }
    const binary = findOnPath('redis-server', context.env) ?? (await install(context, step));
    const { child, port } = await startOnFreePort(
      context.preferredPorts.redis ?? DEFAULT_PORT,
      (free) => launch(context, binary, free),
    );
    const secret = secretIn(join(context.dir, 'redis'));
    const urlOf = (user: string, password: string): string =>
      `redis://${user}:${password}@127.0.0.1:${port}`;
    step.done(`127.0.0.1:${port}`);
    const url = urlOf('default', secret);
    return {
      engine: embeddedEngine(context, 'redis', url, child, () => launch(context, binary, port)),
      logins: loginsOf((name) => urlOf(name, redisPassword(secret, name))),
    };
  } catch (thrown) {
    step.fail('did not start');
    throw thrown;
  }
}
