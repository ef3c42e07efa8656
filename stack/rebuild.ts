import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { readReady } from './logins';
import { DEMO_TIMES } from './platform';
import { distFile, repoRoot } from './root';
import { loadSecrets } from './secrets';

/** `npm run rebuild`: cli/rebuild.ts with the settings of the platform that runs here. */
const ready = readReady();
if (!ready) {
  process.stderr.write('The platform is not up: npm start\n');
  process.exitCode = 1;
} else {
  const { codecKeys } = loadSecrets(join(repoRoot(), '.gamma', 'secrets.json'));
  const { status } = spawnSync(
    process.execPath,
    [distFile('cli', 'rebuild.js'), ...process.argv.slice(2)],
    {
      stdio: 'inherit',
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: ready.postgres,
        TEMPORAL_ADDRESS: ready.temporal,
        TEMPORAL_NAMESPACE: ready.temporalNamespace,
        GAMMA_CODEC_KEYS: codecKeys,
        ...DEMO_TIMES,
      },
    },
  );
  process.exitCode = status ?? 1;
}
