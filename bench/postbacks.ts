import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Pool } from 'pg';

import { createClickIds, NONCE_SEED_BYTES } from '../domain/clicks/clickId';
import { idFromBytes } from '../domain/ids';
import {
  insertBrand,
  insertInfluencer,
  insertLink,
  insertProgramme,
} from '../store/postgres/catalogue';
import { createPool } from '../store/postgres/pool';
import { addProgrammeSecret } from '../store/postgres/programmes';
import { createSealer } from '../store/postgres/sealing';
import { median } from './median';
import { writeRequests, WRK_SCRIPT, type RequestSource } from './postbackRequests';

/**
 * Postbacks a second — signature and click checked, receipt + conversion + history + outbox committed
 * before the 2xx — against a bare node:http server that reads the same requests and JSON.parses them.
 * Both fresh in each round, in turn first; compared within the round (research/performance-limits.md §6).
 */
export type PostbackBenchOptions = {
  /** A migrated database; the bench adds a brand of its own to it. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly rounds?: number;
  readonly seconds?: number;
  readonly warmupSeconds?: number;
  readonly progress?: (line: string) => void;
};

export type PostbackBenchRow = {
  readonly name: string;
  readonly rounds: number;
  /** Medians over the rounds. */
  readonly perSecond: number;
  readonly barePerSecond: number;
  readonly ratio: number;
  readonly ratioMin: number;
  readonly ratioMax: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly errors: number;
  readonly goal: string;
  readonly met: boolean;
};

const GOAL_RATIO = 0.35;
const GOAL_P99_MS = 15;
/** Requests signed beforehand: more than we take on two cores; running out counts as an error. */
const SIGNED_PER_SECOND = 30_000;
/** Requests are kept in memory where there is such a folder: writing them back would compete with the WAL. */
const MEMORY = '/dev/shm';
const run = promisify(execFile);

const BARE = `
const server = require('node:http').createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString());
    const text = '{"ok":true,"id":"' + body.transaction_id + '"}';
    response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', String(text.length)]);
    response.end(text);
  });
});
server.listen(0, '127.0.0.1', () => console.log('ready http://127.0.0.1:' + server.address().port));
`;

type Load = {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly errors: number;
};

async function load(
  url: string,
  seconds: number,
  script: string,
  requests: readonly string[],
): Promise<Load> {
  const args = ['-t1', '-c64', `-d${seconds}s`, '-s', script, url, '--', ...requests];
  const { stdout } = await run('wrk', args).catch((failure: unknown) => {
    if ((failure as { code?: string }).code === 'ENOENT')
      throw new Error('The postback bench needs wrk on PATH (apt-get install wrk).');
    throw failure;
  });
  const fields = /^RESULT (.*)$/m.exec(stdout)?.[1]?.split(' ').map(Number) ?? [];
  const [count = 0, micros = 1, p50 = 0, p99 = 0, p999 = 0, errors = 0] = fields;
  return {
    requests: count,
    perSecond: count / (micros / 1e6),
    p50Ms: p50 / 1000,
    p99Ms: p99 / 1000,
    p999Ms: p999 / 1000,
    errors,
  };
}

type Server = { readonly url: string; end(): Promise<void> };

async function startServer(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Server> {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const ready = /^ready (\S+)$/m.exec(output)?.[1];
      if (ready) resolve(ready);
    });
    child.once('exit', (code) => reject(new Error(`server ended with ${code}: ${output}`)));
  });
  return {
    url,
    async end() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(timer);
    },
  };
}

type Bench = {
  readonly pool: Pool;
  readonly source: RequestSource;
  readonly env: NodeJS.ProcessEnv;
  readonly dir: string;
  readonly script: string;
  readonly seconds: number;
  readonly warmupSeconds: number;
};

/** A brand, programme, influencer and link, and the keys an API process needs to serve them. */
async function prepare(options: PostbackBenchOptions, pool: Pool, dir: string): Promise<Bench> {
  const bytes = randomBytes(32);
  const ring = `k1:${bytes.toString('base64')}`;
  const keys = [{ id: 'k1', bytes }] as const;
  const [brandId, programmeId, influencerId, linkId] = (
    ['brand', 'programme', 'influencer', 'link'] as const
  ).map((kind) => idFromBytes(kind, randomBytes(16))) as [string, string, string, string];
  const secret = randomBytes(32);
  await insertBrand(pool, { id: brandId, name: 'Bench' });
  await insertProgramme(pool, {
    id: programmeId,
    brandId,
    name: 'Bench',
    hosts: ['bench.example'],
    clickParam: 'sub1',
    confirmation: 'postback',
    orderSource: null,
    statusMap: {},
  });
  await addProgrammeSecret(
    pool,
    createSealer(keys),
    programmeId,
    `whsec_${secret.toString('base64')}`,
  );
  await insertInfluencer(pool, {
    id: influencerId,
    ref: randomBytes(6).toString('hex'),
    displayName: 'Bench',
    iinSealed: randomBytes(16),
    iinIndex: randomBytes(16),
    instrumentToken: 'bench',
    instrumentLast4: '0000',
  });
  await insertLink(pool, { id: linkId, code: null, programmeId, influencerId, targetUrl: null });
  const { rows } = await pool.query<{ number: number }>('select number from links where id = $1', [
    linkId,
  ]);
  const script = join(dir, 'postbacks.lua');
  writeFileSync(script, WRK_SCRIPT);
  return {
    pool,
    dir,
    script,
    seconds: options.seconds ?? 3,
    warmupSeconds: options.warmupSeconds ?? 1,
    source: {
      programmeId,
      secret,
      linkNumber: rows[0]?.number ?? 0,
      clickIds: createClickIds(keys, 'bench', randomBytes(NONCE_SEED_BYTES)),
    },
    env: {
      DATABASE_URL: options.databaseUrl,
      REDIS_URL: options.redisUrl,
      GAMMA_ENVIRONMENT: 'bench',
      GAMMA_MASTER_KEY: ring,
      GAMMA_CLICK_KEYS: ring,
    },
  };
}

async function storedMessages(bench: Bench): Promise<number> {
  const { rows } = await bench.pool.query<{ count: bigint }>(
    `select count(*) from outbox o join conversions c on c.id = o.subject_id where c.programme_id = $1`,
    [bench.source.programmeId],
  );
  return Number(rows[0]?.count ?? 0);
}

async function measure(bench: Bench, kind: 'ours' | 'bare'): Promise<Load> {
  const files = [bench.warmupSeconds, bench.seconds].map((seconds, i) => {
    const path = join(bench.dir, `requests-${i}`);
    writeRequests(path, bench.source, SIGNED_PER_SECOND * seconds);
    return { path, seconds };
  });
  const server =
    kind === 'bare'
      ? await startServer(['-e', BARE], {})
      : await startServer([join(__dirname, 'postbacksApi.js')], bench.env);
  const before = await storedMessages(bench);
  const loads: Load[] = [];
  try {
    for (const { path, seconds } of files)
      loads.push(
        await load(server.url, seconds, bench.script, kind === 'bare' ? [path, 'again'] : [path]),
      );
  } finally {
    await server.end();
  }
  const acknowledged = loads.reduce((sum, one) => sum + one.requests - one.errors, 0);
  const stored = (await storedMessages(bench)) - before;
  if (kind === 'ours' && stored < acknowledged)
    throw new Error(`${acknowledged} postbacks were acknowledged but ${stored} are stored`);
  return loads[loads.length - 1]!;
}

function toRow(pairs: readonly { ours: Load; bare: Load }[]): PostbackBenchRow {
  const ratios = pairs.map(({ ours, bare }) => ours.perSecond / bare.perSecond);
  const of = (pick: (one: Load) => number): number => median(pairs.map(({ ours }) => pick(ours)));
  const [ratio, p99Ms] = [median(ratios), of((one) => one.p99Ms)];
  const errors = pairs.reduce((sum, { ours, bare }) => sum + ours.errors + bare.errors, 0);
  return {
    name: 'postback, signature and click checked, committed before the 2xx',
    rounds: pairs.length,
    perSecond: of((one) => one.perSecond),
    barePerSecond: median(pairs.map(({ bare }) => bare.perSecond)),
    ratio,
    ratioMin: Math.min(...ratios),
    ratioMax: Math.max(...ratios),
    p50Ms: of((one) => one.p50Ms),
    p99Ms,
    p999Ms: of((one) => one.p999Ms),
    errors,
    goal: `ratio ≥ ${GOAL_RATIO}, p99 ≤ ${GOAL_P99_MS} ms`,
    met: errors === 0 && ratio >= GOAL_RATIO && p99Ms <= GOAL_P99_MS,
  };
}

export async function benchPostbacks(options: PostbackBenchOptions): Promise<PostbackBenchRow> {
  const rounds = Math.max(5, options.rounds ?? 5);
  const dir = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'gamma-bench-postbacks-'));
  const pool = createPool({ url: options.databaseUrl, applicationName: 'bench', max: 2 });
  try {
    const bench = await prepare(options, pool, dir);
    const pairs: { ours: Load; bare: Load }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const kinds = round % 2 === 0 ? (['bare', 'ours'] as const) : (['ours', 'bare'] as const);
      const loads: Partial<Record<'ours' | 'bare', Load>> = {};
      for (const kind of kinds) loads[kind] = await measure(bench, kind);
      const pair = { ours: loads.ours!, bare: loads.bare! };
      pairs.push(pair);
      options.progress?.(
        `postbacks round ${round + 1}/${rounds}: bare ${Math.round(pair.bare.perSecond)}/s, ` +
          `ours ${Math.round(pair.ours.perSecond)}/s = ${(pair.ours.perSecond / pair.bare.perSecond).toFixed(2)} ×, ` +
          `p99 ${pair.ours.p99Ms.toFixed(1)} ms`,
      );
    }
    return toRow(pairs);
  } finally {
    await pool.end();
    rmSync(dir, { recursive: true, force: true });
  }
}
