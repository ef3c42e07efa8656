import { spawn, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from '../../sandbox/demo/http';
import { readReady } from '../../stack/logins';
import { repoRoot } from '../../stack/root';
import { createTestDatabase } from '../support/postgres';
import { readSharedStack } from '../support/sharedStack';

export type Said = { readonly status: number | null; readonly out: string };

/** A copy of this checkout, as a reader of the docs has one, on the test run's Postgres and Redis. */
export type Checkout = {
  readonly dir: string;
  /** Runs a program to its end; `out` is everything it said. */
  run(command: string, timeoutMs?: number): Promise<Said>;
  /** Starts what stays up until it is stopped. */
  start(command: string): Running;
  /** Waits for `.gamma/ready.json` of a platform started here. */
  isUp(platform: Running): Promise<void>;
  /** Ctrl-C to the platform, with its exit code. */
  stop(platform: Running): Promise<number | null>;
  /** Ctrl-C to anything else. */
  interrupt(running: Running): Promise<void>;
  remove(): Promise<void>;
};

export type Running = { readonly child: ChildProcess; readonly said: () => string };

const LEFT_OUT = /^(node_modules|\.git|\.gamma.*|dist\..*)$/;

function copy(): string {
  const root = repoRoot();
  const dir = mkdtempSync(join(tmpdir(), 'gamma-docs-'));
  for (const name of readdirSync(root))
    if (!LEFT_OUT.test(name)) cpSync(join(root, name), join(dir, name), { recursive: true });
  // Packages are shared, what tools cache beside them is not.
  mkdirSync(join(dir, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '.cache')
      symlinkSync(join(root, 'node_modules', name), join(dir, 'node_modules', name));
  return dir;
}

export async function makeCheckout(): Promise<Checkout> {
  const dir = copy();
  const db = await createTestDatabase();
  const { urls, chromium } = readSharedStack();
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    TMPDIR: dir,
    DATABASE_URL: db.postgres,
    DATABASE_ADMIN_URL: db.postgresAdmin,
    REDIS_URL: urls.redis,
    CHROMIUM_PATH: chromium,
  };
  const children = new Set<ChildProcess>();
  const start = (command: string): Running => {
    let text = '';
    const child = spawn('sh', ['-c', command], { cwd: dir, env, detached: true });
    children.add(child);
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    return { child, said: () => text };
  };
  const run: Checkout['run'] = async (command, timeoutMs = 60_000) => {
    const { child, said } = start(command);
    const timer = setTimeout(() => endGroup(child), timeoutMs);
    const [status] = (await once(child, 'close')) as [number | null];
    clearTimeout(timer);
    return { status, out: said() };
  };
  return {
    dir,
    run,
    start,
    isUp: async ({ child, said }) => {
      await until(
        'the platform to be up',
        () => Promise.resolve(readReady(join(dir, '.gamma'))),
        (ready) => {
          if (child.exitCode !== null) throw new Error(`the platform ended: ${said()}`);
          return ready !== undefined && said().includes('Up after');
        },
        200_000,
      );
    },
    stop: async ({ child }) => {
      if (child.exitCode !== null) return child.exitCode;
      const closed = once(child, 'close');
      // The launcher itself, when there is one: npm then passes its exit code on instead of dying beside it.
      const ready = readFileSync(join(dir, '.gamma', 'ready.json'), 'utf8');
      process.kill((JSON.parse(ready) as { pid: number }).pid, 'SIGINT');
      const [status] = (await closed) as [number | null];
      return status;
    },
    interrupt: async ({ child }) => {
      if (child.exitCode !== null) return;
      const closed = once(child, 'close');
      endGroup(child, 'SIGINT');
      await closed;
    },
    remove: async () => {
      for (const child of children) endGroup(child);
      await db.drop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A terminal's Ctrl-C reaches the whole group: npm, the shell below it and the launcher. */
function endGroup(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (child.exitCode !== null || child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== 'ESRCH') throw failure;
  }
}
