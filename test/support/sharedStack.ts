import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { EmbeddedStack } from '../../stack/embedded';

/** Names the run's file to the workers, which inherit it: two runs in one checkout keep apart. */
export const STACK_VARIABLE = 'GAMMA_TEST_STACK';
export const TEMPLATE_DATABASE = 'gamma_template';

export type SharedStack = {
  readonly dir: string;
  readonly urls: EmbeddedStack['urls'];
  readonly logins: EmbeddedStack['logins'];
  /** The browser of test/web. */
  readonly chromium: string;
};

/** Where the engines of this test run are; written by globalSetup. */
export function readSharedStack(): SharedStack {
  const file = process.env[STACK_VARIABLE];
  if (!file) throw new Error('no shared engines: run tests through jest, which starts them');
  return JSON.parse(readFileSync(file, 'utf8')) as SharedStack;
}

/** Made when the server starts, which is much faster than later; every test platform takes one of its own. */
export const TEST_NAMESPACES = Array.from({ length: 48 }, (_, i) => `test-${i + 1}`);

/** Takes a namespace nobody else of this run has; mkdir is the atomic claim. */
export function claimNamespace(): string {
  const { dir } = readSharedStack();
  for (const name of TEST_NAMESPACES) {
    try {
      mkdirSync(join(dir, `claimed-${name}`));
      return name;
    } catch (failure) {
      if ((failure as NodeJS.ErrnoException).code !== 'EEXIST') throw failure;
    }
  }
  throw new Error(`all ${TEST_NAMESPACES.length} test namespaces are taken; raise TEST_NAMESPACES`);
}
