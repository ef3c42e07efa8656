import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSame, killTree, startedAt, waitGone } from './processTree';

type Identity = { readonly pid: number; readonly started: string };
type ProcessRecord = Identity & { readonly name: string; readonly guard: Identity };

/**
 * A small file per running child. The guard stops children when its launcher dies; when launcher and
 * guard are both killed at the same instant these files are how the next start finds what is left.
 */
export function writeRecord(runDir: string, name: string, pid: number): void {
  mkdirSync(runDir, { recursive: true });
  const guard = { pid: process.pid, started: startedAt(process.pid) ?? '' };
  const record: ProcessRecord = { name, pid, started: startedAt(pid) ?? '', guard };
  writeFileSync(join(runDir, `${name}.json`), JSON.stringify(record), { mode: 0o600 });
}

export function removeRecord(runDir: string, name: string, pid: number): void {
  const file = join(runDir, `${name}.json`);
  if (read(file)?.pid === pid) rmSync(file, { force: true });
}

function read(file: string): ProcessRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessRecord;
  } catch {
    return undefined;
  }
}

function liveRecords(runDir: string): ProcessRecord[] {
  let names: string[];
  try {
    names = readdirSync(runDir).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const record = read(join(runDir, name));
    return record && isSame(record.pid, record.started) ? [record] : [];
  });
}

/**
 * Waits until nothing of an earlier run is alive. While its guard lives it gets `graceMs` to end things
 * properly; what has no guard any more, or outstays that, is killed. Only for the holder of the folder's
 * lock. Returns the names found.
 */
export async function clearEarlierRun(runDir: string, graceMs: number): Promise<string[]> {
  const found = liveRecords(runDir);
  const deadline = performance.now() + graceMs;
  for (let live = found; live.length > 0; live = liveRecords(runDir)) {
    const guarded = live.some(({ guard }) => isSame(guard.pid, guard.started));
    if (!guarded || performance.now() > deadline) {
      const left = live.flatMap((record) => killTree(record.pid));
      if (await waitGone(left, 10_000)) break;
      throw new Error(
        `Processes of an earlier run cannot be ended (pids ${left.join(', ')}): end them by hand and start again.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  rmSync(runDir, { recursive: true, force: true });
  return found.map((record) => record.name);
}
