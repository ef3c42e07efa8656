import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Redis from 'ioredis';
import { Client } from 'pg';
import { descendants, isAlive } from '../../stack/processTree';
import { createProgress } from '../../stack/progress';
import { distFile } from '../../stack/root';
import { acquireLock } from '../../stack/lock';
import { anyPorts, bareEnv, removeFolder, startIn, tempFolder, until } from './folders';

const dir = tempFolder();
const launchers: ChildProcess[] = [];
afterAll(async () => {
  for (const launcher of launchers) launcher.kill('SIGKILL');
  // The last guard may still be ending its engines: the next start waits for it.
  await (await startIn(dir, { only: ['redis'] })).stop();
  removeFolder(dir);
});

/** A launcher of its own process, as `npm start` is; prints the pids and URLs when up. */
const SCRIPT = `
  const { startEmbeddedStack, silentProgress } = require(process.argv[1]);
  startEmbeddedStack({
    dir: process.argv[2], env: process.env, progress: silentProgress,
    preferredPorts: JSON.parse(process.argv[3]),
  }).then((stack) => {
    const pids = Object.values(stack.engines).map((engine) => engine.pid);
    console.log(JSON.stringify({ pids, urls: stack.urls }));
  }, (error) => { console.log(JSON.stringify({ error: error.message })); process.exitCode = 1; });
`;
type Said = { pids: number[]; urls: Record<string, string>; error?: string };

async function launch(): Promise<{ launcher: ChildProcess; said: Said }> {
  const args = ['-e', SCRIPT, distFile('stack', 'embedded.js'), dir, JSON.stringify(anyPorts)];
  const launcher = spawn(process.execPath, args, { env: bareEnv(), stdio: ['ignore', 'pipe', 2] });
  launchers.push(launcher);
  let text = '';
  launcher.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const line = await until('the launcher to say something', () => /.*\n/.exec(text)?.[0], 60_000);
  return { launcher, said: JSON.parse(line) as Said };
}

const guardOf = (launcher: ChildProcess): number =>
  descendants(launcher.pid as number)[0] as number;

async function mark(urls: Record<string, string>, value: string): Promise<void> {
  const client = new Client({ connectionString: urls['postgresAdmin'] });
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS marks (v text)');
  await client.query('INSERT INTO marks VALUES ($1)', [value]);
  await client.end();
}

async function marks(urls: Record<string, string>): Promise<string[]> {
  const client = new Client({ connectionString: urls['postgresAdmin'] });
  await client.connect();
  const { rows } = await client.query<{ v: string }>('SELECT v FROM marks ORDER BY v');
  await client.end();
  return rows.map((row) => row.v);
}

const allGone = (pids: readonly number[]) => () => !pids.some(isAlive);

it('kill -9 of the launcher leaves no process, and the next start finds its data', async () => {
  const { launcher, said } = await launch();
  await mark(said.urls, 'one');
  const all = [...said.pids, ...descendants(launcher.pid as number)];
  expect(all.length).toBeGreaterThan(8);
  launcher.kill('SIGKILL');
  // At once: the earlier guard is still ending the engines.
  const next = await launch();
  expect(next.said.error).toBeUndefined();
  expect(all.filter(isAlive)).toEqual([]);
  expect(await marks(next.said.urls)).toEqual(['one']);
  const pids = descendants(next.launcher.pid as number);
  next.launcher.kill('SIGINT');
  await until('everything to end after Ctrl-C', allGone(pids));
});

it('kill -9 of launcher and guard at the same instant is mended by the next start', async () => {
  const { launcher, said } = await launch();
  await mark(said.urls, 'two');
  const guard = guardOf(launcher);
  const all = descendants(launcher.pid as number);
  process.kill(guard, 'SIGSTOP');
  launcher.kill('SIGKILL');
  process.kill(guard, 'SIGKILL');
  await until('the guard to be gone', allGone([guard]));
  expect(said.pids.some(isAlive)).toBe(true);
  const stack = await startIn(dir);
  try {
    expect(all.filter(isAlive)).toEqual([]);
    expect(await marks(stack.urls)).toEqual(['one', 'two']);
  } finally {
    await stack.stop();
  }
}, 120_000);

it('kill -9 of the guard ends the engines and is told to the launcher', async () => {
  const other = tempFolder();
  const crashed: string[] = [];
  const stack = await startIn(other, {
    only: ['redis'],
    onExit: (name, detail) => crashed.push(`${name} ${detail}`),
  });
  const pid = stack.engines.redis.pid as number;
  const guard = descendants(process.pid).find((p) => descendants(p).includes(pid)) as number;
  process.kill(guard, 'SIGKILL');
  await until('the crash to be told', () => crashed.length > 0);
  expect(crashed).toEqual(['redis its guard process ended (SIGKILL)']);
  expect(isAlive(pid)).toBe(false);
  await stack.engines.redis.start();
  const client = new Redis(stack.urls.redis);
  expect(await client.ping()).toBe('PONG');
  client.disconnect();
  await stack.stop();
  removeFolder(other);
});

it('a second launcher is refused with who runs it and what to do; the first goes on', async () => {
  const { launcher, said } = await launch();
  const second = await launch();
  expect(second.said.error).toMatch(
    new RegExp(`already run by process ${launcher.pid} .*: use that one, stop it .*another folder`),
  );
  expect(said.pids.every(isAlive)).toBe(true);
  const pids = descendants(launcher.pid as number);
  launcher.kill('SIGTERM');
  await until('everything to end', allGone(pids));
});

describe('a lock', () => {
  const folder = tempFolder();
  const file = join(folder, 'x.lock');
  afterAll(() => removeFolder(folder));

  it('of a live process is kept, of a dead or reused pid is taken over', () => {
    const first = acquireLock(file);
    expect(first.taken).toBe(true);
    expect(acquireLock(file)).toMatchObject({ taken: false, holder: { pid: process.pid } });
    if (first.taken) first.release();
    for (const dead of [
      { pid: 2 ** 22 - 1, started: '1', since: '' },
      { pid: process.pid, started: 'other', since: '' },
      'half a file',
    ]) {
      writeFileSync(file, JSON.stringify(dead).slice(0, 40));
      const taken = acquireLock(file);
      expect(taken.taken).toBe(true);
      expect((JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid).toBe(process.pid);
      if (taken.taken) taken.release();
    }
  });
});

describe('progress', () => {
  it('prints one plain line a step with its time, and a sign of life in between', () => {
    jest.useFakeTimers();
    try {
      let text = '';
      const progress = createProgress({ write: (part) => (text += part) });
      const build = progress.step('Temporal');
      build.update('building');
      progress.step('Redis').done('redis://x');
      jest.advanceTimersByTime(6_000);
      build.fail('no Go');
      expect(text).toMatch(
        /^✓ +0\.0 s {2}Redis · redis:\/\/x\n {2}… Temporal … 5\.0 s \(building\)\n✗ +6\.0 s {2}Temporal · no Go\n$/,
      );
    } finally {
      jest.useRealTimers();
    }
  });
});
