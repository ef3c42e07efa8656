import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Redis from 'ioredis';
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

function launch(context: EngineContext, binary: string, port: number): Promise<Child> {
  const dir = join(context.dir, 'redis');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir];
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

/** REDIS_URL; redis-server on PATH; Debian's package when root. */
export async function startRedis(context: EngineContext): Promise<Engine> {
  const step = context.progress.step('Redis');
  try {
    const given = context.env['REDIS_URL'];
    if (given) {
      await ping(given).catch((thrown: unknown) => {
        throw new Error(
          `Redis at REDIS_URL does not answer: ${errorMessage(thrown)}. Start it or unset REDIS_URL.`,
        );
      });
      step.done('from REDIS_URL');
      return externalEngine('redis', given, 'REDIS_URL');
    }
    const binary = findOnPath('redis-server', context.env) ?? (await install(context, step));
    const { child, port } = await startOnFreePort(
      context.preferredPorts.redis ?? DEFAULT_PORT,
      (free) => launch(context, binary, free),
    );
    const url = `redis://127.0.0.1:${port}`;
    step.done(url);
    return embeddedEngine(context, 'redis', url, child, () => launch(context, binary, port));
  } catch (thrown) {
    step.fail('did not start');
    throw thrown;
  }
}
