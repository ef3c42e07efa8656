import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createProgress, startEmbeddedStack, type EmbeddedStack } from '../../stack/embedded';
import { distFile, repoRoot } from '../../stack/root';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract';
import { STACK_FILE, TEMPLATE_DATABASE, type SharedStack } from './sharedStack';
import { createDatabase } from './postgres';

declare global {
  var gammaTestStack: EmbeddedStack | undefined;
}

/** Every e2e file has a namespace of its own name: Temporal makes them at start, which is much faster than later. */
function namespaces(): string[] {
  const files = readdirSync(join(repoRoot(), 'test', 'e2e')).filter((file) =>
    file.endsWith('.test.ts'),
  );
  return ['default', ...files.map((file) => file.replace('.test.ts', ''))];
}

/**
 * Starts the engines once for the whole run, in a folder and on ports of their own: tests pass while the
 * platform is up, and two checkouts test side by side.
 */
export default async function globalSetup(): Promise<void> {
  const dir = join(repoRoot(), '.gamma-test', `run-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  const stack = await startEmbeddedStack({
    dir,
    env: process.env,
    progress: createProgress(process.stderr),
    temporal: { namespaces: namespaces(), searchAttributes: SEARCH_ATTRIBUTES },
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
  const shared: SharedStack = { dir, urls: stack.urls };
  writeFileSync(join(repoRoot(), STACK_FILE), JSON.stringify(shared), { mode: 0o600 });
}
