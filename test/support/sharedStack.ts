import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { EmbeddedStack } from '../../stack/embedded';
import { repoRoot } from '../../stack/root';

export const STACK_FILE = join('.gamma-test', 'stack.json');
export const TEMPLATE_DATABASE = 'gamma_template';

export type SharedStack = { readonly dir: string; readonly urls: EmbeddedStack['urls'] };

/** Where the engines of this test run are; written by globalSetup. */
export function readSharedStack(): SharedStack {
  return JSON.parse(readFileSync(join(repoRoot(), STACK_FILE), 'utf8')) as SharedStack;
}
