import { Agent, request } from 'node:http';
import { join } from 'node:path';

import type { Role } from '../domain/access';
import type { EmbeddedStack } from '../stack/embedded';
import { loadSecrets } from '../stack/secrets';
import { migrateClickhouse } from '../store/clickhouse/migrate';
import { signInAll, startApiWorld } from './apiWorld';
import type { Database } from './databases';
import { median } from './median';
import {
  brandId,
  influencerId,
  LARGE,
  seedClicks,
  seedReads,
  SMALL,
  type Volume,
} from './readsSeed';
import type { BenchRow } from './report';

/** The reads the apps make most: each opens a screen that somebody waits for. */
const READS: readonly (readonly [who: 'influencer' | 'brand' | 'ops', path: string])[] = [
  ['influencer', '/v1/me'],
  ['influencer', `/v1/influencers/${influencerId(0)}/home`],
  ['influencer', `/v1/influencers/${influencerId(0)}/orders?state=PAID`],
  ['influencer', `/v1/influencers/${influencerId(0)}/wallet`],
  ['influencer', `/v1/influencers/${influencerId(0)}/wallet/entries`],
  ['influencer', `/v1/influencers/${influencerId(0)}/links`],
  ['brand', `/v1/brands/${brandId(0)}/overview`],
  ['brand', `/v1/brands/${brandId(0)}/orders`],
  ['ops', '/v1/payout-batches'],
  ['ops', '/v1/ops/conversions?state=HELD'],
];
const ROLE: Readonly<Record<'influencer' | 'brand' | 'ops', readonly [Role, string]>> = {
  influencer: ['influencer', influencerId(0)],
  brand: ['brand_manager', brandId(0)],
  ops: ['ops_maker', 'ops'],
};
const WARM_UP = 20;
const ASKED = 300;
/** Of our own: a screen makes two or three of these before it is whole. */
const GOAL_MS = 100;

export type ReadsOptions = {
  readonly stack: EmbeddedStack;
  readonly dir: string;
  readonly rounds: number;
  readonly progress: (line: string) => void;
  /** An empty migrated database, dropped by the caller. */
  readonly databases: { readonly large: Database; readonly small: Database };
};

type World = {
  readonly url: string;
  readonly cookies: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
};
type Times = { readonly p50: number; readonly p99: number; readonly p999: number };

async function createWorld(
  options: ReadsOptions,
  name: 'large' | 'small',
  volume: Volume,
): Promise<World> {
  const database = options.databases[name];
  const entries = await seedReads(database.ownerUrl, volume, options.progress);
  const clickhouse = new URL(options.stack.urls.clickhouse);
  clickhouse.pathname = `/reads_${name}`;
  await migrateClickhouse(clickhouse.toString());
  await seedClicks(clickhouse.toString(), volume);
  options.progress(
    `${name}: ${volume.conversions} conversions, ${entries} ledger entries, ${volume.clicks} clicks`,
  );
  const { stack, dir } = options;
  const secrets = loadSecrets(join(dir, 'secrets.json'));
  const world = { stack, dir, name, database, clickhouse: clickhouse.toString(), secrets };
  const platform = await startApiWorld({ ...world, only: ['api'] });
  const tokens = await signInAll(world, Object.values(ROLE));
  const cookies = Object.fromEntries(
    Object.entries(ROLE).map(([who, [role]]) => [who, `gamma_session=${tokens.get(role)}`]),
  );
  return { url: platform.urls.api, cookies, stop: () => platform.stop() };
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function ask(url: string, cookie: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    request(url, { agent, headers: { cookie } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - started);
        else reject(new Error(`${url} answered ${response.statusCode} ${text.slice(0, 200)}`));
      });
    })
      .on('error', reject)
      .end();
  });
}

async function time(url: string, cookie: string): Promise<Times> {
  for (let n = 0; n < WARM_UP; n += 1) await ask(url, cookie);
  const taken: number[] = [];
  for (let n = 0; n < ASKED; n += 1) taken.push(await ask(url, cookie));
  taken.sort((a, b) => a - b);
  const at = (share: number): number => taken[Math.min(ASKED - 1, Math.floor(ASKED * share))]!;
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) };
}

function rowOf(path: string, pairs: readonly { large: Times; small: Times }[]): BenchRow {
  const of = (pick: (one: Times) => number, world: 'large' | 'small'): number =>
    median(pairs.map((pair) => pick(pair[world])));
  const ratios = pairs.map(({ large, small }) => small.p50 / large.p50);
  const p99Ms = of((one) => one.p99, 'large');
  return {
    path: `GET ${path.replace(influencerId(0), '…').replace(brandId(0), '…')}`,
    unit: 'ms',
    baseline: 'the same at 1 k conversions',
    rounds: pairs.length,
    value: of((one) => one.p50, 'large'),
    baselineValue: of((one) => one.p50, 'small'),
    ratio: median(ratios),
    ratioMin: Math.min(...ratios),
    ratioMax: Math.max(...ratios),
    p50Ms: of((one) => one.p50, 'large'),
    p99Ms,
    p999Ms: of((one) => one.p999, 'large'),
    goal: `p99 ≤ ${GOAL_MS} ms`,
    met: p99Ms <= GOAL_MS,
  };
}

/** Each read at both sizes by turns, one caller at a time: how long a person waits, not how many can. */
export async function benchReads(options: ReadsOptions): Promise<BenchRow[]> {
  const worlds: World[] = [];
  try {
    for (const [name, volume] of [
      ['small', SMALL],
      ['large', LARGE],
    ] as const)
      worlds.push(await createWorld(options, name, volume));
    const [small, large] = worlds as [World, World];
    const rows: BenchRow[] = [];
    for (const [who, path] of READS) {
      const pairs: { large: Times; small: Times }[] = [];
      for (let round = 0; round < options.rounds; round += 1)
        pairs.push({
          small: await time(`${small.url}${path}`, small.cookies[who]!),
          large: await time(`${large.url}${path}`, large.cookies[who]!),
        });
      rows.push(rowOf(path, pairs));
      options.progress(`${path}: p99 ${rows[rows.length - 1]!.p99Ms!.toFixed(1)} ms`);
    }
    return rows;
  } finally {
    for (const world of worlds) await world.stop();
    agent.destroy();
  }
}
