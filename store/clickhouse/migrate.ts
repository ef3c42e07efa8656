import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { createClickhouse, databaseOf } from './client';

/**
 * Brings ClickHouse to the newest schema: plain SQL files in rising order, statements ended by ";" at
 * the end of a line. ClickHouse has no transactions over DDL, so each statement must be repeatable
 * (`if not exists`): a run cut short, or two at once, is mended by the next. Returns the files run now.
 */
export async function migrateClickhouse(url: string): Promise<string[]> {
  const database = databaseOf(url);
  const rootUrl = new URL(url);
  rootUrl.pathname = '/';
  const root = createClickhouse({
    url: rootUrl.href,
    applicationName: 'gamma-migrate',
    requestTimeoutMs: 30_000,
  });
  try {
    await root.command({ query: `create database if not exists "${database.replace(/"/g, '')}"` });
  } finally {
    await root.close();
  }
  const client = createClickhouse({
    url,
    applicationName: 'gamma-migrate',
    requestTimeoutMs: 60_000,
  });
  try {
    await client.command({
      query: `create table if not exists schema_migrations (name String, applied_at DateTime default now())
              engine = ReplacingMergeTree order by name`,
    });
    const known = await client.query({
      query: 'select distinct name from schema_migrations',
      format: 'JSONEachRow',
    });
    const applied = new Set((await known.json<{ name: string }>()).map((row) => row.name));
    const directory = join(__dirname, 'migrations');
    const files = readdirSync(directory).filter((file) => file.endsWith('.sql'));
    const ran: string[] = [];
    for (const file of files.sort()) {
      if (applied.has(file)) continue;
      for (const statement of statements(readFileSync(join(directory, file), 'utf8'))) {
        await client.command({ query: statement });
      }
      await client.insert({
        table: 'schema_migrations',
        values: [{ name: file }],
        format: 'JSONEachRow',
      });
      ran.push(file);
    }
    return ran;
  } finally {
    await client.close();
  }
}

function statements(sql: string): string[] {
  return sql
    .split(/;\s*(?:\n|$)/)
    .map((part) => part.trim())
    .filter((part) => part.replace(/--.*$/gm, '').trim() !== '');
}
