import { createHmac, randomBytes } from 'node:crypto';

import { seedDemo } from '../sandbox/seed';
import type { EmbeddedStack, EngineName } from '../stack/embedded';
import { createPool } from '../store/postgres/pool';
import { createSealer } from '../store/postgres/sealing';
import { benchClicks } from './clicks';
import { benchConversions } from './conversions';
import { createMigrated, dropDatabase, type Database } from './databases';
import { benchLedger } from './ledger';
import { benchMemory } from './memory';
import { benchPayoutRun } from './payoutRun';
import { benchPostbacks } from './postbacks';
import { benchReads } from './reads';
import { benchRedirect } from './redirect';
import type { BenchRow } from './report';
import { benchScreens } from './screens';

export const NAMESPACE = 'bench';

export type PartContext = {
  readonly stack: EmbeddedStack;
  /** For files of a run. */
  readonly dir: string;
  readonly rounds: number;
  /** Clicks that reports are asked over. */
  readonly clicks: number;
  readonly progress: (line: string) => void;
};

export type Part = {
  readonly name:
    | 'redirect'
    | 'memory'
    | 'clicks'
    | 'postbacks'
    | 'ledger'
    | 'conversions'
    | 'payouts'
    | 'reads'
    | 'screens';
  /** Where --write puts its results. */
  readonly page: 'README.md' | 'web.md';
  readonly engines: readonly EngineName[];
  /** Load generators that must be on PATH. */
  readonly tools: readonly { readonly command: string; readonly install: string }[];
  measure(context: PartContext): Promise<BenchRow[]>;
};

const WRK = { command: 'wrk', install: 'apt-get install wrk' };
const H2LOAD = { command: 'h2load', install: 'apt-get install nghttp2-client' };

const serverOf = ({ stack }: PartContext): Database => ({
  ownerUrl: stack.urls.postgresAdmin,
  appUrl: stack.urls.postgres,
});

async function withDatabase<T>(
  context: PartContext,
  use: (database: Database) => Promise<T>,
): Promise<T> {
  const server = serverOf(context);
  const database = await createMigrated(server);
  try {
    return await use(database);
  } finally {
    await dropDatabase(database, server);
  }
}

/** The demo's data in a database of the bench's own; answers the code of a short link. */
async function seedLink(database: Database): Promise<string> {
  const key = randomBytes(32);
  const pool = createPool({ url: database.appUrl, applicationName: 'bench', max: 2 });
  try {
    const { influencers } = await seedDemo(pool, {
      sealer: createSealer([{ id: 'k1', bytes: key }]),
      derive: (label) => createHmac('sha256', key).update(label).digest(),
      holdSeconds: 1,
    });
    return influencers[0]!.linkCode;
  } finally {
    await pool.end();
  }
}

type Counts = {
  readonly requests?: number | undefined;
  readonly over50Ms?: number | undefined;
  readonly maxMs?: number | undefined;
  readonly errors: number;
};

function notesOf(row: Counts): { notes?: string } {
  const notes = [
    ...(row.requests === undefined ? [] : [`${row.over50Ms} of ${row.requests} over 50 ms`]),
    ...(row.maxMs === undefined ? [] : [`worst ${row.maxMs.toFixed(1)} ms`]),
    ...(row.errors > 0 ? [`${row.errors} errors`] : []),
  ];
  return notes.length === 0 ? {} : { notes: notes.join(', ') };
}

async function redirect(context: PartContext): Promise<BenchRow[]> {
  const { stack, rounds, progress } = context;
  const rows = await withDatabase(context, async (database) =>
    benchRedirect({
      databaseUrl: database.appUrl,
      redisUrl: stack.urls.redis,
      path: `/${await seedLink(database)}?sub2=instagram&sub3=story1`,
      redis: stack.engines.redis,
      rounds,
      progress,
    }),
  );
  return rows.map(
    ({ name, perSecond, barePerSecond, requests, over50Ms, maxMs, errors, ...row }) => ({
      ...row,
      path: name,
      unit: 'req/s',
      ...(perSecond === undefined ? {} : { value: perSecond }),
      ...(barePerSecond === undefined
        ? {}
        : { baseline: 'bare node:http 302', baselineValue: barePerSecond }),
      ...notesOf({ requests, over50Ms, maxMs, errors }),
    }),
  );
}

async function memory(context: PartContext): Promise<BenchRow[]> {
  const { stack, progress } = context;
  const rows = await withDatabase(context, async (database) =>
    benchMemory({
      databaseUrl: database.appUrl,
      ownerUrl: database.ownerUrl,
      redisUrl: stack.urls.redis,
      code: await seedLink(database),
      progress,
    }),
  );
  return rows.map(({ name, steps, perSecond, errors, goal, met }) => ({
    path: name,
    rounds: 1,
    value: perSecond,
    unit: 'req/s',
    goal,
    met,
    notes: [
      `most MB resident in each tenth: ${steps.join(', ')}`,
      ...(errors > 0 ? [`${errors} errors`] : []),
    ].join('; '),
  }));
}

async function postbacks(context: PartContext): Promise<BenchRow[]> {
  const { stack, rounds, progress } = context;
  const { name, perSecond, barePerSecond, errors, ...row } = await withDatabase(
    context,
    (database) =>
      benchPostbacks({
        databaseUrl: database.appUrl,
        redisUrl: stack.urls.redis,
        rounds,
        progress,
      }),
  );
  return [
    {
      ...row,
      path: name,
      unit: 'req/s',
      value: perSecond,
      baseline: 'bare POST + JSON.parse',
      baselineValue: barePerSecond,
      ...notesOf({ errors }),
    },
  ];
}

async function clicks(context: PartContext): Promise<BenchRow[]> {
  const { stack } = context;
  return withDatabase(context, async (database) =>
    benchClicks({
      ...context,
      databaseUrl: database.appUrl,
      redisUrl: stack.urls.redis,
      clickhouseUrl: stack.urls.clickhouse,
      path: `/${await seedLink(database)}?sub2=instagram&sub3=story1`,
    }),
  );
}

async function reads(context: PartContext): Promise<BenchRow[]> {
  return withDatabase(context, (large) =>
    withDatabase(context, (small) => benchReads({ ...context, databases: { large, small } })),
  );
}

export const PARTS: readonly Part[] = [
  {
    name: 'redirect',
    page: 'README.md',
    engines: ['postgres', 'redis'],
    tools: [WRK, H2LOAD],
    measure: redirect,
  },
  {
    name: 'clicks',
    page: 'README.md',
    engines: ['postgres', 'redis', 'clickhouse'],
    tools: [WRK],
    measure: clicks,
  },
  {
    name: 'memory',
    page: 'README.md',
    engines: ['postgres', 'redis'],
    tools: [WRK],
    measure: memory,
  },
  {
    name: 'postbacks',
    page: 'README.md',
    engines: ['postgres', 'redis'],
    tools: [WRK],
    measure: postbacks,
  },
  {
    name: 'ledger',
    page: 'README.md',
    engines: ['postgres'],
    tools: [],
    measure: (context) => benchLedger({ ...context, server: serverOf(context) }),
  },
  {
    name: 'conversions',
    page: 'README.md',
    engines: ['postgres', 'temporal'],
    tools: [],
    measure: (context) =>
      benchConversions({
        ...context,
        server: serverOf(context),
        temporal: { address: context.stack.urls.temporal, namespace: NAMESPACE },
      }),
  },
  {
    name: 'payouts',
    page: 'README.md',
    engines: ['postgres', 'redis', 'temporal'],
    tools: [],
    measure: (context) =>
      withDatabase(context, async (database) => [
        await benchPayoutRun({ ...context, database, namespace: NAMESPACE }),
      ]),
  },
  {
    name: 'reads',
    page: 'web.md',
    engines: ['postgres', 'redis', 'clickhouse'],
    tools: [],
    measure: reads,
  },
  {
    name: 'screens',
    page: 'web.md',
    engines: ['postgres', 'redis', 'clickhouse'],
    tools: [],
    measure: (context) =>
      withDatabase(context, (database) => benchScreens({ ...context, database })),
  },
];
