import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { median } from './median';
import { closedLoop, closedLoopScript, fixedRate, requireGenerators } from './redirectLoad';
import type { ClosedLoop, FixedRate } from './redirectLoad';
import { startBare, startKoa, startRecording, type RunningServer } from './redirectServers';

/**
 * The recording redirect against a bare node:http 302 server: both fresh in each round and in changing
 * order (one V8 process keeps its luck), compared within the round. performance-limits.md §1 says why.
 */
export type RedirectBenchOptions = {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Path of a link that exists, with a query like real ones: /CODE?sub2=… */
  readonly path: string;
  readonly rounds?: number;
  readonly seconds?: number;
  readonly warmupSeconds?: number;
  /** Stops and starts Redis for the last latency row; without them that row is left out. */
  readonly redis?: { stop(): Promise<void>; start(): Promise<void> };
  readonly progress?: (line: string) => void;
};

export type RedirectBenchRow = {
  readonly name: string;
  readonly rounds: number;
  /** Medians. */
  readonly perSecond?: number;
  readonly barePerSecond?: number;
  readonly ratio?: number;
  readonly ratioMin?: number;
  readonly ratioMax?: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly requests?: number;
  readonly over50Ms?: number;
  readonly maxMs?: number;
  readonly errors: number;
  readonly goal: string;
  readonly met: boolean;
};

const GOAL_RATIO = 0.9;
const GOAL_P999_MS = 10;
const LATENCY_ROUNDS = 3;
const RATES_PER_SECOND = [2_000, 10_000];

type Bench = RedirectBenchOptions & {
  readonly dir: string;
  readonly script: string;
  readonly say: (line: string) => void;
};

async function measure(bench: Bench, start: () => Promise<RunningServer>): Promise<ClosedLoop> {
  const server = await start();
  try {
    const url = server.url + bench.path;
    await closedLoop(url, bench.warmupSeconds ?? 2, bench.script);
    return await closedLoop(url, bench.seconds ?? 3, bench.script);
  } finally {
    await server.end();
  }
}

function throughputRow(
  name: string,
  pairs: readonly { ours: ClosedLoop; bare: ClosedLoop }[],
  goal: number | undefined,
): RedirectBenchRow {
  const ratios = pairs.map(({ ours, bare }) => ours.perSecond / bare.perSecond);
  const of = (pick: (one: ClosedLoop) => number): number =>
    median(pairs.map(({ ours }) => pick(ours)));
  const ratio = median(ratios);
  const errors = pairs.reduce((sum, { ours }) => sum + ours.errors, 0);
  return {
    name,
    rounds: pairs.length,
    perSecond: of((one) => one.perSecond),
    barePerSecond: median(pairs.map(({ bare }) => bare.perSecond)),
    ratio,
    ratioMin: Math.min(...ratios),
    ratioMax: Math.max(...ratios),
    p50Ms: of((one) => one.p50Ms),
    p99Ms: of((one) => one.p99Ms),
    p999Ms: of((one) => one.p999Ms),
    errors,
    goal: goal === undefined ? '' : `ratio ≥ ${goal}`,
    met: errors === 0 && (goal === undefined || ratio >= goal),
  };
}

async function throughput(bench: Bench): Promise<RedirectBenchRow[]> {
  const rounds = Math.max(5, bench.rounds ?? 5);
  const behind: { ours: ClosedLoop; bare: ClosedLoop }[] = [];
  const before: { ours: ClosedLoop; bare: ClosedLoop }[] = [];
  const inKoa: { ours: ClosedLoop; bare: ClosedLoop }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const results: Partial<Record<'bare' | 'koa' | 'behind' | 'before', ClosedLoop>> = {};
    const order = (['bare', 'behind', 'koa', 'before'] as const).map(
      (_, at, all) => all[(at + round) % all.length]!,
    );
    for (const kind of order) {
      const start = {
        bare: startBare,
        koa: () => startKoa(bench),
        behind: () => startRecording({ ...bench, sync: 'behind' }),
        before: () => startRecording({ ...bench, sync: 'before' }),
      }[kind];
      results[kind] = await measure(bench, start);
    }
    const bare = results.bare!;
    behind.push({ ours: results.behind!, bare });
    before.push({ ours: results.before!, bare });
    inKoa.push({ ours: results.koa!, bare });
    const share = (results.behind!.perSecond / bare.perSecond).toFixed(2);
    bench.say(
      `redirect round ${round + 1}/${rounds}: bare ${Math.round(bare.perSecond)}/s, recording ${share} ×`,
    );
  }
  return [
    throughputRow('recording redirect, write() before the 302', behind, GOAL_RATIO),
    throughputRow('the same handler inside Koa', inKoa, undefined),
    throughputRow('recording redirect, fdatasync before the 302', before, undefined),
  ];
}

function rateRow(name: string, rates: readonly FixedRate[]): RedirectBenchRow {
  const of = (pick: (one: FixedRate) => number): number => median(rates.map(pick));
  const total = (pick: (one: FixedRate) => number): number =>
    rates.reduce((sum, one) => sum + pick(one), 0);
  const [p999Ms, over50Ms, errors] = [
    of((one) => one.p999Ms),
    total((one) => one.over50Ms),
    total((one) => one.failed),
  ];
  return {
    name,
    rounds: rates.length,
    p50Ms: of((one) => one.p50Ms),
    p99Ms: of((one) => one.p99Ms),
    p999Ms,
    maxMs: Math.max(...rates.map((one) => one.maxMs)),
    requests: total((one) => one.requests),
    over50Ms,
    errors,
    goal: `p99.9 ≤ ${GOAL_P999_MS} ms, none over 50 ms`,
    met: p999Ms <= GOAL_P999_MS && over50Ms === 0 && errors === 0,
  };
}

async function latency(
  bench: Bench,
  name: string,
  perSecond: number,
  start: () => Promise<RunningServer>,
  disturb?: () => Promise<void>,
): Promise<RedirectBenchRow> {
  const rates: FixedRate[] = [];
  for (let round = 0; round < LATENCY_ROUNDS; round += 1) {
    const server = await start();
    try {
      const url = server.url + bench.path;
      await closedLoop(url, bench.warmupSeconds ?? 2, bench.script);
      await disturb?.();
      const log = join(bench.dir, 'h2load.log');
      rates.push(
        await fixedRate(url, perSecond, 4, log, (path) => {
          const text = readFileSync(path, 'utf8');
          rmSync(path);
          return text;
        }),
      );
    } finally {
      await server.end();
    }
  }
  const row = rateRow(name, rates);
  bench.say(`${name}: p99.9 ${row.p999Ms.toFixed(1)} ms, over 50 ms: ${row.over50Ms}`);
  return row;
}

/** Throws when wrk or h2load is missing. Takes about four minutes with five rounds. */
export async function benchRedirect(options: RedirectBenchOptions): Promise<RedirectBenchRow[]> {
  await requireGenerators();
  const dir = mkdtempSync(join(tmpdir(), 'gamma-bench-'));
  const script = join(dir, 'latency.lua');
  writeFileSync(script, closedLoopScript);
  const bench: Bench = { ...options, dir, script, say: options.progress ?? (() => undefined) };
  try {
    const rows = await throughput(bench);
    const recording = (): Promise<RunningServer> => startRecording(options);
    const { redis } = options;
    for (const rate of RATES_PER_SECOND) {
      rows.push(await latency(bench, `bare node:http at ${rate}/s`, rate, startBare));
      rows.push(await latency(bench, `recording redirect at ${rate}/s`, rate, recording));
      if (!redis) continue;
      const name = `recording redirect at ${rate}/s, Redis stopped`;
      const stopped = await latency(bench, name, rate, recording, () => redis.stop()).finally(() =>
        redis.start(),
      );
      rows.push(stopped);
    }
    return rows;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
