import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Pool } from 'pg';

import { createPool } from '../../../store/postgres/pool';
import { silentProgress, startEmbeddedStack, type EmbeddedStack } from '../../../stack/embedded';

/** The real engines, with the processes under test as children from dist/ and a catalogue to click on. */
export type Platform = {
  readonly stack: EmbeddedStack;
  readonly owner: Pool;
  readonly dir: string;
  env(extra?: Record<string, string>): NodeJS.ProcessEnv;
  stop(): Promise<void>;
};

const ROOT = join(__dirname, '..', '..', '..');
export const CLICK_KEY = { id: 'k1', bytes: randomBytes(32) };
export const HOSTS = ['www.wildberries.kz', 'wildberries.kz'];

export async function startPlatform(
  only: readonly ('postgres' | 'redis' | 'clickhouse')[],
): Promise<Platform> {
  const dir = mkdtempSync(join(tmpdir(), 'gamma-redirect-'));
  const stack = await startEmbeddedStack({
    dir: join(dir, 'stack'),
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    progress: silentProgress,
    // Ports of its own: on the usual ones another test file would take a killed engine's port, and answer for it.
    preferredPorts: { postgres: 0, redis: 0, clickhouse: 0, temporal: 0, temporalUi: 0 },
    only,
  });
  // As a process: the migration library is an ES module, which jest cannot require.
  execFileSync(process.execPath, [join(ROOT, 'dist', 'store', 'postgres', 'migrate.js')], {
    env: { PATH: process.env['PATH'], DATABASE_ADMIN_URL: stack.urls.postgresAdmin },
  });
  const owner = createPool({
    url: stack.urls.postgresAdmin,
    applicationName: 'test',
    asOwner: true,
  });
  await owner.query(`
    insert into brands (id, name) values ('brd_test', 'Test');
    insert into programmes (id, brand_id, name, hosts) values
      ('prg_wb', 'brd_test', 'WB', '{${HOSTS.join(',')}}'),
      ('prg_paused', 'brd_test', 'Paused', '{paused.example.kz}'),
      ('prg_app', 'brd_test', 'Shop & Co', '{shop.kz}');
    update programmes set android_package = 'kz.shop.app', ios_universal = true where id = 'prg_app';
    update programmes set state = 'paused' where id = 'prg_paused';
    insert into influencers (id, ref, display_name) values
      ('inf_a', 'aigerim', 'Aigerim'), ('inf_b', 'bolat', 'Bolat');
    insert into links (id, kind, code, programme_id, influencer_id, target_url) values
      ('lnk_1', 'short', 'warm', 'prg_wb', 'inf_a',
       'https://www.wildberries.kz/catalog/123/detail.aspx?size=4&sub1=stranger#top'),
      ('lnk_2', 'short', 'toPause', 'prg_wb', 'inf_a', 'https://www.wildberries.kz/catalog/2'),
      ('lnk_3', 'short', 'evil', 'prg_wb', 'inf_a', 'https://evil-wildberries.ru/'),
      ('lnk_4', 'short', 'prgPaused', 'prg_paused', 'inf_a', 'https://paused.example.kz/');
    insert into links (id, kind, code, programme_id, influencer_id, target_url, title) values
      ('lnk_app', 'short', 'SaleOfDresses', 'prg_app', 'inf_a', 'https://shop.kz/p/7;v=1?color=red&sub1=x#reviews',
       'Платье <b>"летнее"</b> & туфли');
    insert into catalogue_items (id, programme_id, title, url, price_tiyn, image_url) values
      ('itm_1', 'prg_app', 'Shoes', 'https://shop.kz/p/8', 100, 'https://img.shop.kz/8.jpg?a=1&b=2');
    insert into links (id, kind, code, programme_id, influencer_id, target_url, catalogue_item_id) values
      ('lnk_pic', 'short', 'withPicture', 'prg_app', 'inf_a', 'https://shop.kz/p/8', 'itm_1');
    insert into links (id, kind, programme_id, influencer_id) values
      ('lnk_5', 'open', 'prg_wb', 'inf_a');`);
  const env = (extra: Record<string, string> = {}): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    LOG_LEVEL: 'error',
    DATABASE_URL: stack.urls.postgres,
    REDIS_URL: stack.urls.redis || 'redis://127.0.0.1:1',
    CLICKHOUSE_URL: stack.urls.clickhouse && withDatabase(stack.urls.clickhouse),
    GAMMA_ENVIRONMENT: 'test',
    GAMMA_CLICK_KEYS: `${CLICK_KEY.id}:${CLICK_KEY.bytes.toString('base64')}`,
    // All load comes from one address and mostly on one link.
    REDIRECT_LIMIT_IP_PER_SECOND: '1000000',
    REDIRECT_LIMIT_LINK_PER_SECOND: '1000000',
    ...extra,
  });
  return {
    stack,
    owner,
    dir,
    env,
    async stop() {
      for (const child of running) child.kill('SIGKILL');
      await owner.end();
      await stack.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export function withDatabase(url: string): string {
  const named = new URL(url);
  named.pathname = '/gamma_test';
  return named.href;
}

export type Service = {
  readonly child: ChildProcess;
  readonly url: string;
  /** Resolves when the process is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
};

/** Those of this test file: one that fails in mid-story must leave none behind. */
const running = new Set<ChildProcess>();

/** Starts dist/redirect/<entry>.js and waits for its "ready" line. */
export async function startService(entry: string, env: NodeJS.ProcessEnv): Promise<Service> {
  const child = spawn(process.execPath, [join(ROOT, 'dist', 'redirect', `${entry}.js`)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ready = new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const line = /^ready (.*)$/m.exec(output);
      if (line) resolve(line[1]!);
    });
    child.once('exit', (code) => reject(new Error(`${entry} ended with ${code}: ${output}`)));
  });
  const url = await ready;
  return {
    child,
    url,
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** A browser on a desktop: gets a plain redirect whatever the programme. */
export const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

export type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly location: string | undefined;
  readonly body: string;
};

/** As a browser unless `headers` says otherwise; a header of '' is not sent. */
export function get(
  url: string,
  options: { agent?: Agent; headers?: Record<string, string>; method?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'User-Agent': BROWSER, ...options.headers };
    const sent = request(url, {
      agent: options.agent,
      method: options.method,
      headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')),
    });
    sent.once('error', reject);
    sent.once('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          location: response.headers.location,
          body,
        }),
      );
    });
    sent.end();
  });
}

export function clickIdOf(location: string | undefined, param = 'sub1'): string {
  return new URL(location ?? 'missing:').searchParams.get(param) ?? '';
}

export async function until<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * Clicks with `clients` keep-alive connections until told to stop or until the server dies, and gives
 * back the click id of every 302 that came in whole.
 */
export function clickUntilStopped(
  url: string,
  clients: number,
): { stop(): void; done: Promise<string[]>; count(): number } {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const ids: string[] = [];
  let stopped = false;
  const client = async (): Promise<void> => {
    while (!stopped) {
      try {
        const answer = await get(url, { agent });
        if (answer.status === 302) ids.push(clickIdOf(answer.location));
      } catch {
        return;
      }
    }
  };
  const done = Promise.all(Array.from({ length: clients }, client)).then(() => {
    agent.destroy();
    return ids;
  });
  return { stop: () => (stopped = true), done, count: () => ids.length };
}
