import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Headers of a phone that comes from a social network: as long as the real ones. */
const HEADERS = [
  'User-Agent: Mozilla/5.0 (Linux; Android 14; SM-A546E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Mobile Safari/537.36',
  'Referer: https://l.instagram.com/',
  'Accept-Language: ru-KZ,ru;q=0.9,kk;q=0.8,en;q=0.7',
];

export type ClosedLoop = {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly errors: number;
};

export type FixedRate = {
  readonly requests: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
  readonly over50Ms: number;
};

/** Says which load generator is missing and how to get it, instead of measuring with something else. */
export async function requireGenerators(): Promise<void> {
  for (const [tool, hint] of [
    ['wrk', 'apt-get install wrk'],
    ['h2load', 'apt-get install nghttp2-client'],
  ] as const) {
    try {
      await run('which', [tool]);
    } catch {
      throw new Error(`The redirect bench needs ${tool} on PATH (${hint}).`);
    }
  }
}

const PERCENTILES =
  'done = function(summary, latency, requests) ' +
  'io.write(string.format("RESULT %d %d %d %d %d %d %d\\n", summary.requests, summary.duration, ' +
  'latency:percentile(50), latency:percentile(99), latency:percentile(99.9), ' +
  'summary.errors.status + summary.errors.timeout, summary.errors.connect + summary.errors.read + summary.errors.write)) end';

/** wrk: 64 connections, each sending its next request when the last is answered. */
export async function closedLoop(
  url: string,
  seconds: number,
  scriptPath: string,
): Promise<ClosedLoop> {
  const headers = HEADERS.flatMap((header) => ['-H', header]);
  const args = ['-t1', '-c64', `-d${seconds}s`, '-s', scriptPath, ...headers, url];
  const { stdout } = await run('wrk', args);
  const fields = /^RESULT (.*)$/m.exec(stdout)?.[1]?.split(' ').map(Number) ?? [];
  const [requests = 0, duration = 1, p50 = 0, p99 = 0, p999 = 0, bad = 0, broken = 0] = fields;
  return {
    perSecond: requests / (duration / 1e6),
    p50Ms: p50 / 1000,
    p99Ms: p99 / 1000,
    p999Ms: p999 / 1000,
    errors: bad + broken,
  };
}

export const closedLoopScript = `${PERCENTILES}\n`;

/**
 * h2load: a fixed number of requests a second over 50 HTTP/1.1 connections, each request's time read
 * from h2load's log file (µs), warm-up left out by count.
 */
export async function fixedRate(
  url: string,
  perSecond: number,
  seconds: number,
  logPath: string,
  readLog: (path: string) => string,
): Promise<FixedRate> {
  const clients = 50;
  const headers = HEADERS.flatMap((header) => ['-H', header]);
  const args = ['--h1', '-t1', `-c${clients}`, `--rps=${perSecond / clients}`, `-D${seconds}`];
  await run('h2load', [...args, `--log-file=${logPath}`, ...headers, url]);
  const times: number[] = [];
  let failed = 0;
  for (const line of readLog(logPath).split('\n')) {
    if (line === '') continue;
    const [, status, micros] = line.split('\t');
    if (status === '302') times.push(Number(micros) / 1000);
    else failed += 1;
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return {
    requests: times.length,
    failed,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    p999Ms: at(0.999),
    maxMs: at(1),
    over50Ms: times.filter((ms) => ms > 50).length,
  };
}
