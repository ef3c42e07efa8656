import { createClickhouse, type ClickHouseClient } from '../store/clickhouse/client';
import {
  busyLinks,
  busyNetworks,
  clicksByHour,
  commonAgents,
  orderDevices,
  type FraudScope,
  type OrderClick,
} from '../store/clickhouse/fraudSignals';
import { migrateClickhouse } from '../store/clickhouse/migrate';
import { rowsOf } from '../store/clickhouse/rows';
import { countBy, type StatisticsCut, type StatisticsScope } from '../store/clickhouse/statistics';
import { BRAND, BUSIEST, DAYS, seedClicks, seedFraud } from './clicksSeed';
import { median } from './median';
import type { BenchRow } from './report';

export type ClicksBenchOptions = {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly clickhouseUrl: string;
  /** Path of a link that exists, with a query like real ones. */
  readonly path: string;
  readonly dir: string;
  readonly rounds: number;
  /** Rows the reports are asked over. */
  readonly clicks: number;
  readonly progress: (line: string) => void;
};

const GOAL_RATIO = 10;
const GOAL_ONE_MS = 10;
const WARM_UP = 3;
const ASKED = 15;

/** The report as the API asks it, and the same figures from the clicks themselves. */
const RAW_KEYS: Partial<Record<StatisticsCut, string>> = {
  day: `toString(toDate(ts, 'Asia/Almaty'))`,
  influencer: 'influencer_id',
  programme: 'programme_id',
  link: 'toString(link_number)',
};
const RAW = (cut: StatisticsCut): string => `
  select ${RAW_KEYS[cut] ?? cut} as key, count() as total, sum(billable) as counted, sum(\`unique\`) as once
    from clicks
   where ({influencer:String} = '' or influencer_id = {influencer:String})
     and (empty({programmes:Array(String)}) or programme_id in {programmes:Array(String)})
     and toDate(ts, 'Asia/Almaty') between {from:Date} and {to:Date}
   group by key order by total desc limit 10000`;

async function timed(ask: () => Promise<unknown>): Promise<{ p50: number; p99: number }> {
  for (let n = 0; n < WARM_UP; n += 1) await ask();
  const taken: number[] = [];
  for (let n = 0; n < ASKED; n += 1) {
    const started = performance.now();
    await ask();
    taken.push(performance.now() - started);
  }
  taken.sort((a, b) => a - b);
  return { p50: median(taken), p99: taken[ASKED - 1]! };
}

type Asked = {
  readonly name: string;
  readonly cut: StatisticsCut;
  readonly influencerId?: string;
  readonly programmeIds?: readonly string[];
  readonly goal: 'ratio' | 'ms' | 'none';
};
const REPORTS: readonly Asked[] = [
  { name: 'all clicks by day, 90 days', cut: 'day', goal: 'ratio' },
  { name: 'all clicks by influencer, 90 days', cut: 'influencer', goal: 'ratio' },
  { name: 'all clicks by programme, 90 days', cut: 'programme', goal: 'ratio' },
  { name: `a brand's clicks by day, 90 days`, cut: 'day', programmeIds: BRAND, goal: 'ratio' },
  {
    name: `a brand's clicks by influencer, 90 days`,
    cut: 'influencer',
    programmeIds: BRAND,
    goal: 'none',
  },
  { name: `a brand's clicks by link, 90 days`, cut: 'link', programmeIds: BRAND, goal: 'none' },
  { name: `the busiest influencer's 90 days`, cut: 'day', influencerId: BUSIEST, goal: 'ms' },
  {
    name: `a middle influencer's 90 days`,
    cut: 'day',
    influencerId: 'inf_bench002000',
    goal: 'ms',
  },
];

type Compared = Pick<
  BenchRow,
  | 'unit'
  | 'rounds'
  | 'value'
  | 'baselineValue'
  | 'ratio'
  | 'ratioMin'
  | 'ratioMax'
  | 'p50Ms'
  | 'p99Ms'
>;

/** Times of both, in turns; the ratio says how many times as fast ours is. */
async function compare(
  rounds: number,
  ours: () => Promise<unknown>,
  theirs: () => Promise<unknown>,
): Promise<Compared & { readonly ratio: number; readonly p50Ms: number }> {
  const pairs: { ours: { p50: number; p99: number }; theirs: { p50: number } }[] = [];
  for (let n = 0; n < rounds; n += 1)
    pairs.push({ ours: await timed(ours), theirs: await timed(theirs) });
  const ratios = pairs.map((pair) => pair.theirs.p50 / pair.ours.p50);
  const p50Ms = median(pairs.map((pair) => pair.ours.p50));
  return {
    unit: 'ms',
    rounds: pairs.length,
    value: p50Ms,
    baselineValue: median(pairs.map((pair) => pair.theirs.p50)),
    ratio: median(ratios),
    ratioMin: Math.min(...ratios),
    ratioMax: Math.max(...ratios),
    p50Ms,
    p99Ms: median(pairs.map((pair) => pair.ours.p99)),
  };
}

async function measure(
  client: ClickHouseClient,
  { rounds, progress }: ClicksBenchOptions,
  report: Asked,
  size: string,
): Promise<BenchRow> {
  const [to, from] = [0, DAYS - 1].map((ago) =>
    new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10),
  ) as [string, string];
  const { cut, influencerId, programmeIds } = report;
  const scope: StatisticsScope = { from, to, influencerId, programmeIds };
  const raw = { influencer: influencerId ?? '', programmes: programmeIds ?? [], from, to };
  const compared = await compare(
    rounds,
    () => countBy(client, scope, cut, 10_000),
    () => rowsOf(client, RAW(cut), raw),
  );
  const { p50Ms, ratio } = compared;
  progress(`${report.name}: ${p50Ms.toFixed(1)} ms, ${ratio.toFixed(1)} times as fast as raw`);
  const goals = { ratio: `ratio ≥ ${GOAL_RATIO}`, ms: `p50 ≤ ${GOAL_ONE_MS} ms`, none: '' };
  return {
    ...compared,
    path: `${report.name}, of ${size}`,
    baseline: 'the same from raw clicks',
    goal: goals[report.goal],
    met:
      report.goal === 'ratio'
        ? ratio >= GOAL_RATIO
        : report.goal === 'none' || p50Ms <= GOAL_ONE_MS,
  };
}

const SIGNAL_DAYS = 7;
const ORDERS = 2_000;

/** Every column that signals count by, read once and no more than hashed: what a signal costs at the very least without sums. */
const SCAN = `
  select sum(cityHash64(influencer_id, programme_id, link_number, ip_prefix, ip_hash, user_agent, ts)) as hash
    from clicks
   where billable = 1 and ts >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
     and toDate(ts) >= toDate(fromUnixTimestamp64Milli({since:Int64}, 'UTC'))`;

/** Orders of some of the clicks, the planted ones among them. */
async function ordersSince(client: ClickHouseClient, since: Date): Promise<OrderClick[]> {
  const rows = await rowsOf<Omit<OrderClick, 'clickedAt'> & { at: number }>(
    client,
    `select toString(click_id) as "clickId", influencer_id as "influencerId", programme_id as "programmeId",
            toFloat64(toUnixTimestamp64Milli(ts)) as at
       from clicks where billable = 1 and ts >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
      order by startsWith(influencer_id, 'inf_fraud') and cityHash64(click_id) % 50 = 0 desc, cityHash64(click_id)
      limit {orders:UInt32}`,
    { since: since.getTime(), orders: ORDERS },
  );
  return rows.map(({ at, ...order }) => ({ ...order, clickedAt: new Date(at) }));
}

/** What operators ask of all programmes; every signal has a case that fires, so that no step is left out. */
async function measureSignals(
  client: ClickHouseClient,
  { rounds, progress }: ClicksBenchOptions,
  size: string,
): Promise<BenchRow[]> {
  const since = new Date(Date.now() - SIGNAL_DAYS * 86_400_000);
  const scope: FraudScope = { programmeIds: undefined, since };
  const orders = await ordersSince(client, since);
  const signals: readonly [string, () => Promise<readonly unknown[]>][] = [
    ['busy networks', () => busyNetworks(client, scope)],
    ['busy links', () => busyLinks(client, scope)],
    ['one user agent', () => commonAgents(client, scope)],
    ['hours of the day', () => clicksByHour(client, scope)],
    [`devices of ${orders.length} orders`, () => orderDevices(client, scope, orders)],
  ];
  const rows: BenchRow[] = [];
  for (const [name, ask] of signals) {
    const found = (await ask()).length;
    if (found === 0) throw new Error(`the planted case of "${name}" was not found`);
    const compared = await compare(rounds, ask, () =>
      rowsOf(client, SCAN, { since: since.getTime() }),
    );
    progress(`signal, ${name}: ${compared.p50Ms.toFixed(1)} ms, ${found} found`);
    rows.push({
      ...compared,
      path: `fraud signal: ${name}, ${SIGNAL_DAYS} days, of ${size}`,
      baseline: 'one scan of those clicks',
      goal: '',
      met: true,
    });
  }
  return rows;
}

/** Rows and bytes of both tables, so that a cut that makes the rollup grow is seen. */
async function sizes(client: ClickHouseClient): Promise<string> {
  const answer = await client.query({
    query: `select name, toFloat64(total_rows) as n, toFloat64(total_bytes) as bytes from system.tables
             where database = currentDatabase() and name in ('clicks', 'clicks_daily') order by name`,
    format: 'JSONEachRow',
  });
  const rows = await answer.json<{ name: string; n: number; bytes: number }>();
  return rows
    .map(
      ({ name, n, bytes }) =>
        `${name} ${Math.round(n / 1000)} k rows, ${Math.round(bytes / 1e6)} MB`,
    )
    .join('; ');
}

export async function benchReports(options: ClicksBenchOptions): Promise<BenchRow[]> {
  const named = new URL(options.clickhouseUrl);
  named.pathname = '/bench_clicks_reports';
  await migrateClickhouse(named.href);
  const client = createClickhouse({
    url: named.href,
    applicationName: 'bench',
    requestTimeoutMs: 600_000,
  });
  try {
    await seedFraud(client);
    await seedClicks(client, options.clicks, options.progress);
    const size = await sizes(client);
    options.progress(size);
    const rows: BenchRow[] = [];
    const clicks = `${options.clicks / 1_000_000} M`;
    for (const report of REPORTS) rows.push(await measure(client, options, report, clicks));
    rows.push(...(await measureSignals(client, options, clicks)));
    await client.command({ query: 'drop database bench_clicks_reports' });
    return rows.map((row, n) => (n === 0 ? { ...row, notes: size } : row));
  } finally {
    await client.close();
  }
}
