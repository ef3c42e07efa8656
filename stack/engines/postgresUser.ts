import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, readFileSync } from 'node:fs';

/** How to run a Postgres program: Postgres refuses to run as root. */
export type RunAs = {
  /** What to put in front of a command line, and the ids to spawn with. */
  readonly prefix: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
  own(path: string): void;
};

function idsOf(user: string): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((l) => l.startsWith(`${user}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid !== undefined && gid !== undefined
    ? { uid: Number(uid), gid: Number(gid) }
    : undefined;
}

function createUser(): { uid: number; gid: number } {
  const args = ['--system', '--user-group', '--no-create-home', 'postgres'];
  const made = spawnSync('useradd', args, { encoding: 'utf8' });
  const ids = idsOf('postgres');
  if (made.status !== 0 || !ids) {
    throw new Error(
      `Postgres cannot run as root, there is no user "postgres", and useradd could not make one (${made.stderr?.trim() || made.error?.message}). Create the user, start as another user, or set DATABASE_URL.`,
    );
  }
  return ids;
}

/** The first capability that opens closed parent folders and that this machine lets us pass on. */
function searchCapability(): string | undefined {
  const line = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  const bounding = BigInt(`0x${line?.[1] ?? '0'}`);
  // Bit numbers of linux/capability.h.
  if ((bounding >> 2n) & 1n) return 'dac_read_search';
  return (bounding >> 1n) & 1n ? 'dac_override' : undefined;
}

/**
 * As root: user `postgres`, made when missing. When that user cannot walk to the checkout (say it lies
 * in /root, mode 0700) the programs get, through setpriv, the one capability that lets them walk there;
 * the folder's own permissions stay as they are.
 */
export function postgresUser(binary: string, dataParent: string): RunAs {
  if (process.getuid?.() !== 0) return { prefix: [], own: () => undefined };
  const ids = idsOf('postgres') ?? createUser();
  const own = (path: string): void => chownSync(path, ids.uid, ids.gid);
  own(dataParent);
  const reaches = (path: string): boolean =>
    spawnSync('test', ['-x', path], { ...ids, cwd: '/' }).status === 0;
  if (reaches(binary) && reaches(dataParent)) return { prefix: [], ...ids, own };
  const capability = process.platform === 'linux' ? searchCapability() : undefined;
  const prefix = [
    ...['setpriv', `--reuid=${ids.uid}`, `--regid=${ids.gid}`, '--clear-groups'],
    ...[`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`],
    // Without it the kernel ignores capabilities in access(2), which Postgres uses on its own programs.
    ...['--securebits=+no_setuid_fixup', '--'],
  ];
  try {
    if (!capability) throw new Error('no capability to pass on');
    const [command = '', ...args] = [...prefix, binary, '--version'];
    execFileSync(command, args, { cwd: '/', stdio: 'ignore' });
  } catch {
    throw new Error(
      `Postgres cannot run as root, and user "postgres" may not enter the folders above ${dataParent}. Move the checkout to a folder others may enter, start as another user, or set DATABASE_URL.`,
    );
  }
  return { prefix, own };
}
