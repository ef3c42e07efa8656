import { randomUUID } from 'node:crypto';
import {
  linkSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';

import { isAlive } from './segments';

/** The holder touches its lock this often; one not touched for STALE_MS has no holder. */
const TOUCH_MS = 1_000;
const STALE_MS = 15_000;

type Holder = { readonly pid: number; readonly host: string; readonly token: string };

/**
 * One drain a folder: two would cut the same clicks into different batches, and what tells repeats apart
 * is the batch. A dead holder on this machine is replaced at once, one elsewhere after 15 s of silence.
 */
export class DrainLock {
  private readonly me: Holder = { pid: process.pid, host: hostname(), token: randomUUID() };
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly path: string,
    private readonly onLost: () => void,
  ) {}

  /** False when another drain holds it. */
  acquire(): boolean {
    const mine = `${this.path}.${this.me.token}`;
    writeFileSync(mine, JSON.stringify(this.me), { mode: 0o600 });
    try {
      // A link either makes the whole file appear or fails: no reader sees half a lock.
      linkSync(mine, this.path);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
      if (!this.isStale()) return false;
      // Of two that replace it at once the later rename wins; the other notices below.
      renameSync(mine, this.path);
      if (this.read()?.token !== this.me.token) return false;
    } finally {
      removeIfThere(mine);
    }
    this.timer = setInterval(() => this.touch(), TOUCH_MS);
    return true;
  }

  /** To be asked before each batch. */
  isMine(): boolean {
    return this.read()?.token === this.me.token;
  }

  release(): void {
    clearInterval(this.timer);
    if (this.isMine()) removeIfThere(this.path);
  }

  private isStale(): boolean {
    const holder = this.read();
    if (!holder) return true;
    if (holder.host === this.me.host) return holder.pid === process.pid || !isAlive(holder.pid);
    return Date.now() - statSync(this.path).mtimeMs > STALE_MS;
  }

  private touch(): void {
    if (!this.isMine()) return this.onLost();
    const now = new Date();
    utimesSync(this.path, now, now);
  }

  private read(): Holder | undefined {
    try {
      return JSON.parse(readFileSync(this.path, 'utf8')) as Holder;
    } catch {
      return undefined;
    }
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
  }
}
