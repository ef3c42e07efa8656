import { existsSync } from 'node:fs';

import { installPackage } from './debianPackage';
import type { Progress } from './progress';
import { findOnPath } from './toolCache';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const;
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/**
 * Flags for a browser without a person: no sandbox of its own (we may be root), and none of the background
 * look-ups that would leave this machine.
 */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function find(env: NodeJS.ProcessEnv): string | undefined {
  const given = env['CHROMIUM_PATH'];
  if (given) return given;
  const onPath = NAMES.map((name) => findOnPath(name, env)).find((path) => path !== undefined);
  return onPath ?? (existsSync(MAC) ? MAC : undefined);
}

/** CHROMIUM_PATH; Chromium or Chrome of this machine; Debian's package when root. */
export async function ensureChromium(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly logDir: string;
  readonly progress: Progress;
}): Promise<string> {
  const found = find(options.env);
  if (found) return found;
  const step = options.progress.step('Chromium for the browser tests');
  try {
    await installPackage('chromium', {
      ...options,
      step,
      otherwise: 'Install Chromium or Chrome, or set CHROMIUM_PATH to its program.',
    });
    const path = find(options.env);
    if (!path) throw new Error('apt-get installed chromium but it is not on PATH.');
    step.done(path);
    return path;
  } catch (thrown) {
    step.fail('not installed');
    throw thrown;
  }
}
