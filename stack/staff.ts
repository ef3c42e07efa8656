import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { readReady } from './logins';
import { distFile, repoRoot } from './root';
import { loadSecrets } from './secrets';

/** `npm run staff`: api/staff.ts with the settings of the platform that runs here. */
const ready = readReady();
if (!ready) {
  process.stderr.write('The platform is not up: npm start\n');
  process.exitCode = 1;
} else {
  const { masterKeys } = loadSecrets(join(repoRoot(), '.gamma', 'secrets.json'));
  const { status } = spawnSync(
    process.execPath,
    [distFile('api', 'staff.js'), ...process.argv.slice(2)],
    {
      stdio: 'inherit',
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: ready.postgres,
        GAMMA_MASTER_KEY: masterKeys,
        PUBLIC_ORIGIN: ready.api,
      },
    },
  );
  process.exitCode = status ?? 1;
}
