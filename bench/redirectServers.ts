import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The anchor: what a Node process can answer at most while doing nothing. A 302 with a Location as long
 * as ours, no parsing, no id, no record.
 */
const BARE = `
const location = 'https://www.wildberries.kz/catalog/123456789/detail.aspx?size=4&sub1=' + 'C'.repeat(32);
const server = require('node:http').createServer((request, response) => {
  response.writeHead(302, ['Location', location, 'Cache-Control', 'no-store', 'Content-Length', '0']);
  response.end();
});
server.listen(0, '127.0.0.1', () => console.log('ready http://127.0.0.1:' + server.address().port));
`;

export type RunningServer = {
  readonly url: string;
  readonly pid: number;
  end(): Promise<void>;
};

async function start(args: readonly string[], env: NodeJS.ProcessEnv): Promise<RunningServer> {
  const child: ChildProcess = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const line = /^ready (\S+)$/m.exec(output);
      if (line?.[1]) resolve(line[1]);
    });
    child.once('exit', (code) => reject(new Error(`server ended with ${code}: ${output}`)));
  });
  return {
    url,
    pid: child.pid ?? 0,
    async end() {
      child.kill('SIGTERM');
      // The bare server knows no grace; keep-alive connections would hold it.
      const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await exited;
      clearTimeout(timer);
    },
  };
}

export const startBare = (): Promise<RunningServer> => start(['-e', BARE], {});

export type RecordingOptions = {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly sync?: 'behind' | 'before';
  readonly env?: Readonly<Record<string, string>>;
};

/** dist/redirect/main.js with a log folder of its own, removed at the end. */
export const startRecording = (options: RecordingOptions): Promise<RecordingServer> =>
  startOurs(join(__dirname, '..', 'redirect', 'main.js'), options);

/** The same handler inside Koa. */
export const startKoa = (options: RecordingOptions): Promise<RecordingServer> =>
  startOurs(join(__dirname, 'redirectKoa.js'), options);

export type RecordingServer = RunningServer & { readonly logDir: string };

async function startOurs(main: string, options: RecordingOptions): Promise<RecordingServer> {
  const dir = mkdtempSync(join(tmpdir(), 'gamma-bench-redirect-'));
  const server = await start([main], {
    DATABASE_URL: options.databaseUrl,
    REDIS_URL: options.redisUrl,
    REDIRECT_LOG_DIR: dir,
    CLICK_LOG_SYNC: options.sync ?? 'behind',
    GAMMA_ENVIRONMENT: 'bench',
    GAMMA_CLICK_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    LOG_LEVEL: 'error',
    // In force and counted, only never reached: all load comes from one address and goes to one link.
    REDIRECT_LIMIT_IP_PER_SECOND: '10000000',
    REDIRECT_LIMIT_LINK_PER_SECOND: '10000000',
    ...options.env,
  });
  return {
    ...server,
    logDir: dir,
    async end() {
      await server.end();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
