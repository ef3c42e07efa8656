import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorMessage } from '../telemetry/failure';
import { guard, type Exit } from './guardClient';
import type { GuardedCommand } from './guardMessages';
import { lastLines, LogTail } from './logTail';
import { killTree, waitGone } from './processTree';
import { repoRoot } from './root';

export type CommandSpec = {
  /** Unique among the processes of one data folder. */
  readonly name: string;
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Receives stdout and stderr, appended. */
  readonly logFile: string;
  readonly timeoutMs: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Given, a start after a simultaneous kill of launcher and guard can still find the process. */
  readonly runDir?: string;
};

export type ChildSpec = CommandSpec & {
  /** Accepts the log line that means ready, or an http URL that answers 2xx. */
  readonly ready: ((line: string) => boolean) | string;
  /** Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** Between stopSignal and SIGKILL; default 10,000. */
  readonly graceMs?: number;
  /** When the launcher dies, higher stages are stopped first. Default 1; engines are 0. */
  readonly stage?: number;
};

export type ChildExit = Exit & {
  /** True when stop() or kill() was called before. */
  readonly expected: boolean;
};

export type Child = {
  readonly name: string;
  /** The real process, not its guard. */
  readonly pid: number;
  /** The line `ready` accepted; empty when readiness was asked by URL. */
  readonly readyLine: string;
  readonly running: boolean;
  /** Asks nicely, kills after graceMs; resolves when it is gone. */
  stop(): Promise<void>;
  /** SIGKILL to the process and all below it; resolves when they are gone. */
  kill(): Promise<void>;
  /** Called once, at once when it is gone already. */
  onExit(listener: (exit: ChildExit) => void): void;
};

export function describeExit(exit: Exit): string {
  if (exit.reason !== undefined) return exit.reason;
  return exit.signal ? `ended by ${exit.signal}` : `ended with code ${exit.code}`;
}

const POLL_MS = 20;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

class GuardedChild implements Child {
  readonly started: Promise<number>;
  readyLine = '';
  exit: ChildExit | undefined;
  private asked = false;
  private readonly id: number;
  private readonly listeners: ((exit: ChildExit) => void)[] = [];
  private knownPid: number | undefined;

  constructor(
    readonly name: string,
    command: GuardedCommand,
  ) {
    let onStarted: (pid: number) => void = () => undefined;
    this.started = new Promise((resolve, reject) => {
      onStarted = (pid) => {
        this.knownPid = pid;
        resolve(pid);
      };
      this.onExit((exit) => reject(new Error(`${name} did not start: ${describeExit(exit)}.`)));
    });
    this.started.catch(() => undefined);
    this.id = guard.start(
      command,
      (pid) => onStarted(pid),
      (exit) => {
        this.exit = { ...exit, expected: this.asked };
        for (const listener of this.listeners.splice(0)) listener(this.exit);
      },
    );
  }

  get pid(): number {
    if (this.knownPid === undefined) throw new Error(`${this.name} has not started yet.`);
    return this.knownPid;
  }

  get running(): boolean {
    return this.exit === undefined;
  }

  onExit(listener: (exit: ChildExit) => void): void {
    if (this.exit) listener(this.exit);
    else this.listeners.push(listener);
  }

  private gone(): Promise<void> {
    return new Promise((resolve) => this.onExit(() => resolve()));
  }

  async stop(): Promise<void> {
    this.asked = true;
    if (this.running) guard.stop(this.id);
    await this.gone();
  }

  async kill(): Promise<void> {
    this.asked = true;
    const pids = this.running && this.knownPid !== undefined ? killTree(this.knownPid) : [];
    await this.gone();
    if (!(await waitGone(pids, 10_000))) {
      throw new Error(`${this.name} is still there 10 s after SIGKILL (pids ${pids.join(', ')}).`);
    }
  }
}

function guarded(spec: CommandSpec & Partial<ChildSpec>): GuardedCommand {
  const env = Object.entries(spec.env ?? process.env).filter(([, value]) => value !== undefined);
  mkdirSync(dirname(spec.logFile), { recursive: true });
  return {
    name: spec.name,
    command: spec.command,
    args: spec.args ?? [],
    env: Object.fromEntries(env) as Record<string, string>,
    cwd: spec.cwd ?? repoRoot(),
    logFile: spec.logFile,
    ...(spec.uid === undefined ? {} : { uid: spec.uid }),
    ...(spec.gid === undefined ? {} : { gid: spec.gid }),
    stopSignal: spec.stopSignal ?? 'SIGTERM',
    graceMs: spec.graceMs ?? 10_000,
    stage: spec.stage ?? 1,
    ...(spec.runDir === undefined ? {} : { runDir: spec.runDir }),
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * Starts a long-running process under the guard and waits until it is ready. A process that ends or
 * stays silent instead is cleaned up, and the error says how it ended with its last log lines.
 */
export async function startChild(spec: ChildSpec): Promise<Child> {
  const tail = new LogTail(spec.logFile);
  const child = new GuardedChild(spec.name, guarded(spec));
  const deadline = performance.now() + spec.timeoutMs;
  await child.started;
  const { ready } = spec;
  while (child.exit === undefined) {
    const line = typeof ready === 'string' ? undefined : tail.lines().find((l) => ready(l));
    if (line !== undefined || (typeof ready === 'string' && (await answers(ready)))) {
      child.readyLine = line ?? '';
      return child;
    }
    if (performance.now() > deadline) {
      await child.kill();
      throw new Error(
        `${spec.name} was not ready after ${spec.timeoutMs / 1000} s; ${seeLog(spec.logFile)}`,
      );
    }
    await pause(POLL_MS);
  }
  throw new Error(
    `${spec.name} stopped while starting (${describeExit(child.exit)}); ${seeLog(spec.logFile)}`,
  );
}

const seeLog = (file: string): string => `the end of ${file}:\n${lastLines(file)}`;

/** Runs a command to its end under the guard; a code other than 0 is an error with its last output. */
export async function runCommand(
  spec: CommandSpec,
  onLine: (line: string) => void = () => undefined,
): Promise<void> {
  const tail = new LogTail(spec.logFile);
  const child = new GuardedChild(spec.name, guarded(spec));
  const deadline = performance.now() + spec.timeoutMs;
  await child.started.catch((thrown: unknown) => {
    throw new Error(errorMessage(thrown).replace(/^Error: /, ''));
  });
  while (child.exit === undefined) {
    for (const line of tail.lines()) onLine(line);
    if (performance.now() > deadline) {
      await child.kill();
      throw new Error(`${spec.name} took over ${spec.timeoutMs / 1000} s; ${seeLog(spec.logFile)}`);
    }
    await pause(POLL_MS);
  }
  if (child.exit.code !== 0) {
    throw new Error(`${spec.name} ${describeExit(child.exit)}; ${seeLog(spec.logFile)}`);
  }
}
