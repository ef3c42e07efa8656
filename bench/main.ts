import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createProgress, startEmbeddedStack, type EmbeddedStack } from '../stack/embedded';
import { descendants } from '../stack/processTree';
import { repoRoot } from '../stack/root';
import { findOnPath } from '../stack/toolCache';
import { errorText } from '../telemetry/logger';
import { SEARCH_ATTRIBUTES } from '../workflows/contract';
import { parseArguments, USAGE, type BenchOptions } from './arguments';
import { NAMESPACE, PARTS, type Part } from './parts';
import type { BenchRow } from './report';
import { formatResults, thisMachine, withResults } from './reportTable';

const FREE_PORTS = { postgres: 0, redis: 0, clickhouse: 0, temporal: 0, temporalUi: 0 };

type PartRow = BenchRow & { readonly part: Part['name'] };
type Outcome = {
  readonly rows: readonly PartRow[];
  readonly failures: readonly string[];
  /** Asked for, but its load generator is missing. */
  readonly skipped: readonly Part['name'][];
};

/** Only what a machine needs: a DATABASE_URL left in the shell must not get this load. */
const engineEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(DATABASE_|REDIS_|CLICKHOUSE_|TEMPORAL_|GAMMA_)/.test(name),
    ),
  );

class Bench {
  private readonly dir = mkdtempSync(join(tmpdir(), 'gamma-bench-'));
  private readonly out: NodeJS.WriteStream;
  private stack: EmbeddedStack | undefined;
  private stopping: Promise<void> | undefined;

  constructor(private readonly options: BenchOptions) {
    this.out = options.json ? process.stderr : process.stdout;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => void this.stop().then(() => process.exit(130)));
  }

  private say(line: string): void {
    this.out.write(`${line}\n`);
  }

  /** Parts whose load generator is missing are left out, and said so. */
  private runnable(): Part[] {
    return PARTS.filter(({ name }) => this.options.only.includes(name)).filter((part) => {
      const missing = part.tools.filter(({ command }) => !findOnPath(command, process.env));
      for (const { command, install } of missing)
        this.say(`${part.name} is left out: it needs ${command} on PATH (${install}).`);
      return missing.length === 0;
    });
  }

  async run(): Promise<Outcome> {
    const parts = this.runnable();
    const skipped = this.options.only.filter((name) => !parts.some((part) => part.name === name));
    const rows: PartRow[] = [];
    const failures: string[] = [];
    if (parts.length > 0) this.stack = await this.startStack(parts);
    for (const part of parts) {
      const from = performance.now();
      this.say(`\n${part.name}: ${this.options.rounds} rounds`);
      try {
        const measured = await part.measure({
          stack: this.stack!,
          dir: this.dir,
          rounds: this.options.rounds,
          clicks: this.options.clicks,
          progress: (line) => this.say(`  ${line}`),
        });
        rows.push(...measured.map((row) => ({ part: part.name, ...row })));
        this.say(`  ${part.name}: done in ${Math.round((performance.now() - from) / 1000)} s`);
      } catch (failure) {
        // The other parts still have something to say; the exit code tells.
        failures.push(`${part.name}: ${errorText(failure)}`);
        this.say(`  ${part.name} failed: ${errorText(failure)}`);
      }
    }
    return { rows, failures, skipped };
  }

  private startStack(parts: readonly Part[]): Promise<EmbeddedStack> {
    return startEmbeddedStack({
      dir: this.dir,
      env: engineEnvironment(),
      progress: createProgress(this.out),
      only: [...new Set(parts.flatMap(({ engines }) => engines))],
      temporal: { namespaces: [NAMESPACE], searchAttributes: SEARCH_ATTRIBUTES },
      preferredPorts: FREE_PORTS,
    });
  }

  report({ rows, failures, skipped }: Outcome): void {
    const machine = thisMachine();
    const date = new Date().toISOString().slice(0, 10);
    if (rows.length > 0) this.say(`\n${formatResults(rows, machine, date)}\n`);
    for (const failure of failures) this.say(`failed: ${failure}`);
    if (this.options.write) {
      for (const { name, page } of PARTS) {
        const own = rows.filter(({ part }) => part === name);
        if (own.length === 0) continue;
        const file = join(repoRoot(), 'bench', page);
        const results = formatResults(own, machine, date);
        writeFileSync(file, withResults(readFileSync(file, 'utf8'), name, results));
        this.say(`bench/${page} has the results of ${name} now.`);
      }
    }
    if (this.options.json)
      process.stdout.write(`${JSON.stringify({ date, machine, rows, skipped, failures })}\n`);
  }

  stop(): Promise<void> {
    return (this.stopping ??= this.stopAll());
  }

  private async stopAll(): Promise<void> {
    await this.stack?.stop();
    // Interrupted in a measurement: its servers and load generators are children of this process.
    for (const pid of descendants(process.pid)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Gone in between, which is what was wanted.
      }
    }
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Exit code 0 when everything was measured, goals met or not; 1 when a part failed. */
async function main(): Promise<number> {
  const parsed = parseArguments(process.argv.slice(2));
  if (!parsed.ok) {
    process.stderr.write(`${parsed.error}\n\n${USAGE}\n`);
    return 2;
  }
  if (parsed.value.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const bench = new Bench(parsed.value);
  try {
    const outcome = await bench.run();
    await bench.stop();
    bench.report(outcome);
    return outcome.failures.length === 0 ? 0 : 1;
  } finally {
    await bench.stop();
  }
}

main()
  .then((code) => process.exit(code))
  .catch((failure: unknown) => {
    process.stderr.write(`\n${errorText(failure)}\n`);
    process.exit(1);
  });
