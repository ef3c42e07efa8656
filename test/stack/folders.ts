import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentProgress, startEmbeddedStack } from '../../stack/embedded';
import type { EmbeddedStack, StackOptions } from '../../stack/embedded';

/** A folder of its own and ports the system picks: tests never meet a running platform. */
export const tempFolder = (): string => mkdtempSync(join(tmpdir(), 'gamma-stack-'));

export const removeFolder = (dir: string): void => rmSync(dir, { recursive: true, force: true });

export const anyPorts = { postgres: 0, redis: 0, clickhouse: 0, temporal: 0, temporalUi: 0 };

/** The environment without variables that would point at engines elsewhere. */
export function bareEnv(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of ['DATABASE_URL', 'DATABASE_ADMIN_URL', 'REDIS_URL', 'CLICKHOUSE_URL']) {
    delete env[name];
  }
  for (const name of ['TEMPORAL_ADDRESS', 'TEMPORAL_UI_URL', 'NODE_OPTIONS']) delete env[name];
  return env;
}

export const startIn = (dir: string, options: Partial<StackOptions> = {}): Promise<EmbeddedStack> =>
  startEmbeddedStack({
    dir,
    env: bareEnv(),
    progress: silentProgress,
    preferredPorts: anyPorts,
    ...options,
  });

/** Polls until `check` gives a value that is not undefined or false. */
export async function until<T>(
  what: string,
  check: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
