import { BareHost } from './model/hosts';
import { live } from './life/run';

const one = process.env['SIM_SEED'];
const from = Number(one ?? process.env['SIM_FROM'] ?? 1);
const seeds = one === undefined ? Number(process.env['SIM_SEEDS'] ?? 10_000) : 1;

test(`${seeds} whole lives from seed ${from}`, async () => {
  const host = new BareHost();
  const began = process.hrtime.bigint();
  const failed = new Map<string, { count: number; seed: number; bugs: readonly string[] }>();
  let steps = 0;
  for (let seed = from; seed < from + seeds; seed++) {
    let lived;
    try {
      lived = await live(seed, host, one !== undefined);
    } catch (thrown) {
      lived = { seed, steps: 0, bugs: [(thrown as Error).stack ?? ''], log: [] };
    }
    steps += lived.steps;
    if (one !== undefined) process.stdout.write(`${lived.log.join('\n')}\n`);
    if (lived.bugs.length > 0) {
      const kind = lived.bugs[0]!.replace(/\d+|_[0-9a-z]{20,}/g, '#').slice(0, 200);
      const before = failed.get(kind);
      failed.set(kind, {
        count: (before?.count ?? 0) + 1,
        seed: before?.seed ?? seed,
        bugs: before?.bugs ?? lived.bugs,
      });
    }
  }
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  process.stdout.write(
    `simulation: ${seeds} lives, ${steps} steps, ${(seeds / seconds).toFixed(0)} seeds/s\n`,
  );
  expect([...failed.values()]).toEqual([]);
}, 600_000);
