import { join } from 'node:path';

import { chromium, type Browser, type Page } from 'playwright-core';

import type { Role } from '../domain/access';
import { seedDemo } from '../sandbox/seed';
import { CHROMIUM_FLAGS, ensureChromium } from '../stack/chromium';
import { createProgress, type EmbeddedStack } from '../stack/embedded';
import { demoSeed, loadSecrets } from '../stack/secrets';
import { migrateClickhouse } from '../store/clickhouse/migrate';
import { createPool } from '../store/postgres/pool';
import { signInAll, startApiWorld } from './apiWorld';
import type { Database } from './databases';
import { median } from './median';
import type { BenchRow } from './report';

const PHONE = { width: 360, height: 780 };
const DESK = { width: 1440, height: 900 };

/** What somebody sees first, signed out and signed in. */
const SCREENS: readonly {
  readonly name: string;
  readonly path: string;
  readonly role: Role | undefined;
  readonly size: typeof PHONE;
}[] = [
  { name: 'influencer, sign-in', path: '/app/', role: undefined, size: PHONE },
  { name: 'influencer, home', path: '/app/', role: 'influencer', size: PHONE },
  { name: 'influencer, wallet', path: '/app/wallet', role: 'influencer', size: PHONE },
  { name: 'desk, sign-in', path: '/desk/', role: undefined, size: DESK },
  { name: 'brand, overview', path: '/desk/', role: 'brand_owner', size: DESK },
  { name: 'ops, today', path: '/desk/', role: 'ops_maker', size: DESK },
];

/** Lighthouse's "slow 4G" and its 4 × CPU slow-down. */
const SLOW_4G = { latency: 150, downloadThroughput: 204_800, uploadThroughput: 96_000 };
const CPU_SLOWDOWN = 4;
/** Quiet for this long after load: nothing more is coming that would count. */
const QUIET_MS = 2_000;

type Vitals = {
  readonly lcp: number;
  readonly tbt: number;
  readonly cls: number;
  readonly scriptBytes: number;
};

/** LCP and CLS as web.dev defines them; TBT: what long tasks take beyond 50 ms after the first paint. */
const OBSERVE = `
  window.__vitals = { lcp: 0, fcp: 0, cls: 0, tasks: [] };
  const note = (type, act) => new PerformanceObserver((list) => list.getEntries().forEach(act)).observe({ type, buffered: true });
  note('largest-contentful-paint', (entry) => { window.__vitals.lcp = entry.startTime; });
  note('paint', (entry) => { if (entry.name === 'first-contentful-paint') window.__vitals.fcp = entry.startTime; });
  note('layout-shift', (entry) => { if (!entry.hadRecentInput) window.__vitals.cls += entry.value; });
  note('longtask', (entry) => { window.__vitals.tasks.push([entry.startTime, entry.duration]); });
`;

type Noted = { lcp: number; fcp: number; cls: number; tasks: [number, number][] };

async function measureScreen(
  browser: Browser,
  url: string,
  screen: (typeof SCREENS)[number],
  cookie: string | undefined,
  slow: boolean,
): Promise<Vitals> {
  const context = await browser.newContext({ viewport: screen.size, locale: 'ru-KZ' });
  try {
    if (cookie) {
      const secure = { httpOnly: true, secure: true, sameSite: 'Lax' as const };
      await context.addCookies([{ name: 'gamma_session', value: cookie, url, ...secure }]);
    }
    await context.addInitScript(OBSERVE);
    const page = await context.newPage();
    const scripts = await throttled(page, slow);
    await page.goto(`${url}${screen.path}`, { waitUntil: 'load', timeout: 60_000 });
    await page.waitForLoadState('networkidle', { timeout: 20_000 }).catch(() => undefined);
    await page.waitForTimeout(QUIET_MS);
    const noted: Noted = await page.evaluate('window.__vitals');
    const tbt = noted.tasks
      .filter(([at]) => at >= noted.fcp)
      .reduce((sum, [, ms]) => sum + Math.max(0, ms - 50), 0);
    return { lcp: noted.lcp, tbt, cls: noted.cls, scriptBytes: scripts() };
  } finally {
    await context.close();
  }
}

/** Counts what scripts weigh on the wire, and slows the page down when asked. */
async function throttled(page: Page, slow: boolean): Promise<() => number> {
  const session = await page.context().newCDPSession(page);
  const scripts = new Set<string>();
  let bytes = 0;
  await session.send('Network.enable');
  session.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  if (slow) {
    await session.send('Network.emulateNetworkConditions', { offline: false, ...SLOW_4G });
    await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
  }
  return () => bytes;
}

export type ScreensOptions = {
  readonly stack: EmbeddedStack;
  readonly dir: string;
  readonly rounds: number;
  readonly progress: (line: string) => void;
  readonly database: Database;
};

/** The demo's world behind a real API process, and a session for each role. */
async function startWorld(
  options: ScreensOptions,
): Promise<{ url: string; cookies: Map<Role, string>; stop: () => Promise<void> }> {
  const { stack, database, dir } = options;
  const secrets = loadSecrets(join(dir, 'screens-secrets.json'));
  const pool = createPool({ url: database.appUrl, applicationName: 'bench', max: 2 });
  const data = await seedDemo(pool, demoSeed(secrets, 1)).finally(() => pool.end());
  const clickhouse = new URL(stack.urls.clickhouse);
  clickhouse.pathname = '/screens';
  await migrateClickhouse(clickhouse.toString());
  const world = {
    stack,
    dir,
    name: 'screens',
    database,
    clickhouse: clickhouse.toString(),
    secrets,
  };
  const platform = await startApiWorld({ ...world, only: ['sandbox', 'api'] });
  const cookies = await signInAll(world, [
    ['influencer', data.influencers[0]!.id],
    ['brand_owner', data.brand.id],
    ['ops_maker', 'ops'],
  ]);
  return { url: platform.urls.api, cookies, stop: () => platform.stop() };
}

function rowOf(name: string, slow: readonly Vitals[], fast: readonly Vitals[]): BenchRow {
  const of = (from: readonly Vitals[], pick: (one: Vitals) => number): number =>
    median(from.map(pick));
  const [lcp, tbt, cls] = [of(slow, (v) => v.lcp), of(slow, (v) => v.tbt), of(slow, (v) => v.cls)];
  const ratios = slow.map((one, n) => fast[n]!.lcp / one.lcp);
  const kilobytes = of(slow, (v) => v.scriptBytes) / 1000;
  return {
    path: name,
    unit: 'ms LCP',
    baseline: 'the same, not slowed',
    rounds: slow.length,
    value: lcp,
    baselineValue: of(fast, (v) => v.lcp),
    ratio: median(ratios),
    ratioMin: Math.min(...ratios),
    ratioMax: Math.max(...ratios),
    notes: `TBT ${tbt.toFixed(0)} ms, CLS ${cls.toFixed(3)}, scripts ${kilobytes.toFixed(0)} kB on the wire`,
    goal: 'LCP ≤ 2,500, TBT ≤ 200, CLS ≤ 0.1',
    met: lcp <= 2_500 && tbt <= 200 && cls <= 0.1,
  };
}

/** First screens in Chromium with an empty cache, slowed and not, by turns. */
export async function benchScreens(options: ScreensOptions): Promise<BenchRow[]> {
  const executablePath = await ensureChromium({
    env: process.env,
    logDir: options.dir,
    progress: createProgress(process.stderr),
  });
  const world = await startWorld(options);
  const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS] });
  try {
    const rows: BenchRow[] = [];
    for (const screen of SCREENS) {
      const cookie = screen.role && world.cookies.get(screen.role);
      const [slow, fast]: [Vitals[], Vitals[]] = [[], []];
      for (let round = 0; round < options.rounds; round += 1) {
        slow.push(await measureScreen(browser, world.url, screen, cookie, true));
        fast.push(await measureScreen(browser, world.url, screen, cookie, false));
      }
      const row = rowOf(screen.name, slow, fast);
      rows.push(row);
      options.progress(`${screen.name}: LCP ${row.value!.toFixed(0)} ms, ${row.notes}`);
    }
    return rows;
  } finally {
    await browser.close();
    await world.stop();
  }
}
