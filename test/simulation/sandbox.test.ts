import { BareHost } from './model/hosts';
import { SandboxHost } from './model/sandboxHost';
import { live } from './life/run';

/** Fewer, since a sandbox is begun for every workflow: the same lives in the bundle and the sandbox of the worker. */
const SEEDS = Number(process.env['SIM_SANDBOX_SEEDS'] ?? 100);

test(`${SEEDS} lives end the same in the worker's bundle and sandbox`, async () => {
  const sandbox = await SandboxHost.create();
  const bare = new BareHost();
  for (let seed = 500_001; seed <= 500_000 + SEEDS; seed++) {
    const inside = await live(seed, sandbox);
    const outside = await live(seed, bare);
    expect([seed, inside.bugs, inside.steps, inside.books()]).toEqual([
      seed,
      [],
      outside.steps,
      outside.books(),
    ]);
  }
  await sandbox.destroy();
}, 300_000);
