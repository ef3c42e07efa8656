import { randomBytes } from 'node:crypto';

import { Client } from 'pg';

import { migrate } from '../store/postgres/migrate';

/** A database as its two roles see it: the owner migrates and clones, the application's role does the work. */
export type Database = { readonly ownerUrl: string; readonly appUrl: string };

function named(url: string, name: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  return parsed.toString();
}

const nameOf = (database: Database): string => new URL(database.ownerUrl).pathname.slice(1);

/** Runs one statement on a connection of its own. */
export async function run(url: string, text: string, values: unknown[] = []): Promise<unknown[][]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text, values, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

async function create(server: Database, clause: string): Promise<Database> {
  const name = `bench_${randomBytes(6).toString('hex')}`;
  await run(server.ownerUrl, `create database ${name} ${clause}`);
  return { ownerUrl: named(server.ownerUrl, name), appUrl: named(server.appUrl, name) };
}

/** A new database on the same server, brought to the newest schema. */
export async function createMigrated(server: Database): Promise<Database> {
  const database = await create(server, '');
  await migrate(database.ownerUrl);
  return database;
}

/** A copy of a database nobody is connected to: every measurement starts from the same rows. */
export const cloneOf = (template: Database, server: Database): Promise<Database> =>
  create(server, `template ${nameOf(template)}`);

/** Everybody must have disconnected. Not "with (force)": the owner may not end autovacuum, the server itself may. */
export async function dropDatabase(database: Database, server: Database): Promise<void> {
  await run(server.ownerUrl, `drop database if exists ${nameOf(database)}`);
}
