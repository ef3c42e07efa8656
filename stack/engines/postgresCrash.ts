import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, isAlive } from '../processTree';

const SEGMENT_TIMEOUT_MS = 10_000;

/** Processes attached to a System V segment; 0 when it is gone or the system does not tell (no /proc). */
function attached(segmentId: number): number {
  let text: string;
  try {
    text = readFileSync('/proc/sysvipc/shm', 'utf8');
  } catch {
    return 0;
  }
  // Columns: key shmid perms size cpid lpid nattch …
  const row = text.split('\n').find((line) => Number(line.trim().split(/\s+/)[1]) === segmentId);
  return Number(row?.trim().split(/\s+/)[6] ?? 0);
}

/**
 * What kill -9 of the postmaster leaves: its backends for a few milliseconds, and postmaster.pid.
 * Backends must be gone before a new server opens the same files: Postgres checks the memory segment
 * they share and refuses; here their end is awaited. The file is cleaned by Postgres itself, except
 * when its pid looks alive without being the server: reused, or a zombie nobody has reaped (containers
 * without an init). The folder's lock says nothing of ours runs here, so then it is removed.
 */
export async function clearAfterCrash(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const lines = readFileSync(file, 'utf8').split('\n');
  // Line 7 is "key id" of the segment.
  const segmentId = Number(lines[6]?.trim().split(/\s+/)[1]);
  const deadline = performance.now() + SEGMENT_TIMEOUT_MS;
  while (attached(segmentId) > 0) {
    // Still in use: let Postgres say so, its refusal protects the data.
    if (performance.now() > deadline) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const pid = Number(lines[0]);
  if (!isAlive(pid) || !commandLine(pid).includes(data)) rmSync(file, { force: true });
}
