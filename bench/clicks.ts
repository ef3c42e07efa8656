import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Cursor } from '../redirect/cursor';
import { Drain } from '../redirect/drain';
import type { ClickLine } from '../redirect/clickLine';
import { SegmentReader } from '../redirect/segmentReader';
import { newSegmentId } from '../redirect/segments';
import { createClickhouseSink } from '../redirect/sinks';
import { createClickhouse, type ClickHouseClient } from '../store/clickhouse/client';
import { migrateClickhouse } from '../store/clickhouse/migrate';
import { createLogger } from '../telemetry/logger';
import { benchReports, type ClicksBenchOptions } from './clicksReports';
import { insertRows } from './clicksSeed';
import { median } from './median';
import { closedLoop, closedLoopScript } from './redirectLoad';
import { startRecording } from './redirectServers';
import type { BenchRow } from './report';

/** Segments as long as redirect makes them, 64 MiB. */
const ROWS = 520_000;
const SEGMENTS = 4;
/** What drain does unless told otherwise (DRAIN_BATCH_ROWS, DRAIN_POLL_MS). */
const BATCH_ROWS = 50_000;
const POLL_MS = 100;
const GOAL_RECORDED = 2.5;

export const databaseAt = (url: string, name: string): string => {
  const named = new URL(url);
  named.pathname = `/${name}`;
  return named.href;
};

/** As everywhere: few influencers have most clicks. Even over 2^32, so the same at every run. */
const influencerOf = (n: number): number =>
  Math.floor(5_000 * (((n * 2_654_435_761) % 4_294_967_296) / 4_294_967_296) ** 3);

/** Lines as redirect writes them, in its order of names: a few hundred phones, a few referrers, thousands of links and addresses. */
function lineOf(n: number, nowMs: number): string {
  const influencer = influencerOf(n);
  const link = influencer * 4 + (n % 4) + 1;
  const line: ClickLine = {
    id: `${nowMs}${String(n).padStart(19, '0')}`,
    ts: nowMs - (n % 1_000),
    link,
    programme: `prg_bench${String(link % 40).padStart(6, '0')}`,
    influencer: `inf_bench${String(influencer).padStart(6, '0')}`,
    host: 'www.wildberries.kz',
    url: `https://www.wildberries.kz/catalog/${link}/detail.aspx?size=4`,
    product: `wb:${link}`,
    ip: `10.${n % 200}.${(n >> 4) % 250}.${(n >> 8) % 250}`,
    ua: `Mozilla/5.0 (Linux; Android 14; SM-A${n % 300}E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${128 + (n % 3)}.0.0.0 Mobile Safari/537.36`,
    referrer: n % 4 === 0 ? '' : `https://l.instagram.com/?u=${n % 5}`,
    lang: 'ru-KZ,ru;q=0.9,kk;q=0.8,en;q=0.7',
    sub: ['', 'instagram', 'story1', '', ''],
  };
  return `${JSON.stringify(line)}\n`;
}

function writeSegments(dir: string): void {
  const nowMs = Date.now();
  const each = ROWS / SEGMENTS;
  for (let s = 0; s < SEGMENTS; s += 1) {
    const lines = Array.from({ length: each }, (_, n) => lineOf(s * each + n, nowMs));
    writeFileSync(join(dir, `${newSegmentId(nowMs + s)}.log`), lines.join(''));
  }
}

/** Rows a second from files on the disk to acknowledged by the store, by the drain as it runs. */
async function drained(
  options: ClicksBenchOptions,
  client: ClickHouseClient,
  url: string,
): Promise<number> {
  mkdirSync(options.dir, { recursive: true });
  const dir = mkdtempSync(join(options.dir, 'clicks-'));
  writeSegments(dir);
  const reader = new SegmentReader(dir, 60_000);
  const drain = new Drain({
    reader,
    sinks: [
      {
        sink: createClickhouseSink(client, () => migrateClickhouse(url), Buffer.alloc(32, 1)),
        cursor: Cursor.load(join(dir, 'cursor.json')),
        lingerMs: 0,
      },
    ],
    logger: createLogger('bench', 'error'),
    batchRows: BATCH_ROWS,
    pollMs: POLL_MS,
    keepSegmentsMs: 3_600_000,
    mayShip: () => true,
  });
  const before = await count(client);
  const started = performance.now();
  const running = drain.run();
  while ((await count(client)) < before + ROWS)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const seconds = (performance.now() - started) / 1000;
  drain.stop();
  await running;
  rmSync(dir, { recursive: true });
  return ROWS / seconds;
}

async function count(client: ClickHouseClient): Promise<number> {
  const answer = await client.query({
    query: 'select toFloat64(count()) as n from clicks',
    format: 'JSONEachRow',
  });
  return (await answer.json<{ n: number }>())[0]?.n ?? 0;
}

async function inserted(client: ClickHouseClient): Promise<number> {
  const started = performance.now();
  await insertRows(client, 0, 1_000_000);
  return 1_000_000 / ((performance.now() - started) / 1000);
}

async function recorded(options: ClicksBenchOptions, script: string): Promise<number> {
  const server = await startRecording(options);
  try {
    await closedLoop(server.url + options.path, 2, script);
    return (await closedLoop(server.url + options.path, 3, script)).perSecond;
  } finally {
    await server.end();
  }
}

type Round = { readonly drained: number; readonly recorded: number; readonly inserted: number };

function loadRow(
  rounds: readonly Round[],
  than: 'recorded' | 'inserted',
  baseline: string,
  goal: number | undefined,
): BenchRow {
  const ratios = rounds.map((round) => round.drained / round[than]);
  const ratio = median(ratios);
  return {
    path: 'drain: click log into ClickHouse, with its rollup',
    unit: 'rows/s',
    baseline,
    rounds: rounds.length,
    value: median(rounds.map((round) => round.drained)),
    baselineValue: median(rounds.map((round) => round[than])),
    ratio,
    ratioMin: Math.min(...ratios),
    ratioMax: Math.max(...ratios),
    goal: goal === undefined ? '' : `ratio ≥ ${goal}`,
    met: goal === undefined || ratio >= goal,
  };
}

/** Loading and reports. What redirect records, what drain ships and the engine's own limit take turns in each round. */
export async function benchClicks(options: ClicksBenchOptions): Promise<BenchRow[]> {
  const url = databaseAt(options.clickhouseUrl, 'bench_clicks_load');
  await migrateClickhouse(url);
  const client = createClickhouse({ url, applicationName: 'bench', requestTimeoutMs: 120_000 });
  const script = join(options.dir, 'clicks.lua');
  writeFileSync(script, closedLoopScript);
  const rounds: Round[] = [];
  try {
    await drained(options, client, url);
    for (let n = 0; n < options.rounds; n += 1) {
      const round = {
        recorded: await recorded(options, script),
        drained: await drained(options, client, url),
        inserted: await inserted(client),
      };
      rounds.push(round);
      const text = Object.entries(round).map(
        ([what, perSecond]) => `${what} ${Math.round(perSecond)}/s`,
      );
      options.progress(`round ${n + 1}/${options.rounds}: ${text.join(', ')}`);
    }
    await client.command({ query: `drop database bench_clicks_load` });
  } finally {
    await client.close();
  }
  return [
    loadRow(rounds, 'recorded', 'what redirect records', GOAL_RECORDED),
    loadRow(rounds, 'inserted', 'INSERT SELECT, nothing to parse', undefined),
    ...(await benchReports(options)),
  ];
}
