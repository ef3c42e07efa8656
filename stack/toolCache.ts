import { accessSync, constants, createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { errorMessage } from '../telemetry/failure';
import { acquireLock, type Lock } from './lock';
import { runCommand } from './process';
import type { Step } from './progress';

/** The Temporal CLI this project is tested with: server 1.29.1, UI 2.42.1. */
const TEMPORAL_VERSION = '1.5.1';
const TEMPORAL_MODULE = 'github.com/temporalio/cli/cmd/temporal';
const TEMPORAL_SERVER = '1.29.1';
const CONNECT_TIMEOUT_MS = 5_000;
const DOWNLOAD_TIMEOUT_MS = 180_000;
const BUILD_TIMEOUT_MS = 30 * 60_000;

/** A program on PATH, without a shell. */
export function findOnPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** Tools fetched or built once and shared by all checkouts of this user. */
export function toolCacheDir(env: NodeJS.ProcessEnv): string {
  const base = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return join(base, 'gamma');
}

function versionOf(binary: string): string {
  const options = {
    encoding: 'utf8',
    timeout: 20_000,
    stdio: 'pipe',
  } as const;
  return execFileSync(binary, ['--version'], options);
}

type Attempt = { readonly how: string; readonly problem: string };

/**
 * The Temporal CLI: on PATH; in the tool cache; downloaded; built with Go. The last two fill the cache,
 * one checkout at a time, and put the finished program in place by a rename.
 */
export async function findTemporal(env: NodeJS.ProcessEnv, logDir: string, step: Step) {
  const onPath = findOnPath('temporal', env);
  if (onPath) return onPath;
  const folder = join(toolCacheDir(env), 'temporal-cli', `v${TEMPORAL_VERSION}`);
  const cached = join(folder, 'temporal');
  if (existsSync(cached)) return cached;
  const lock = await waitForTurn(join(folder, 'build.lock'), cached, step);
  if (!lock) return cached;
  try {
    await fillCache(env, folder, logDir, step);
    return cached;
  } finally {
    lock.release();
  }
}

/** Undefined when another checkout has put the program there meanwhile. */
async function waitForTurn(file: string, wanted: string, step: Step): Promise<Lock | undefined> {
  for (;;) {
    const lock = acquireLock(file);
    if (existsSync(wanted)) {
      if (lock.taken) lock.release();
      return undefined;
    }
    if (lock.taken) return lock;
    step.update(`another start (pid ${lock.holder.pid}) is building it; waiting`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function fillCache(env: NodeJS.ProcessEnv, folder: string, logDir: string, step: Step) {
  // Leftovers of a build that was killed; the lock says nobody uses them.
  for (const name of readdirSync(folder).filter((n) => n.startsWith('making-'))) {
    rmSync(join(folder, name), { recursive: true, force: true });
  }
  const making = join(folder, `making-${process.pid}-${randomBytes(3).toString('hex')}`);
  mkdirSync(making, { recursive: true });
  const tried: Attempt[] = [];
  try {
    for (const [how, attempt] of [
      ['download from temporal.download', download],
      [`go install ${TEMPORAL_MODULE}@v${TEMPORAL_VERSION}`, build],
    ] as const) {
      try {
        await attempt(env, making, logDir, step);
        const version = versionOf(join(making, 'temporal'));
        if (!version.includes(TEMPORAL_SERVER)) throw new Error(`it says "${version.trim()}"`);
        renameSync(join(making, 'temporal'), join(folder, 'temporal'));
        return;
      } catch (thrown) {
        tried.push({ how, problem: errorMessage(thrown).replace(/^\w*Error: /, '') });
      }
    }
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  const problems = tried.map((a) => `${a.how}: ${a.problem}`).join('; ');
  throw new Error(
    `Temporal is missing: TEMPORAL_ADDRESS is not set, no \`temporal\` on PATH or in ${folder}; tried ${problems}. Install the Temporal CLI or Go ≥ 1.24, or set TEMPORAL_ADDRESS.`,
  );
}

const PLATFORMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin' };
const MACHINES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** The official archive over https. Without internet this fails within seconds. */
async function download(_env: NodeJS.ProcessEnv, making: string, logDir: string, step: Step) {
  const platform = PLATFORMS[process.platform];
  const machine = MACHINES[process.arch];
  if (!platform || !machine) throw new Error(`no archive for ${process.platform} ${process.arch}`);
  const url = `https://temporal.download/cli/archive/v${TEMPORAL_VERSION}?platform=${platform}&arch=${machine}`;
  step.update('downloading the Temporal CLI');
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), CONNECT_TIMEOUT_MS);
  const archive = join(making, 'temporal.tar.gz');
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok || !response.body) throw new Error(`answered ${response.status}`);
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(), DOWNLOAD_TIMEOUT_MS);
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    let bytes = 0;
    body.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length;
      step.update(`downloading the Temporal CLI, ${(bytes / 1e6).toFixed(0)} MB`);
    });
    await pipeline(body, createWriteStream(archive));
  } catch (thrown) {
    const cause = thrown instanceof Error && thrown.cause ? thrown.cause : thrown;
    throw new Error(abort.signal.aborted ? 'no answer in time' : errorMessage(cause));
  } finally {
    clearTimeout(timer);
  }
  await runCommand({
    name: 'unpack-temporal',
    command: 'tar',
    args: ['-xzf', archive, '-C', making, 'temporal'],
    logFile: join(logDir, 'temporal-build.log'),
    timeoutMs: 60_000,
  });
}

/** Minutes of compiling once. Go checks the sources against its public checksum database. */
async function build(env: NodeJS.ProcessEnv, making: string, logDir: string, step: Step) {
  const go = findOnPath('go', env);
  if (!go) throw new Error('there is no `go` on PATH');
  let compiled = 0;
  step.update('building with Go, a few minutes, only once');
  await runCommand(
    {
      name: 'build-temporal',
      command: go,
      // -v names every package as it is compiled: that is how the step shows that it is alive.
      args: ['install', '-v', `${TEMPORAL_MODULE}@v${TEMPORAL_VERSION}`],
      env: { ...env, GOBIN: making },
      // Outside the checkout, so that no go.mod above it has a say.
      cwd: making,
      logFile: join(logDir, 'temporal-build.log'),
      timeoutMs: BUILD_TIMEOUT_MS,
    },
    (line) => {
      if (line.startsWith('go: downloading')) step.update(`building with Go, ${line.slice(4, 70)}`);
      else {
        compiled += 1;
        step.update(`building with Go, only once: ${compiled} packages compiled, ${line}`);
      }
    },
  );
}
