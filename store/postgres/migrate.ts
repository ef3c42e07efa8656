import { join } from 'node:path';

import { runner } from 'node-pg-migrate';

import { text } from '../../config/env';
import { errorMessage } from '../../telemetry/failure';

/**
 * Brings a database to the newest schema: plain SQL files in rising order, each in its own transaction,
 * under an advisory lock so that two processes starting at once are safe. Runs as the owner.
 * Returns the names of the migrations applied now.
 */
export async function migrate(ownerUrl: string): Promise<string[]> {
  const applied = await runner({
    databaseUrl: ownerUrl,
    dir: join(__dirname, 'migrations'),
    migrationsTable: 'schema_migrations',
    direction: 'up',
    checkOrder: true,
    log: () => undefined,
  });
  return applied.map((migration) => migration.name);
}

if (require.main === module) {
  Promise.resolve()
    .then(() => migrate(process.env['DATABASE_ADMIN_URL'] || text(process.env, 'DATABASE_URL')))
    .then((names) =>
      console.log(names.length > 0 ? `applied ${names.join(', ')}` : 'schema is up to date'),
    )
    .catch((failure: unknown) => {
      console.error(`migration failed: ${errorMessage(failure)}`);
      process.exitCode = 1;
    });
}
