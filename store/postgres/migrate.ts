import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { runner } from 'node-pg-migrate';
import { Client } from 'pg';

import { text } from '../../config/env';
import { errorMessage } from '../../telemetry/failure';

/**
 * Brings a database to the newest schema: plain SQL files in rising order, each in its own transaction,
 * under an advisory lock so that two processes starting at once are safe, then gives each role its rights. Runs as the owner.
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
  await grantRoles(ownerUrl);
  return applied.map((migration) => migration.name);
}

/** Gives each process's role what roles.sql says, whole or not at all; two at once take turns. */
async function grantRoles(ownerUrl: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('begin');
    // Of the whole server, like the roles themselves: databases of one server are migrated side by side in tests.
    await client.query(`select pg_advisory_xact_lock(hashtext('gamma roles'))`);
    await client.query(readFileSync(join(__dirname, 'roles.sql'), 'utf8'));
    await client.query('commit');
  } finally {
    await client.end();
  }
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
