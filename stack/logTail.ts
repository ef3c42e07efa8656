import { closeSync, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Reads the lines a child appends to its log file from now on. */
export class LogTail {
  private offset: number;
  private rest = '';

  constructor(private readonly file: string) {
    this.offset = sizeOf(file);
  }

  /** Whole lines written since the last call. */
  lines(): string[] {
    let descriptor: number;
    try {
      descriptor = openSync(this.file, 'r');
    } catch {
      return [];
    }
    try {
      const length = fstatSync(descriptor).size - this.offset;
      if (length <= 0) return [];
      const bytes = Buffer.alloc(Math.min(length, 1 << 20));
      const read = readSync(descriptor, bytes, 0, bytes.length, this.offset);
      this.offset += read;
      const parts = (this.rest + bytes.toString('utf8', 0, read)).split('\n');
      this.rest = parts.pop() ?? '';
      return parts;
    } finally {
      closeSync(descriptor);
    }
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

/** The last lines of a log, for the sentence that says why something did not start. */
export function lastLines(file: string, count = 6): string {
  try {
    const text = readFileSync(file, 'utf8').slice(-8_000).trimEnd();
    return text.split('\n').slice(-count).join('\n');
  } catch {
    return '';
  }
}

const MAX_LOG_BYTES = 20_000_000;

/** Sets big logs of earlier runs aside as `.old`, one generation; call it while nothing writes to them. */
export function rotateLogs(dir: string): void {
  for (const name of readdirSync(dir).filter((n) => n.endsWith('.log'))) {
    const file = join(dir, name);
    if (sizeOf(file) > MAX_LOG_BYTES) renameSync(file, `${file}.old`);
  }
}
