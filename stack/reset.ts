import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { acquireLock } from './lock';
import { repoRoot } from './root';

/** `npm run reset`: removes all data of this checkout. Refuses while a platform runs on it. */
const dir = join(repoRoot(), '.gamma');
const lock = acquireLock(join(dir, 'stack.lock'));
if (!lock.taken) {
  console.error(
    `The platform runs on ${dir} (process ${lock.holder.pid}). Stop it first: Ctrl-C there, or \`kill ${lock.holder.pid}\`.`,
  );
  process.exitCode = 1;
} else {
  rmSync(dir, { recursive: true, force: true });
  console.log(
    'All data of this checkout is gone; the tool cache is kept. `npm start` begins anew.',
  );
}
