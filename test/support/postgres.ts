import { randomBytes } from 'node:crypto';

import { Client, type Pool } from 'pg';

import { createPool } from '../../store/postgres/pool';
import { readSharedStack, TEMPLATE_DATABASE } from './sharedStack';

export type DatabaseUrls = { readonly postgres: string; readonly postgresAdmin: string };

/** `object_in_use` (PostgreSQL, appendix A). */
const IN_USE = '55006';

const withDatabase = (url: string, name: string): string => {
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  return parsed.toString();
};

async function asOwner(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Makes a database, copied from `template` when given. */
export async function createDatabase(
  urls: DatabaseUrls,
  name: string,
  template?: string,
): Promise<DatabaseUrls> {
  await asOwner(
    urls.postgresAdmin,
    `create database ${name} ${template ? `template ${template}` : ''}`,
  );
  return {
    postgres: withDatabase(urls.postgres, name),
    postgresAdmin: withDatabase(urls.postgresAdmin, name),
  };
}

export type TestDatabase = DatabaseUrls & {
  /** As the services connect. */
  readonly pool: Pool;
  /** As the owner, who may do what no service may. */
  readonly owner: Pool;
  drop(): Promise<void>;
};

/** A migrated database of its own, cloned from the run's template in some 50 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { urls } = readSharedStack();
  const name = `t_${randomBytes(6).toString('hex')}`;
  const made = await cloneTemplate(urls, name);
  const pool = createPool({ url: made.postgres, applicationName: 'gamma-test', max: 20 });
  const owner = createPool({
    url: made.postgresAdmin,
    applicationName: 'gamma-test-owner',
    max: 4,
    asOwner: true,
  });
  return {
    ...made,
    pool,
    owner,
    drop: async () => {
      await pool.end();
      await owner.end();
      await dropDatabase(urls.postgresAdmin, name);
    },
  };
}

/**
 * Not `with (force)`: the owner may not end an autovacuum worker that happens to be in the database ("permission denied
 * to terminate process"). A plain drop has the server end those; we end the services' own connections, also one that
 * comes back in between.
 */
async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    for (let attempt = 1; ; attempt++) {
      await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = $1 and backend_type = 'client backend'`,
        [name],
      );
      try {
        return void (await client.query(`drop database if exists ${name}`));
      } catch (failure) {
        if ((failure as { code?: string }).code !== IN_USE || attempt === 20) throw failure;
      }
    }
  } finally {
    await client.end();
  }
}

/** Two test files cloning at once: Postgres refuses a template somebody is copying, for a moment. */
async function cloneTemplate(urls: DatabaseUrls, name: string): Promise<DatabaseUrls> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await createDatabase(urls, name, TEMPLATE_DATABASE);
    } catch (failure) {
      if ((failure as { code?: string }).code !== IN_USE || attempt === 100) throw failure;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
