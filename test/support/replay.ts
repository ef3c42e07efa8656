import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type ReplayWorkerOptions,
} from '@temporalio/worker';

import { distFile } from '../../stack/root';
import { readSharedStack } from './sharedStack';

const QUIET = {
  log: () => undefined,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

Runtime.install({ logger: new DefaultLogger('ERROR') });

/** The bundle production runs. */
export const builtBundle: ReplayWorkerOptions = {
  workflowBundle: { codePath: distFile('workflow-bundle.js') },
  dataConverter: { failureConverterPath: distFile('temporal', 'failureConverter.js') },
};

export const replay = (
  history: string,
  name: string,
  options: ReplayWorkerOptions = builtBundle,
): Promise<void> => Worker.runReplayHistory(options, JSON.parse(history), name);

/** The built workflows with one piece of code changed: what a careless deploy would be. */
export async function doctoredBundle(
  file: string,
  from: string,
  to: string,
): Promise<ReplayWorkerOptions> {
  // Inside the checkout, so that the copy finds node_modules.
  const dir = mkdtempSync(join(readSharedStack().dir, 'doctored-'));
  for (const folder of ['workflows', 'domain', 'temporal', 'config'])
    cpSync(distFile(folder), join(dir, folder), { recursive: true });
  const path = join(dir, 'workflows', file);
  const code = readFileSync(path, 'utf8');
  if (!code.includes(from)) throw new Error(`${file} has no "${from}" to doctor`);
  writeFileSync(path, code.replace(from, to));
  const bundle = await bundleWorkflowCode({
    workflowsPath: join(dir, 'workflows', 'index.js'),
    failureConverterPath: join(dir, 'temporal', 'failureConverter.js'),
    workflowInterceptorModules: [join(dir, 'workflows', 'interceptors.js')],
    logger: QUIET,
  });
  return { ...builtBundle, workflowBundle: bundle };
}
