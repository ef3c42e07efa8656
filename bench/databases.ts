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

/** Runs one statement as the owner, on a connection of its own. */
export async function asOwner(database: Database, statement: string): Promise<void> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function create(server: Database, clause: string): Promise<Database> {
  const name = `bench_${randomBytes(6).toString('hex')}`;
  await asOwner(server, `create database ${name} ${clause}`);
  return { ownerUrl: named(server.ownerUrl, name), appUrl: named(server.appUrl, name) };
}

/** A new database on the same server, brought to the newest schema. */
export async function createMigrated(server: Database): Promise<Database> {
  const database = await create(server, '');
  await migrate(database.ownerUrl);
  return database;
}

/** A copy of a database nobody is connected to: every measurement starts from the same rows and ids. */
export async function cloneOf(template: Database, server: Database): Promise<Database> {
  return create(server, `template ${nameOf(template)}`);
}

export async function dropDatabase(database: Database, server: Database): Promise<void> {
  await asOwner(server, `drop database if exists ${nameOf(database)} with (force)`);
}
