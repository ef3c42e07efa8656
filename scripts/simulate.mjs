// Lives of test/simulation outside the suite: one told in full (--seed N), or many (--seeds 100000, --from N).
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    from: { type: 'string' },
    happened: { type: 'boolean' },
  },
});
const env = { ...process.env };
if (values.seed) env.SIM_SEED = values.seed;
if (values.seeds) env.SIM_SEEDS = values.seeds;
if (values.from) env.SIM_FROM = values.from;
if (values.happened) env.SIM_HAPPENED = '1';

// The package names its program in `bin` and exports no path to it.
const manifest = createRequire(import.meta.url).resolve('jest/package.json');
const jest = join(dirname(manifest), 'bin', 'jest.js');
const pattern = 'test/simulation/simulation';
const args = [jest, '--selectProjects', 'pure', '--testPathPatterns', pattern];
process.exit(spawnSync(process.execPath, args, { env, stdio: 'inherit' }).status ?? 1);
