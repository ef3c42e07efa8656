import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { errorMessage } from '../telemetry/failure';
import { runCommand } from './process';
import type { Step } from './progress';
import { findOnPath } from './toolCache';

const POLICY_FILE = '/usr/sbin/policy-rc.d';
const POLICY_MARK = '# Made by the Gamma launcher while it installs a package; safe to delete.';

/**
 * Debian's packages may start a service on its standard port unless /usr/sbin/policy-rc.d forbids it, so one
 * is there while we install. A machine's own policy (containers have one) is left as it is.
 */
async function withoutServices<T>(task: () => Promise<T>): Promise<T> {
  const theirs =
    existsSync(POLICY_FILE) && !readFileSync(POLICY_FILE, 'utf8').includes(POLICY_MARK);
  if (theirs) return task();
  writeFileSync(POLICY_FILE, `#!/bin/sh\n${POLICY_MARK}\nexit 101\n`, { mode: 0o755 });
  try {
    return await task();
  } finally {
    rmSync(POLICY_FILE, { force: true });
  }
}

export type PackageOptions = {
  readonly env: NodeJS.ProcessEnv;
  readonly logDir: string;
  readonly step: Step;
  /** What a person can do where we cannot install. */
  readonly otherwise: string;
};

/** Installs a package of Debian or Ubuntu, for root only; the error says what to do instead. */
export async function installPackage(name: string, options: PackageOptions): Promise<void> {
  const { env, step, otherwise } = options;
  const apt = findOnPath('apt-get', env);
  if (process.getuid?.() !== 0 || !apt) {
    throw new Error(
      `${name} is missing: it is not on PATH, and only root on Debian or Ubuntu can have it installed from here. ${otherwise}`,
    );
  }
  const base = {
    command: apt,
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    cwd: '/',
    logFile: join(options.logDir, 'apt.log'),
    timeoutMs: 300_000,
  };
  const show = (line: string): void => step.update(line.slice(0, 60));
  await withoutServices(async () => {
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', name]]) {
      step.update(`apt-get ${args.join(' ')}`);
      await runCommand({ ...base, name: `apt-get-${args[0]}`, args }, show);
    }
  }).catch((thrown: unknown) => {
    throw new Error(
      `${name} is missing and installing Debian's package failed. ${otherwise} ${errorMessage(thrown)}`,
    );
  });
}
