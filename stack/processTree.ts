import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What /proc (or ps, where there is no /proc) says about a process. `started` tells a reused pid apart. */
type Stat = { readonly pid: number; readonly ppid: number; readonly started: string };

const linux = process.platform === 'linux';

function fromProc(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The command name in brackets may hold spaces and brackets: fields are counted after the last ')'.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const state = fields[0] ?? 'X';
  // A zombie is gone for our purposes: it holds no port, lock or memory, only waits to be reaped.
  if (state === 'Z' || state === 'X') return undefined;
  return { pid, ppid: Number(fields[1]), started: fields[19] ?? '' };
}

function fromPs(args: readonly string[]): Stat[] {
  let text: string;
  try {
    const options = { encoding: 'utf8', stdio: 'pipe' } as const;
    text = execFileSync('ps', [...args, '-o', 'pid=,ppid=,stat=,lstart='], options);
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+)$/.exec(line);
    if (!match?.[4] || match[3]?.startsWith('Z')) return [];
    return [{ pid: Number(match[1]), ppid: Number(match[2]), started: match[4].trim() }];
  });
}

const stat = (pid: number): Stat | undefined =>
  linux ? fromProc(pid) : fromPs(['-p', String(pid)])[0];

export const isAlive = (pid: number): boolean => stat(pid) !== undefined;

/** Start time of a live process in the system's own unit, to compare only; undefined when gone. */
export const startedAt = (pid: number): string | undefined => stat(pid)?.started;

/** True while `pid` is still the very process that had this start time: pids are reused. */
export const isSame = (pid: number, started: string): boolean =>
  Number.isInteger(pid) && stat(pid)?.started === started;

export function commandLine(pid: number): string {
  try {
    if (linux) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** All live children, grandchildren … of `pid`, without itself. */
export function descendants(pid: number): number[] {
  const all = linux
    ? readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (fromProc(+name) ?? []) : []))
    : fromPs(['-A']);
  const found: number[] = [];
  for (let parents = new Set([pid]); parents.size > 0;) {
    const next = all.filter((p) => parents.has(p.ppid)).map((p) => p.pid);
    found.push(...next);
    parents = new Set(next);
  }
  return found;
}

function signal(target: number, name: NodeJS.Signals): void {
  try {
    process.kill(target, name);
  } catch {
    // Gone already, which is what was wanted.
  }
}

/**
 * SIGKILL for a process, its group and all below it. Both are needed: Postgres gives each backend a
 * session of its own, so a group kill alone would leave them. Returns the pids to wait for.
 */
export function killTree(pid: number): number[] {
  const below = descendants(pid);
  signal(pid, 'SIGKILL');
  signal(-pid, 'SIGKILL');
  for (const child of below) signal(child, 'SIGKILL');
  return [pid, ...below];
}

/** Polls until every pid is gone; false when some still live after `timeoutMs`. */
export async function waitGone(pids: readonly number[], timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (pids.some(isAlive)) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  return true;
}
