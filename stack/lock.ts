import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isSame, startedAt } from './processTree';

export type Holder = { readonly pid: number; readonly started: string; readonly since: string };
export type Lock = { readonly taken: true; release(): void };
export type Refused = { readonly taken: false; readonly holder: Holder };

function read(file: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Partial<Holder> | null;
    return typeof holder?.pid === 'number' && typeof holder.started === 'string'
      ? (holder as Holder)
      : undefined;
  } catch {
    return undefined;
  }
}

const sameHolder = (a: Holder | undefined, b: Holder | undefined): boolean =>
  a?.pid === b?.pid && a?.started === b?.started;

/**
 * One holder per file. The file is made whole under another name and linked into place, so nobody ever
 * reads half of it; a file whose process is dead (by pid and start time) is moved aside and taken over.
 */
export function acquireLock(file: string): Lock | Refused {
  mkdirSync(dirname(file), { recursive: true });
  const mine: Holder = {
    pid: process.pid,
    started: startedAt(process.pid) ?? '',
    since: new Date().toISOString(),
  };
  const own = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(own, JSON.stringify(mine), { mode: 0o600 });
  try {
    for (;;) {
      try {
        linkSync(own, file);
        return { taken: true, release: () => release(file, mine) };
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
      }
      const holder = read(file);
      if (holder && isSame(holder.pid, holder.started)) return { taken: false, holder };
      takeAside(file, holder);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** Moves a dead holder's file away; when a faster launcher has just replaced it, puts that one back. */
function takeAside(file: string, dead: Holder | undefined): void {
  const aside = `${file}.dead.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (!sameHolder(read(aside), dead)) {
    try {
      linkSync(aside, file);
    } catch {
      // A third launcher holds it now; the next round of the loop reads its name.
    }
  }
  rmSync(aside, { force: true });
}

function release(file: string, mine: Holder): void {
  if (sameHolder(read(file), mine)) rmSync(file, { force: true });
}
