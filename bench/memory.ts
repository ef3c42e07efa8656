import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { run as runSql } from './databases';
import { startRecording } from './redirectServers';

const run = promisify(execFile);

/** Memory of one redirect process over many clicks by many people, and over more links than it keeps. */
export type MemoryBenchOptions = {
  readonly databaseUrl: string;
  /** May insert links. */
  readonly ownerUrl: string;
  readonly redisUrl: string;
  /** A short code that exists: programme, influencer and shop of the many codes are taken from it. */
  readonly code: string;
  readonly clicks?: number;
  readonly codes?: number;
  readonly progress?: (line: string) => void;
};

export type MemoryBenchRow = {
  readonly name: string;
  /** Most resident MB within each tenth: garbage makes a saw of it, and peaks compare with peaks. */
  readonly steps: readonly number[];
  readonly perSecond: number;
  readonly errors: number;
  readonly goal: string;
  readonly met: boolean;
};

/** The second half may be this much above the first fifth: caches are full by then. */
const GROWTH = 1.2;
const STEPS = 10;

/**
 * wrk script: people with addresses and user agents of their own, on one link or on one code after another. `after`
 * requests were made before it: wrk starts several times in one measurement.
 */
const script = (codes: number, after: number): string => `
local n = ${after}
request = function()
  n = n + 1
  local headers = {
    ["User-Agent"] = "Mozilla/5.0 (Linux; Android " .. (n % 5 + 10) .. "; SM-" .. (n % 4000) .. ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1" .. (n % 30) .. ".0.0.0 Mobile Safari/537.36",
    ["X-Forwarded-For"] = (n % 223 + 1) .. "." .. (n % 251) .. "." .. (n % 241) .. "." .. (n % 239),
    ["Accept-Language"] = "ru-KZ,ru;q=0.9,kk;q=0.8",
  }
  local path = ${codes > 0 ? `"/many" .. ((n * 7919) % ${codes})` : 'nil'}
  return wrk.format("GET", path, headers)
end
done = function(summary) io.write(string.format("RESULT %d %d\\n", summary.requests, summary.errors.status + summary.errors.timeout + summary.errors.connect + summary.errors.read + summary.errors.write)) end
`;

const SAMPLED_EVERY_MS = 50;

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

/** What drain would remove; ten million lines are five gigabytes. */
function removeFinished(dir: string): void {
  for (const file of readdirSync(dir)) if (file.endsWith('.log')) rmSync(join(dir, file));
}

async function steps(
  name: string,
  total: number,
  codes: number,
  options: MemoryBenchOptions,
): Promise<MemoryBenchRow> {
  const dir = mkdtempSync(join(tmpdir(), 'gamma-bench-memory-'));
  const path = join(dir, 'people.lua');
  const server = await startRecording({ ...options, env: { TRUSTED_PROXY_HOPS: '1' } });
  const sweeper = setInterval(() => removeFinished(server.logDir), 500);
  const seen: number[] = [];
  let [done, errors, seconds, peakMb] = [0, 0, 0, 0];
  const sampler = setInterval(() => {
    peakMb = Math.max(peakMb, residentMb(server.pid));
  }, SAMPLED_EVERY_MS);
  try {
    while (seen.length < STEPS) {
      writeFileSync(path, script(codes, done));
      const from = performance.now();
      const { stdout } = await run('wrk', [
        '-t1',
        '-c64',
        '-d2s',
        '-s',
        path,
        `${server.url}/${options.code}`,
      ]);
      seconds += (performance.now() - from) / 1000;
      const [requests = 0, failed = 0] =
        /^RESULT (.*)$/m.exec(stdout)?.[1]?.split(' ').map(Number) ?? [];
      done += requests;
      errors += failed;
      while (seen.length < STEPS && done >= (total / STEPS) * (seen.length + 1)) {
        seen.push(Math.round(peakMb));
        peakMb = residentMb(server.pid);
        options.progress?.(`${name}: ${done} of ${total}, ${seen.at(-1)} MB`);
      }
    }
  } finally {
    clearInterval(sweeper);
    clearInterval(sampler);
    await server.end();
    rmSync(dir, { recursive: true, force: true });
  }
  const early = Math.max(...seen.slice(0, STEPS / 5));
  return {
    name,
    steps: seen,
    perSecond: done / seconds,
    errors,
    goal: `second half ≤ ${GROWTH} × the first fifth`,
    met: errors === 0 && Math.max(...seen.slice(STEPS / 2)) <= early * GROWTH,
  };
}

/** Throws when wrk is missing or /proc is not there. About five minutes with ten million clicks. */
export async function benchMemory(options: MemoryBenchOptions): Promise<MemoryBenchRow[]> {
  const { clicks = 10_000_000, codes = 1_000_000, ownerUrl, code } = options;
  options.progress?.(`${codes} links are made`);
  await runSql(
    ownerUrl,
    `insert into links (id, kind, code, programme_id, influencer_id, target_url)
     select 'lnk_many' || n, 'short', 'many' || n, programme_id, influencer_id, target_url
     from links, generate_series(0, $2::int - 1) n where code = $1`,
    [code, codes],
  );
  const rows = [await steps(`redirect, ${clicks} clicks on one link`, clicks, 0, options)];
  rows.push(await steps(`redirect, ${codes} distinct codes, twice`, 2 * codes, codes, options));
  return rows;
}
