import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { startChild, type Child } from '../process';
import { distFile } from '../root';
import { embeddedEngine, externalEngine, startOnFreePort } from './engine';
import type { Engine, EngineContext } from './engine';

const DEFAULT_PORT = 18_123;

async function ping(given: string): Promise<void> {
  const url = new URL(given);
  // fetch refuses credentials inside a URL; /ping needs none.
  const target = `${url.origin}${url.pathname.replace(/\/$/, '')}/ping`;
  const response = await fetch(target, { signal: AbortSignal.timeout(5_000) }).catch(
    () => undefined,
  );
  await response?.arrayBuffer();
  if (response?.ok) return;
  throw new Error(
    `ClickHouse at CLICKHOUSE_URL does not answer (${url.host}${response ? `: status ${response.status}` : ''}). Start it or unset CLICKHOUSE_URL.`,
  );
}

function launch(context: EngineContext, port: number): Promise<Child> {
  const dir = join(context.dir, 'clickhouse');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return startChild({
    name: 'clickhouse',
    command: process.execPath,
    args: [distFile('stack', 'clickhouseServer.js'), dir, String(port)],
    env: {
      ...context.env,
      NODE_OPTIONS: undefined,
      // Each query holds a thread of this pool while it runs.
      UV_THREADPOOL_SIZE: '8',
    },
    logFile: join(context.logDir, 'clickhouse.log'),
    ready: (line) => line.startsWith('ready '),
    timeoutMs: 60_000,
    graceMs: 10_000,
    stage: 0,
    runDir: context.runDir,
  });
}

function requireChdb(): void {
  try {
    createRequire(__filename).resolve('chdb');
  } catch {
    throw new Error(
      'ClickHouse is missing: CLICKHOUSE_URL is not set and the npm package chdb is not installed. Run `npm ci` (with development packages) or set CLICKHOUSE_URL.',
    );
  }
}

/** CLICKHOUSE_URL, else the npm package chdb behind our own HTTP server process. */
export async function startClickhouse(context: EngineContext): Promise<Engine> {
  const step = context.progress.step('ClickHouse');
  try {
    const given = context.env['CLICKHOUSE_URL'];
    if (given) {
      await ping(given);
      step.done('from CLICKHOUSE_URL');
      return externalEngine('clickhouse', given, 'CLICKHOUSE_URL');
    }
    requireChdb();
    const { child, port } = await startOnFreePort(
      context.preferredPorts.clickhouse ?? DEFAULT_PORT,
      (free) => launch(context, free),
    );
    const url = `http://127.0.0.1:${port}`;
    step.done(url);
    return embeddedEngine(context, 'clickhouse', url, child, () => launch(context, port));
  } catch (thrown) {
    step.fail('did not start');
    throw thrown;
  }
}
