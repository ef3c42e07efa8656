import { rmSync } from 'node:fs';

import { readSharedStack } from './sharedStack';

export default async function globalTeardown(): Promise<void> {
  const { dir } = readSharedStack();
  await globalThis.gammaTestStack?.stop();
  // What went wrong is in the logs of the run: kept when a test failed is jest's business to know, so on request.
  if (!process.env['GAMMA_KEEP_TEST_DATA']) rmSync(dir, { recursive: true, force: true });
}
