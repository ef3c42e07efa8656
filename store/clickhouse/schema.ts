import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ClickStoreOptions } from './options';

/** The SQL files as one server or a cluster runs them. Nothing here talks to a server. */

type Where = Pick<ClickStoreOptions, 'cluster'> & {
  /** Ends the names of what only one run of the migrations makes for itself. */
  readonly run?: string;
};

/** What one run holds inserts up with begins so. */
export const HOLD = 'clicks_hold_';

/** More than the batches that can be in flight, and on a cluster longer than a drain may be down. */
const WINDOW = 100_000;
const WINDOW_SECONDS = 90 * 86_400;
/** {shard}, {replica}, {database} and {table} are macros of the servers. */
const KEEPER_PATH = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'";

/** `MergeTree` or `SummingMergeTree (a, b)`, with its replicated twin. */
function engineOf(text: string, { cluster }: Where): string {
  const [, name = '', summed] = /^(\w+)\s*(\(.*\))?$/s.exec(text.trim()) ?? [];
  if (name === '') throw new Error(`engine "${text}" does not read`);
  const own = summed === undefined ? [] : [summed];
  const parameters = (cluster === undefined ? own : [KEEPER_PATH, ...own]).join(', ');
  return `${cluster === undefined ? name : `Replicated${name}`}(${parameters})`;
}

function fill(placeholder: string, where: Where): string {
  const [name = '', rest = ''] = placeholder.split(/:(.*)/s).map((part) => part.trim());
  switch (name) {
    case 'on_cluster':
      return where.cluster === undefined ? '' : `on cluster '${where.cluster}'`;
    case 'engine':
      return engineOf(rest, where);
    case 'run':
      return where.run ?? '0';
    case 'deduplication_window':
      return where.cluster === undefined
        ? `non_replicated_deduplication_window = ${WINDOW}`
        : `replicated_deduplication_window = ${WINDOW}, replicated_deduplication_window_seconds = ${WINDOW_SECONDS}`;
    default:
      throw new Error(`{{${placeholder}}} is not a placeholder of the click store's SQL`);
  }
}

export const render = (sql: string, where: Where): string =>
  sql.replace(/\{\{([^{}]*)\}\}/g, (_, placeholder: string) => fill(placeholder, where));

/** Statements of a file: each ends with ";" at the end of a line. */
export const statementsOf = (sql: string): string[] =>
  sql
    .split(/;\s*(?:\n|$)/)
    .map((part) => part.trim())
    .filter((part) => part.replace(/--.*$/gm, '').trim() !== '');

export type Migration = { readonly name: string; readonly statements: readonly string[] };

/** In the order they are run. */
export function readMigrations(where: Where): Migration[] {
  const directory = join(__dirname, 'migrations');
  const files = readdirSync(directory).filter((file) => file.endsWith('.sql'));
  return files.sort().map((name) => ({
    name,
    statements: statementsOf(render(readFileSync(join(directory, name), 'utf8'), where)),
  }));
}

export const createDatabase = (name: string, where: Where): string =>
  render(`create database if not exists "${name.replace(/"/g, '')}" {{on_cluster}}`, where);

export const createLedgerOfMigrations = (where: Where): string =>
  render(
    `create table if not exists schema_migrations {{on_cluster}} (name String, applied_at DateTime default now())
     engine = {{engine: ReplacingMergeTree}} order by name`,
    where,
  );

export const dropView = (name: string, where: Where): string =>
  render(`drop view if exists ${name} {{on_cluster}}`, where);

export const makeSums = (name: string, where: Where): string =>
  render(`alter table clicks_daily {{on_cluster}} materialize projection ${name}`, where);

/** How long a table keeps its rows or columns: `expressions` are as the server prints them in `show create`. */
export type Retention = {
  readonly table: string;
  readonly expressions: readonly string[];
  readonly statement: string;
};

export function retentionOf(options: ClickStoreOptions): Retention[] {
  const ip = `toDateTime(ts) + toIntervalDay(${options.ipDays})`;
  const raw = `toDateTime(ts) + toIntervalDay(${options.keepDays})`;
  const rollup = `day + toIntervalDay(${options.rollupDays})`;
  const batches = `at + toIntervalDay(${options.keepDays})`;
  return [
    {
      table: 'clicks',
      expressions: [
        `\`ip_prefix\` LowCardinality(String) TTL ${ip}`,
        `\`ip_hash\` UInt64 TTL ${ip}`,
      ],
      statement: render(
        `alter table clicks {{on_cluster}}
           modify column ip_prefix LowCardinality(String) ttl ${ip}, modify column ip_hash UInt64 ttl ${ip}`,
        options,
      ),
    },
    {
      table: 'clicks',
      expressions: [` TTL ${raw} SETTINGS`],
      statement: render(`alter table clicks {{on_cluster}} modify ttl ${raw}`, options),
    },
    {
      table: 'clicks_daily',
      expressions: [` TTL ${rollup} SETTINGS`],
      statement: render(`alter table clicks_daily {{on_cluster}} modify ttl ${rollup}`, options),
    },
    {
      table: 'click_batches',
      expressions: [` TTL ${batches} SETTINGS`],
      statement: render(`alter table click_batches {{on_cluster}} modify ttl ${batches}`, options),
    },
  ];
}
