import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/**
 * A fake's durable book: one JSON line an event, on disk before the fake answers. A partner that forgot
 * what it accepted would hide double payments, so a restart must read back everything it ever said yes to.
 */
export interface Journal<Event> {
  /** In the order written. */
  readonly events: readonly Event[];
  append(event: Event): void;
  /** Keeps these events alone; a kill in the middle leaves the old ones whole. */
  rewrite(events: readonly Event[]): void;
  clear(): void;
  close(): void;
}

export function openJournal<Event>(path: string | null): Journal<Event> {
  return path === null ? new MemoryJournal<Event>() : new FileJournal<Event>(path);
}

class MemoryJournal<Event> implements Journal<Event> {
  readonly events: Event[] = [];
  append(event: Event): void {
    this.events.push(event);
  }
  rewrite(events: readonly Event[]): void {
    this.events.splice(0, this.events.length, ...events);
  }
  clear(): void {
    this.events.length = 0;
  }
  close(): void {}
}

class FileJournal<Event> implements Journal<Event> {
  readonly events: Event[] = [];
  #file: number;

  constructor(private readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    // A kill in mid-write leaves a last line without its end: it was never answered for, so it is cut off.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    for (const line of whole.split('\n')) {
      if (line !== '') this.events.push(JSON.parse(line) as Event);
    }
    this.#file = openSync(path, 'a');
    if (whole.length < text.length) ftruncateSync(this.#file, Buffer.byteLength(whole));
  }

  append(event: Event): void {
    writeSync(this.#file, `${JSON.stringify(event)}\n`);
    fsyncSync(this.#file);
    this.events.push(event);
  }

  rewrite(events: readonly Event[]): void {
    const aside = `${this.path}.new`;
    const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    const file = openSync(aside, 'w');
    writeSync(file, lines);
    fsyncSync(file);
    closeSync(file);
    renameSync(aside, this.path);
    closeSync(this.#file);
    this.#file = openSync(this.path, 'a');
    this.events.splice(0, this.events.length, ...events);
  }

  clear(): void {
    ftruncateSync(this.#file, 0);
    fsyncSync(this.#file);
    this.events.length = 0;
  }

  close(): void {
    closeSync(this.#file);
  }
}
