/**
 * A tiny process between a launcher and its children. It holds the launcher's IPC pipe: when the pipe
 * closes, for whatever reason (exit, crash, kill -9), it stops all children and ends. It has a session
 * of its own, so Ctrl-C in the terminal reaches the launcher only and things stop in the right order.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FromGuard, GuardedCommand, ToGuard } from './guardMessages';
import { removeRecord, writeRecord } from './processRecords';
import { killTree } from './processTree';

type Guarded = {
  readonly command: GuardedCommand;
  readonly pid: number;
  readonly gone: Promise<void>;
  stopping: boolean;
};
const running = new Map<number, Guarded>();
let ending = false;

function tell(message: FromGuard): void {
  // The launcher may be gone; then there is nobody to tell.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

function spawnIt(command: GuardedCommand): ChildProcess {
  mkdirSync(dirname(command.logFile), { recursive: true });
  const log = openSync(command.logFile, 'a', 0o600);
  try {
    return spawn(command.command, command.args, {
      cwd: command.cwd,
      env: command.env,
      detached: true,
      stdio: ['ignore', log, log],
      ...(command.uid === undefined ? {} : { uid: command.uid }),
      ...(command.gid === undefined ? {} : { gid: command.gid }),
    });
  } finally {
    closeSync(log);
  }
}

function start(id: number, command: GuardedCommand): void {
  let child: ChildProcess;
  try {
    child = spawnIt(command);
  } catch (thrown) {
    tell({ type: 'failed', id, error: String(thrown) });
    return;
  }
  child.once('error', (error) => tell({ type: 'failed', id, error: error.message }));
  const pid = child.pid;
  if (pid === undefined) return;
  if (command.runDir !== undefined) writeRecord(command.runDir, command.name, pid);
  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      killGroup(pid);
      running.delete(id);
      if (command.runDir !== undefined) removeRecord(command.runDir, command.name, pid);
      tell({ type: 'exit', id, code, signal });
      resolve();
    });
  });
  running.set(id, { command, pid, gone, stopping: false });
  tell({ type: 'started', id, pid });
}

/** Whatever a finished child left in its process group. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // An empty group: the usual case.
  }
}

async function stop(child: Guarded): Promise<void> {
  if (!child.stopping) {
    child.stopping = true;
    try {
      process.kill(child.pid, child.command.stopSignal);
    } catch {
      // Gone already.
    }
    const timer = setTimeout(() => killTree(child.pid), child.command.graceMs);
    void child.gone.then(() => clearTimeout(timer));
  }
  await child.gone;
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  while (running.size > 0) {
    const last = Math.max(...[...running.values()].map((child) => child.command.stage));
    await Promise.all(
      [...running.values()].filter((child) => child.command.stage === last).map(stop),
    );
  }
  process.exit(0);
}

process.on('message', (message: ToGuard) => {
  if (message.type === 'start') {
    if (ending) tell({ type: 'failed', id: message.id, error: 'the guard is ending' });
    else start(message.id, message.command);
    return;
  }
  const child = running.get(message.id);
  if (child) void stop(child);
});
process.on('disconnect', () => void end());
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => void end());
// Launched by hand there is no pipe to hold.
if (!process.connected) process.exit(2);
