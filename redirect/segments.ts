import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/**
 * The click log of a machine is a folder of segments. A segment belongs to one process for good: its
 * name carries start time, machine, pid and chance, so two processes never append to one file. It is
 * called `.open` while its process may still write, and renamed `.log` when that is over.
 *
 *   clicks-<start ms>-<machine>-<pid>-<random>.open
 */
const NAME = /^(clicks-(\d{13})-([0-9a-f]{8})-(\d+)-[0-9a-f]{8})\.(open|log)$/;

export type SegmentName = {
  /** Without the ending: what cursors and deduplication tokens go by. */
  readonly id: string;
  readonly startedAtMs: number;
  readonly machine: string;
  readonly pid: number;
  readonly finished: boolean;
};

const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

export function newSegmentId(nowMs: number): string {
  const start = String(nowMs).padStart(13, '0');
  return `clicks-${start}-${machine}-${process.pid}-${randomBytes(4).toString('hex')}`;
}

export function parseSegmentName(file: string): SegmentName | undefined {
  const match = NAME.exec(file);
  if (!match) return undefined;
  const [, id = '', start, host = '', pid, ending] = match;
  return {
    id,
    startedAtMs: Number(start),
    machine: host,
    pid: Number(pid),
    finished: ending === 'log',
  };
}

/** A process that was stopped for longer than this in the middle of one write is taken for dead. */
const ABANDONED_AFTER_MS = 10 * 60_000;

/**
 * Nobody will append to it any more: renamed by its process, or its process is gone. A writer never
 * appends to a segment older than `maxAgeMs`, so age tells even for processes that cannot be asked
 * (another container on the same volume).
 */
export function isFinished(segment: SegmentName, maxAgeMs: number, nowMs: number): boolean {
  if (segment.finished) return true;
  if (nowMs - segment.startedAtMs > maxAgeMs + ABANDONED_AFTER_MS) return true;
  return segment.machine === machine && !isAlive(segment.pid);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}
