import { spawn, type ChildProcess } from 'node:child_process';
import type { FromGuard, GuardedCommand, ToGuard } from './guardMessages';
import { isAlive, killTree, waitGone } from './processTree';
import { distFile } from './root';

export type Exit = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Set when the child could not be started, or went down with its guard. */
  readonly reason?: string;
};
type Waiter = {
  readonly onStarted: (pid: number) => void;
  readonly onExit: (exit: Exit) => void;
  pid?: number;
};

/** One guard serves all children of this process; it comes with the first and goes after the last. */
class GuardClient {
  private process: ChildProcess | undefined;
  private readonly children = new Map<number, Waiter>();
  private nextId = 1;

  start(
    command: GuardedCommand,
    onStarted: (pid: number) => void,
    onExit: Waiter['onExit'],
  ): number {
    const id = this.nextId++;
    this.children.set(id, { onStarted, onExit });
    this.send({ type: 'start', id, command });
    return id;
  }

  stop(id: number): void {
    if (this.children.has(id)) this.send({ type: 'stop', id });
  }

  private send(message: ToGuard): void {
    this.process ??= this.spawn();
    this.process.send(message, (error) => {
      // A broken pipe means the guard is dead; its exit event cleans up.
      void error;
    });
  }

  private spawn(): ChildProcess {
    const { NODE_OPTIONS: _, NODE_CHANNEL_FD: __, ...env } = process.env;
    const guard = spawn(process.execPath, [distFile('stack', 'guard.js')], {
      detached: true,
      env,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    guard.on('message', (message) => this.receive(message as FromGuard));
    guard.once('error', (error) => this.lost(guard, error.message));
    guard.once('exit', (code, signal) => this.lost(guard, `ended (${signal ?? code})`));
    return guard;
  }

  private receive(message: FromGuard): void {
    const waiter = this.children.get(message.id);
    if (!waiter) return;
    if (message.type === 'started') {
      waiter.pid = message.pid;
      waiter.onStarted(message.pid);
      return;
    }
    const exit: Exit =
      message.type === 'exit'
        ? { code: message.code, signal: message.signal }
        : { code: null, signal: null, reason: message.error };
    this.forget(message.id, waiter, exit);
  }

  private forget(id: number, waiter: Waiter, exit: Exit): void {
    this.children.delete(id);
    if (this.children.size === 0) {
      this.process?.disconnect();
      this.process = undefined;
    }
    waiter.onExit(exit);
  }

  /** A killed guard leaves its children without protection: they are ended at once and reported. */
  private lost(guard: ChildProcess, how: string): void {
    if (this.process !== guard) return;
    this.process = undefined;
    const orphans = [...this.children.values()];
    this.children.clear();
    for (const orphan of orphans) {
      const pids = orphan.pid !== undefined && isAlive(orphan.pid) ? killTree(orphan.pid) : [];
      const reason = `its guard process ${how}`;
      void waitGone(pids, 10_000).then(() =>
        orphan.onExit({ code: null, signal: 'SIGKILL', reason }),
      );
    }
  }
}

export const guard = new GuardClient();
