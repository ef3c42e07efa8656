import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ensureChromium } from '../../stack/chromium';
import { createProgress, startEmbeddedStack, type EmbeddedStack } from '../../stack/embedded';
import { distFile, repoRoot } from '../../stack/root';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract';
import {
  STACK_VARIABLE,
  TEMPLATE_DATABASE,
  TEST_NAMESPACES,
  type SharedStack,
} from './sharedStack';
import { createDatabase } from './postgres';

declare global {
  var gammaTestStack: EmbeddedStack | undefined;
}

/**
 * Starts the engines once for the whole run, in a folder and on ports of their own: tests pass while the
 * platform is up, and two checkouts test side by side.
 */
export default async function globalSetup(): Promise<void> {
  const dir = join(repoRoot(), '.gamma-test', `run-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  const progress = createProgress(process.stderr);
  const chromium = await ensureChromium({ env: process.env, logDir: dir, progress });
  const stack = await startEmbeddedStack({
    dir,
    env: process.env,
    progress,
    temporal: { namespaces: ['default', ...TEST_NAMESPACES], searchAttributes: SEARCH_ATTRIBUTES },
    preferredPorts: { postgres: 0, redis: 0, clickhouse: 0, temporal: 0, temporalUi: 0 },
  });
  globalThis.gammaTestStack = stack;
  const template = await createDatabase(stack.urls, TEMPLATE_DATABASE);
  execFileSync(process.execPath, [distFile('store', 'postgres', 'migrate.js')], {
    env: {
      ...process.env,
      DATABASE_URL: template.postgres,
      DATABASE_ADMIN_URL: template.postgresAdmin,
    },
    stdio: 'inherit',
  });
  const shared: SharedStack = { dir, urls: stack.urls, logins: stack.logins, chromium };
  const file = join(dir, 'stack.json');
  writeFileSync(file, JSON.stringify(shared), { mode: 0o600 });
  process.env[STACK_VARIABLE] = file;
}
