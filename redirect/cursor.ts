import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** A byte range of one segment that was, or was about to be, sent as one batch. */
export type Batch = { readonly segment: string; readonly from: number; readonly to: number };

type State = { shipped: Record<string, number>; pending: Batch | null };

/**
 * How far one sink has taken each segment, kept in a file that is on the disk before a batch leaves.
 * After a crash `pending` is the batch that may or may not have arrived: it must be repeated exactly,
 * before anything else is sent.
 */
export class Cursor {
  private constructor(
    private readonly path: string,
    private state: State,
  ) {}

  /** Throws on a file that does not read: shipping from the start again would count clicks twice. */
  static load(path: string): Cursor {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
      return new Cursor(path, { shipped: {}, pending: null });
    }
    try {
      return new Cursor(path, JSON.parse(text) as State);
    } catch {
      throw new Error(
        `${path} does not read as a cursor. Restore it, or remove it to ship every segment still in the folder again (clicks already stored would then count twice).`,
      );
    }
  }

  get pending(): Batch | null {
    return this.state.pending;
  }

  shipped(segment: string): number {
    return this.state.shipped[segment] ?? 0;
  }

  /** The sink has it. Saved too, so that a later crash repeats nothing old. */
  acknowledge(): void {
    if (this.state.pending) this.save({ shipped: this.withPending(), pending: null });
  }

  /** This one comes next, on the disk when this returns. What was pending has arrived: both in one write. */
  begin(batch: Batch): void {
    this.save({ shipped: this.withPending(), pending: batch });
  }

  private withPending(): State['shipped'] {
    const { shipped, pending } = this.state;
    return pending ? { ...shipped, [pending.segment]: pending.to } : shipped;
  }

  segments(): readonly string[] {
    return Object.keys(this.state.shipped);
  }

  /** Only for segments whose file is gone: forgetting one that is there would ship it again. */
  forget(segments: readonly string[]): void {
    if (!segments.some((segment) => segment in this.state.shipped)) return;
    const shipped = { ...this.state.shipped };
    for (const segment of segments) delete shipped[segment];
    this.save({ ...this.state, shipped });
  }

  /** The segment of the pending batch was taken away by hand; it cannot be repeated. */
  dropPending(): void {
    this.save({ ...this.state, pending: null });
  }

  /**
   * What the file says is what counts after a crash, so it is believed only once it is there: on a full disk this
   * throws and nothing has changed.
   */
  private save(next: State): void {
    const temporary = `${this.path}.new`;
    const fd = openSync(temporary, 'w', 0o600);
    try {
      writeWhole(fd, Buffer.from(JSON.stringify(next)));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, this.path);
    const folder = openSync(dirname(this.path), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
    this.state = next;
  }
}

/** A disk that fills up takes the beginning without an error; only the next write says so. */
function writeWhole(fd: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(fd, bytes, written);
}
