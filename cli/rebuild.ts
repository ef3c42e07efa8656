import { parseArgs } from 'node:util';

import { text } from '../config/env';
import { createPool } from '../store/postgres/pool';
import { errorMessage } from '../telemetry/failure';
import { createLogger } from '../telemetry/logger';
import { createTemporalClient, temporalConfig } from '../temporal/connection';
import { rebuild } from '../temporal/rebuild';
import { ensureSearchAttributes } from '../temporal/searchAttributes';
import { readStartDefaults } from '../temporal/startDefaults';
import type { RebuildCounts } from '../workflows/contract';

const USAGE = `Usage: rebuild [--dry-run]
Starts a workflow for everything that Postgres says is open and that has none in Temporal: orders, payout runs, payouts.
Safe at any time, twice, and beside the platform at work.
  --dry-run   only counts`;

const TELL_EVERY_MS = 1000;
const KINDS = { conversion: 'orders', run: 'payout runs', payout: 'payouts' } as const;

function lineOf(counts: RebuildCounts, isDry: boolean): string {
  return Object.entries(KINDS)
    .map(([kind, name]) => {
      const { open, started, failed } = counts[kind as keyof RebuildCounts];
      const done = `${started} ${isDry ? 'without a workflow' : 'started'}`;
      return `${name}: ${open} open, ${done}${failed > 0 ? `, ${failed} FAILED` : ''}`;
    })
    .join(' · ');
}

async function main(isDry: boolean): Promise<void> {
  const env = process.env;
  const pool = createPool({
    url: text(env, 'DATABASE_URL'),
    applicationName: 'gamma-rebuild',
    role: 'gamma_api',
    max: 2,
  });
  const client = createTemporalClient(temporalConfig(env));
  let toldAt = 0;
  const tell = (counts: RebuildCounts): void => {
    if (Date.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = Date.now();
    process.stdout.write(`${lineOf(counts, isDry)}\n`);
  };
  try {
    // A Temporal that lost everything has forgotten these, too, and would refuse every start.
    if (!isDry) await ensureSearchAttributes(client);
    const counts = await rebuild({
      pool,
      client,
      defaults: readStartDefaults(env),
      logger: createLogger('rebuild', 'error'),
      dryRun: isDry,
      onProgress: tell,
    });
    process.stdout.write(`${lineOf(counts, isDry)}\n${isDry ? 'Nothing was changed.' : 'Done.'}\n`);
    if (Object.values(counts).some(({ failed }) => failed > 0)) process.exitCode = 1;
  } finally {
    await pool.end();
    await client.connection.close();
  }
}

function isDryRun(args: readonly string[]): boolean {
  const { values } = parseArgs({ args: [...args], options: { 'dry-run': { type: 'boolean' } } });
  return values['dry-run'] ?? false;
}

Promise.resolve()
  .then(() => main(isDryRun(process.argv.slice(2))))
  .catch((thrown: unknown) => {
    const isUsage = thrown instanceof TypeError;
    process.stderr.write(`${isUsage ? USAGE : `rebuild failed: ${errorMessage(thrown)}`}\n`);
    process.exitCode = isUsage ? 2 : 1;
  });
