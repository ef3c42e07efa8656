import { open, readdir, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import type { Batch } from './cursor';
import { isFinished, parseSegmentName } from './segments';

export type SegmentFile = {
  readonly id: string;
  readonly finished: boolean;
  readonly startedAtMs: number;
};

export type Range = { readonly batch: Batch; readonly rows: number };

const MAX_BATCH_BYTES = 8 << 20;
const NEWLINE = 10;

/** The segments of a folder, and whole lines out of them. A last line without its end is never given out. */
export class SegmentReader {
  constructor(
    private readonly dir: string,
    private readonly segmentAgeMs: number,
  ) {}

  /** Oldest first. */
  async list(): Promise<SegmentFile[]> {
    const nowMs = Date.now();
    const found = new Map<string, SegmentFile>();
    for (const file of (await readdir(this.dir)).sort()) {
      const name = parseSegmentName(file);
      if (!name) continue;
      const finished = isFinished(name, this.segmentAgeMs, nowMs);
      found.set(name.id, { id: name.id, finished, startedAtMs: name.startedAtMs });
    }
    return [...found.values()];
  }

  /** Up to `maxRows` whole lines from `from` on; undefined when there is none yet. */
  async next(segment: string, from: number, maxRows: number): Promise<Range | undefined> {
    const bytes = await this.read(segment, from, MAX_BATCH_BYTES);
    let rows = 0;
    let end = 0;
    while (rows < maxRows) {
      const at = bytes.indexOf(NEWLINE, end);
      if (at < 0) break;
      end = at + 1;
      rows += 1;
    }
    return rows === 0 ? undefined : { batch: { segment, from, to: from + end }, rows };
  }

  /** The very bytes of a batch; undefined when the segment is gone or shorter than it was. */
  async bytes(batch: Batch): Promise<Buffer | undefined> {
    try {
      const bytes = await this.read(batch.segment, batch.from, batch.to - batch.from);
      return bytes.length === batch.to - batch.from ? bytes : undefined;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw thrown;
    }
  }

  async size(segment: string): Promise<number> {
    const file = await this.open(segment);
    try {
      return (await file.stat()).size;
    } finally {
      await file.close();
    }
  }

  /** What is read now is read again after a power cut: a batch can be repeated only if its bytes stay. */
  async persist(segment: string): Promise<void> {
    const file = await this.open(segment);
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  async remove(segment: string): Promise<void> {
    for (const ending of ['open', 'log']) {
      await unlink(join(this.dir, `${segment}.${ending}`)).catch((thrown: unknown) => {
        if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
      });
    }
  }

  private async read(segment: string, from: number, length: number): Promise<Buffer> {
    const file = await this.open(segment);
    try {
      const { size } = await file.stat();
      const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - from)));
      let filled = 0;
      while (filled < buffer.length) {
        const { bytesRead } = await file.read(
          buffer,
          filled,
          buffer.length - filled,
          from + filled,
        );
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    } finally {
      await file.close();
    }
  }

  /** Its process may rename it between any two calls. */
  private async open(segment: string): Promise<FileHandle> {
    const path = join(this.dir, segment);
    for (const ending of ['open', 'log']) {
      try {
        return await open(`${path}.${ending}`, 'r');
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
      }
    }
    return open(`${path}.log`, 'r');
  }
}
