import { BareHost } from './model/hosts';
import { live, type Lived } from './life/run';

/** SIM_SEED=n tells one life in full; SIM_SEEDS and SIM_FROM choose how many and which. */
const one = process.env['SIM_SEED'];
const from = Number(one ?? process.env['SIM_FROM'] ?? 1);
const seeds = one === undefined ? Number(process.env['SIM_SEEDS'] ?? 10_000) : 1;

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

/** One example of each kind of failure, by its text without numbers and ids. */
type Failure = { count: number; readonly seed: number; readonly bugs: readonly string[] };
const kindOf = (bug: string): string => bug.replace(/\d+|_[0-9a-z]{20,}/g, '#').slice(0, 200);

/** Lives in which these never happen prove little: the whole number of seeds must have seen each. */
const MUST_HAPPEN = [
  'death before begin',
  'death before provider',
  'report lost',
  'order HELD PAYABLE',
  'order PAYABLE CANCELLED taken_back',
  'order PAYABLE CANCELLED taken_back_after_payout',
  'order PAID CANCELLED taken_back_after_payout',
  'order PAYABLE PAYABLE raise_released',
  'posting debt.net',
  'payout unknown submitting',
  'payout unknown paid',
  'payout submitting refused',
  'review paid done',
  'run frozen expired',
  'run approved done',
];

const host = new BareHost();

async function liveOne(
  seed: number,
): Promise<Pick<Lived, 'steps' | 'days' | 'bugs' | 'log' | 'happened'>> {
  try {
    return await live(seed, host, one !== undefined);
  } catch (thrown) {
    const bugs = [(thrown as Error).stack ?? String(thrown)];
    return { steps: 0, days: 0, bugs, log: [], happened: new Map() };
  }
}

test(`${seeds} whole lives from seed ${from}: each must hold at every step`, async () => {
  const failed = new Map<string, Failure>();
  const happened = new Map<string, number>();
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  let steps = 0;
  let days = 0;
  for (let seed = from; seed < from + seeds; seed++) {
    const lived = await liveOne(seed);
    steps += lived.steps;
    days += lived.days;
    for (const [what, n] of lived.happened) happened.set(what, (happened.get(what) ?? 0) + n);
    if (one !== undefined) say(lived.log.join('\n'));
    const [bug] = lived.bugs;
    if (bug === undefined) continue;
    const before = failed.get(kindOf(bug));
    if (before) before.count += 1;
    else failed.set(kindOf(bug), { count: 1, seed, bugs: lived.bugs });
  }
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const busy = process.cpuUsage(cpu);
  const core = (busy.user + busy.system) / 1e6;
  say(
    `simulation: ${seeds} lives, ${(days / 365).toFixed(0)} years, ${steps} steps; ` +
      `${(seeds / seconds).toFixed(0)} seeds/s, ${(seeds / core).toFixed(0)} a second of one core`,
  );
  if (process.env['SIM_HAPPENED'])
    for (const [what, n] of [...happened].sort()) say(`${String(n).padStart(8)} ${what}`);
  for (const { seed, bugs, count } of failed.values())
    say(`seed ${seed} (and ${count - 1} more): ${bugs[0]}\n  npm run simulate -- --seed ${seed}`);
  expect([...failed.values()]).toEqual([]);
  if (seeds >= 10_000) expect(MUST_HAPPEN.filter((what) => !happened.has(what))).toEqual([]);
}, 3_600_000);
