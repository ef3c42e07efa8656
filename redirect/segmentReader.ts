import { open, readdir, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import type { Batch } from './cursor';
import { isFinished, parseSegmentName } from './segments';

export type SegmentFile = {
  readonly id: string;
  readonly finished: boolean;
  readonly startedAtMs: number;
};

/** Whole lines of a segment, and their bytes. */
export type Range = {
  readonly batch: Batch;
  readonly rows: number;
  readonly bytes: Buffer;
  /** As many as were asked for, or as fit: waiting would not make it more. */
  readonly full: boolean;
};

/** Of one batch; only a single line may be longer. 50,000 ordinary lines are 25 MB. */
export const MAX_BATCH_BYTES = 32 << 20;
const READ_BYTES = 1 << 20;
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

  /**
   * Up to `maxRows` whole lines from `from` on; undefined when there is none yet, or no segment any more. They are read
   * into `room` if there is one, as many as fit, and stand there until the next are read.
   */
  async next(
    segment: string,
    from: number,
    maxRows: number,
    room?: Buffer,
  ): Promise<Range | undefined> {
    const file = await this.open(segment).catch(unlessGone);
    if (!file) return undefined;
    try {
      const { size } = await file.stat();
      const wanted = Math.max(0, Math.min(MAX_BATCH_BYTES, size - from));
      let buffer = room?.subarray(0, wanted) ?? Buffer.allocUnsafe(wanted);
      let filled = 0;
      let end = 0;
      let rows = 0;
      while (rows < maxRows) {
        if (filled === buffer.length) {
          const left = size - from - filled;
          if (rows > 0 || left <= 0) break;
          // Not one line has ended (a lost page can be anywhere): what is behind must not wait for ever.
          buffer = Buffer.concat([buffer, Buffer.allocUnsafe(Math.min(MAX_BATCH_BYTES, left))]);
        }
        const bytes = await fill(file, buffer.subarray(filled, filled + READ_BYTES), from + filled);
        if (bytes === 0) break;
        const read = buffer.subarray(0, filled + bytes);
        // Nothing before what was just read can hold the end of a line.
        let at = read.indexOf(NEWLINE, filled);
        while (at >= 0 && rows < maxRows) {
          end = at + 1;
          rows += 1;
          at = read.indexOf(NEWLINE, end);
        }
        filled += bytes;
      }
      const batch = { segment, from, to: from + end };
      if (rows === 0) return undefined;
      const full = rows >= maxRows || from + filled < size;
      return { batch, rows, bytes: buffer.subarray(0, end), full };
    } finally {
      await file.close();
    }
  }

  /** The very bytes of a batch; undefined when the segment is gone or shorter than it was. */
  async bytes(batch: Batch): Promise<Buffer | undefined> {
    const length = batch.to - batch.from;
    const bytes = await this.read(batch.segment, batch.from, length).catch(unlessGone);
    return bytes?.length === length ? bytes : undefined;
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
      await unlink(join(this.dir, `${segment}.${ending}`)).catch(unlessGone);
    }
  }

  private async read(segment: string, from: number, length: number): Promise<Buffer> {
    const file = await this.open(segment);
    try {
      const { size } = await file.stat();
      const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - from)));
      return buffer.subarray(0, await fill(file, buffer, from));
    } finally {
      await file.close();
    }
  }

  /** Its process may rename it between any two calls. */
  private async open(segment: string): Promise<FileHandle> {
    const path = join(this.dir, segment);
    for (const ending of ['open', 'log']) {
      const file = await open(`${path}.${ending}`, 'r').catch(unlessGone);
      if (file) return file;
    }
    return open(`${path}.log`, 'r');
  }
}

function unlessGone(thrown: unknown): undefined {
  if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
}

/** The number of bytes read: fewer than `buffer` takes only at the end of the file. */
async function fill(file: FileHandle, buffer: Buffer, from: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
