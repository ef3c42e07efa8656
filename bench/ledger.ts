import { createPool } from '../store/postgres/pool';
import { cloneOf, createMigrated, dropDatabase, run, type Database } from './databases';
import {
  checkBooks,
  openAccounts,
  postNaively,
  postServerSide,
  postThroughQueue,
  type Duration,
  type Posted,
} from './ledgerPostings';
import { median } from './median';
import { summary, type BenchRow } from './report';

/**
 * Ledger postings a second through LedgerQueue, one hot platform account in each, against the most one
 * Postgres backend can post in a single statement and against the obvious transaction a posting. Every
 * measurement has a database of its own with the accounts open already; the ways take turns within a round
 * and are compared within it (research/performance-limits.md §3 and §6).
 */
export type LedgerBenchOptions = {
  /** Any database of the server to use; the bench makes its own ones beside it. */
  readonly server: Database;
  readonly rounds?: number;
  readonly seconds?: number;
  readonly warmupSeconds?: number;
  readonly progress?: (line: string) => void;
};

const SERVER_SIDE_POSTINGS = 100_000;
const NAIVE_CONNECTIONS = 8;
const GOAL_RATIO = 0.55;
const GOAL_NAIVE_RATIO = 15;
const GOAL_P99_MS = 25;

const WAYS = ['serverSide', 'queue256', 'queue64', 'naive'] as const;
type Way = (typeof WAYS)[number];
type Round = Record<Way, Posted>;

async function measure(way: Way, appUrl: string, duration: Duration): Promise<Posted> {
  if (way === 'serverSide') return postServerSide(appUrl, SERVER_SIDE_POSTINGS);
  const pool = createPool({ url: appUrl, applicationName: 'bench', max: NAIVE_CONNECTIONS });
  try {
    if (way === 'naive') return await postNaively(pool, NAIVE_CONNECTIONS, duration);
    return await postThroughQueue(pool, way === 'queue256' ? 256 : 64, duration);
  } finally {
    await pool.end();
  }
}

async function prepareTemplate(server: Database): Promise<Database> {
  const template = await createMigrated(server);
  const pool = createPool({ url: template.appUrl, applicationName: 'bench', max: 2 });
  await openAccounts(pool).finally(() => pool.end());
  await run(template.ownerUrl, 'vacuum analyze');
  return template;
}

async function measureRound(
  options: LedgerBenchOptions,
  template: Database,
  order: readonly Way[],
): Promise<Round> {
  const duration = {
    warmupMs: (options.warmupSeconds ?? 1) * 1000,
    measureMs: (options.seconds ?? 3) * 1000,
  };
  const round: Partial<Round> = {};
  for (const way of order) {
    const database = await cloneOf(template, options.server);
    try {
      const posted = await measure(way, database.appUrl, duration);
      await checkBooks(database.ownerUrl, posted.postings);
      round[way] = posted;
    } finally {
      await dropDatabase(database, options.server);
    }
  }
  return round as Round;
}

function toRows(rounds: readonly Round[]): BenchRow[] {
  const against = (ours: Way, base: Way): Parameters<typeof summary>[0] =>
    rounds.map((round) => ({ ours: round[ours], base: round[base] }));
  const limit = 'one server-side statement of 100,000';
  const full = summary(against('queue256', 'serverSide'));
  const few = summary(against('queue64', 'serverSide'));
  const naive = summary(against('queue256', 'naive'));
  return [
    {
      ...full,
      path: 'ledger posting through the queue, 256 callers, hot account',
      unit: 'postings/s',
      baseline: limit,
      goal: `ratio ≥ ${GOAL_RATIO}, p99 ≤ ${GOAL_P99_MS} ms`,
      met: full.ratio >= GOAL_RATIO && full.p99Ms <= GOAL_P99_MS,
    },
    {
      ...few,
      path: 'the same, 64 callers',
      unit: 'postings/s',
      baseline: limit,
      goal: `p99 ≤ ${GOAL_P99_MS} ms`,
      met: few.p99Ms <= GOAL_P99_MS,
    },
    {
      ...naive,
      path: 'ledger posting through the queue, 256 callers, hot account',
      unit: 'postings/s',
      baseline: `a transaction a posting, ${NAIVE_CONNECTIONS} connections`,
      goal: `ratio ≥ ${GOAL_NAIVE_RATIO}`,
      met: naive.ratio >= GOAL_NAIVE_RATIO,
    },
  ];
}

/** Throws when the books do not add up after any measurement. Some 90 s with five rounds. */
export async function benchLedger(options: LedgerBenchOptions): Promise<BenchRow[]> {
  const count = Math.max(1, options.rounds ?? 5);
  const template = await prepareTemplate(options.server);
  try {
    const rounds: Round[] = [];
    for (let n = 0; n < count; n += 1) {
      const order = WAYS.map((_, at) => WAYS[(at + n) % WAYS.length]!);
      const round = await measureRound(options, template, order);
      rounds.push(round);
      const { serverSide, queue256, queue64, naive } = round;
      options.progress?.(
        `ledger round ${n + 1}/${count}: statement ${Math.round(serverSide.perSecond)}/s, ` +
          `256 callers ${Math.round(queue256.perSecond)}/s = ${(queue256.perSecond / serverSide.perSecond).toFixed(2)} ×, ` +
          `p99 ${queue256.p99Ms.toFixed(1)} ms, 64 callers ${Math.round(queue64.perSecond)}/s, ` +
          `p99 ${queue64.p99Ms.toFixed(1)} ms, naive ${Math.round(naive.perSecond)}/s`,
      );
    }
    options.progress?.(
      `ledger: median ${median(rounds.map((r) => r.queue256.perSecond)).toFixed(0)}/s, books checked after every measurement`,
    );
    return toRows(rounds);
  } finally {
    await dropDatabase(template, options.server);
  }
}
