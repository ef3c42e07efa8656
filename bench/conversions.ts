import type { EmbeddedStack } from '../stack/embedded';
import { startBare } from './conversionsBare';
import {
  countHistory,
  heldBurst,
  workedMs,
  type Burst,
  type BurstRunner,
  type HistoryCounts,
} from './conversionsBurst';
import { startOurs } from './conversionsOurs';
import { createMigrated, dropDatabase, type Database } from './databases';
import { median } from './median';
import type { BenchRow } from './report';

/**
 * Conversions a second from the outbox to PAYABLE: the API's relay, the worker process with its encrypting
 * codec, activities on real Postgres. Against a bare workflow with as many activities, timers, signals and
 * search attributes, on the same Temporal server, its activities empty and its payloads in clear.
 *
 * A burst is started at once and held until one moment; the idle time between the last accrual and that
 * moment is not counted. Workers live for the whole run, bursts take turns.
 */
export type ConversionBenchOptions = {
  readonly server: Database;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly stack: Pick<EmbeddedStack, 'startChild'>;
  /** Takes the bare workflow's bundle. */
  readonly dir: string;
  readonly rounds?: number;
  /** Conversions in a burst. */
  readonly count?: number;
  readonly progress?: (line: string) => void;
};

const GOAL_RATIO = 0.7;
const GOAL_EVENTS = 40;
const GOAL_ACTIVITIES = 4;
/** Longer than a burst takes to be accrued on two cores. */
const HOLD_SECONDS = 7;
const PAID_WAIT_MS = 7 * 86_400_000;
const WARMUP: Burst = { count: 60, holdSeconds: 4, paidWaitMs: PAID_WAIT_MS };
/** Histories read in each round, and workflows followed to their end after the last. */
const SAMPLE = 10;

type Round = { readonly ours: number; readonly bare: number };
type Kind = keyof Round;

async function perSecond(runner: BurstRunner, plan: Burst) {
  const times = await heldBurst(runner, plan);
  return { perSecond: plan.count / (workedMs(times) / 1000), workflowIds: times.workflowIds };
}

type Counted = { readonly toPayable: HistoryCounts; readonly inAll: HistoryCounts };

const most = (all: readonly HistoryCounts[]): HistoryCounts => ({
  events: Math.max(...all.map((one) => one.events)),
  activities: Math.max(...all.map((one) => one.activities)),
  timers: Math.max(...all.map((one) => one.timers)),
});

/** Histories once the last workflow task to PAYABLE is written, then again when the payment has ended the workflow. */
async function countSample(runner: BurstRunner, ids: readonly string[]): Promise<Counted> {
  const each = (use: (id: string) => Promise<HistoryCounts>) => Promise.all(ids.map(use));
  const settled = async (id: string): Promise<HistoryCounts> => {
    for (;;) {
      const counts = await countHistory(runner.client, id);
      // The timer of the wait for the payout: the second and last one.
      if (counts.timers >= 2) return counts;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const toPayable = await each(settled);
  const inAll = await each(async (id) => {
    await runner.pay(id);
    await runner.client.workflow.getHandle(id).result();
    return countHistory(runner.client, id);
  });
  return { toPayable: most(toPayable), inAll: most(inAll) };
}

function checkSameShape(ours: Counted, bare: Counted): void {
  const shape = ({ toPayable: { activities, timers } }: Counted): string =>
    `${activities} activities, ${timers} timers`;
  if (shape(ours) !== shape(bare))
    throw new Error(`not the same shape: ours ${shape(ours)}, bare ${shape(bare)}`);
}

function toRows(rounds: readonly Round[], ours: Counted, bare: Counted): BenchRow[] {
  const ratios = rounds.map((round) => round.ours / round.bare);
  const ratio = median(ratios);
  const { toPayable, inAll } = ours;
  return [
    {
      path: 'conversion workflow, outbox to payable',
      unit: 'conversions/s',
      baseline: 'bare workflow of the same shape',
      rounds: rounds.length,
      value: median(rounds.map((round) => round.ours)),
      baselineValue: median(rounds.map((round) => round.bare)),
      ratio,
      ratioMin: Math.min(...ratios),
      ratioMax: Math.max(...ratios),
      goal: `ratio ≥ ${GOAL_RATIO}`,
      met: ratio >= GOAL_RATIO,
    },
    {
      path: 'history of a conversion, to payable',
      unit: 'events',
      baseline: 'bare workflow of the same shape',
      rounds: rounds.length,
      value: toPayable.events,
      baselineValue: bare.toPayable.events,
      notes: `${toPayable.activities} activities; ${inAll.events} events in all, once paid`,
      goal: `≤ ${GOAL_EVENTS} events, ≤ ${GOAL_ACTIVITIES} activities`,
      met: toPayable.events <= GOAL_EVENTS && toPayable.activities <= GOAL_ACTIVITIES,
    },
  ];
}

async function measure(
  options: ConversionBenchOptions,
  runners: Record<Kind, BurstRunner>,
): Promise<BenchRow[]> {
  const count = Math.max(1, options.rounds ?? 5);
  const plan = { count: options.count ?? 150, holdSeconds: HOLD_SECONDS, paidWaitMs: PAID_WAIT_MS };
  for (const kind of ['bare', 'ours'] as const) await runners[kind].burst(WARMUP);
  const rounds: Round[] = [];
  const counted = { ours: [] as Counted[], bare: [] as Counted[] };
  for (let n = 0; n < count; n += 1) {
    const round: Partial<Record<Kind, number>> = {};
    for (const kind of n % 2 === 0 ? (['bare', 'ours'] as const) : (['ours', 'bare'] as const)) {
      const burst = await perSecond(runners[kind], plan);
      round[kind] = burst.perSecond;
      counted[kind].push(await countSample(runners[kind], burst.workflowIds.slice(0, SAMPLE)));
    }
    const done = round as Round;
    rounds.push(done);
    options.progress?.(
      `conversions round ${n + 1}/${count}: bare ${done.bare.toFixed(1)}/s, ours ${done.ours.toFixed(1)}/s = ` +
        `${(done.ours / done.bare).toFixed(2)} ×`,
    );
  }
  const all = (kind: Kind): Counted => ({
    toPayable: most(counted[kind].map((one) => one.toPayable)),
    inAll: most(counted[kind].map((one) => one.inAll)),
  });
  checkSameShape(all('ours'), all('bare'));
  return toRows(rounds, all('ours'), all('bare'));
}

/** Some two minutes with five rounds. */
export async function benchConversions(options: ConversionBenchOptions): Promise<BenchRow[]> {
  const database = await createMigrated(options.server);
  const started: BurstRunner[] = [];
  try {
    const ours = await startOurs(options.stack, options.temporal, database);
    started.push(ours);
    const bare = await startBare(options.temporal, options.dir);
    started.push(bare);
    return await measure(options, { ours, bare });
  } finally {
    for (const runner of started) await runner.stop();
    await dropDatabase(database, options.server);
  }
}
