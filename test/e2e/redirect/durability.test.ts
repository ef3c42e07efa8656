import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createClickIndex } from '../../../store/redis/clickIndex';
import { createRedis } from '../../../store/redis/client';
import {
  clickIdOf,
  clickUntilStopped,
  get,
  startPlatform,
  startService,
  until,
  type Platform,
} from './platform';
import { storedClicks, type StoredClicks } from './storedClicks';

let platform: Platform;
let clicks: StoredClicks;

beforeAll(async () => {
  platform = await startPlatform(['postgres', 'redis', 'clickhouse']);
  clicks = storedClicks(platform);
});
afterAll(async () => {
  await clicks.close();
  await platform.stop();
});

const stored = (): Promise<Map<string, number>> => clicks.counts();
const expectOnce = (ids: readonly string[]): Promise<void> => clicks.expectOnce(ids);
const empty = (): Promise<void> => clicks.empty();

test('with every store stopped warm links answer, and those clicks arrive when they are back', async () => {
  const { engines } = platform.stack;
  const env = platform.env({ REDIRECT_LOG_DIR: join(platform.dir, 'outage') });
  const redirect = await startService('main', env);
  const drain = await startService('drainMain', env);
  const open = `/click?ref=aigerim&target=${encodeURIComponent('https://wildberries.kz/p')}`;
  for (const path of ['/warm', open]) expect((await get(redirect.url + path)).status).toBe(302);
  await Promise.all([engines.postgres.kill(), engines.redis.kill(), engines.clickhouse.kill()]);

  const ids: string[] = [];
  const from = Date.now();
  while (Date.now() - from < 3_000) {
    for (const path of ['/warm', open]) {
      const started = performance.now();
      const answer = await get(redirect.url + path);
      expect(answer.status).toBe(302);
      expect(performance.now() - started).toBeLessThan(500);
      ids.push(clickIdOf(answer.location));
    }
  }
  // A process that starts now knows no link yet, but it starts, says so, and forgets nothing.
  const second = await startService('main', env);
  const cold = await get(`${second.url}/warm`);
  expect([cold.status, cold.headers['retry-after']]).toEqual([503, '2']);
  await redirect.end('SIGKILL');

  await Promise.all([engines.postgres.start(), engines.redis.start(), engines.clickhouse.start()]);
  await expectOnce(ids);
  await until('the second process knows it too', async () => {
    const answer = await get(`${second.url}/warm`);
    if (answer.status === 302) ids.push(clickIdOf(answer.location));
    return answer.status === 302;
  });
  await expectOnce(ids);

  const redis = createRedis({
    url: platform.stack.urls.redis,
    prefix: 'gamma:',
    commandTimeoutMs: 1_000,
  });
  const index = createClickIndex(redis, 86_400);
  const found = await until('the index', () => index.find(ids[0]!).catch(() => undefined));
  expect(found).toMatchObject({ linkNumber: 1, influencerId: 'inf_a', billable: true, reason: '' });
  redis.disconnect();
  await second.end('SIGTERM');
  expect(await drain.end('SIGTERM')).toBe(0);
});

test('kill -9 of redirect under load: every 302 counted is stored once', async () => {
  await empty();
  const dir = join(platform.dir, 'killed');
  const env = platform.env({ REDIRECT_LOG_DIR: dir });
  const drain = await startService('drainMain', env);
  const ids: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    const redirect = await startService('main', env);
    const load = clickUntilStopped(`${redirect.url}/warm?sub2=round${round}`, 32);
    await until('load', () => load.count() > 1_000 + 300 * round);
    await redirect.end('SIGKILL');
    ids.push(...(await load.done));
  }
  expect(ids.length).toBeGreaterThan(5_000);
  await expectOnce(ids);
  // What a dead process left is removed once both stores have it.
  const segments = (): string[] => readdirSync(dir).filter((file) => file.startsWith('clicks-'));
  await until('segments of dead processes to go', () => segments().length === 0);
  await drain.end('SIGTERM');
});

test('kill -9 of drain again and again: nothing lost, nothing twice, table and rollup agree', async () => {
  await empty();
  const dir = join(platform.dir, 'drained');
  const env = platform.env({
    REDIRECT_LOG_DIR: dir,
    DRAIN_BATCH_ROWS: '50',
    DRAIN_LINGER_MS: '0',
    DRAIN_POLL_MS: '5',
    CLICK_LOG_SEGMENT_BYTES: '200000',
  });
  const redirect = await startService('main', env);
  const load = clickUntilStopped(`${redirect.url}/warm`, 16);
  for (let round = 0; round < 12; round += 1) {
    const drain = await startService('drainMain', env);
    const before = (await stored()).size;
    await until('a batch', async () => (await stored()).size > before || load.count() > 20_000);
    // Not in step with the batches: each round dies at another point of one.
    await new Promise((resolve) => setTimeout(resolve, (round * 7) % 40));
    await drain.end('SIGKILL');
    if (load.count() > 8_000) load.stop();
  }
  load.stop();
  const ids = await load.done;
  await redirect.end('SIGTERM');
  const drain = await startService('drainMain', { ...env, DRAIN_BATCH_ROWS: '1000' });
  await expectOnce(ids);
  await drain.end('SIGTERM');
});

test('Redis away does not hold up ClickHouse, and the other way round', async () => {
  await empty();
  const { engines, urls } = platform.stack;
  const env = platform.env({ REDIRECT_LOG_DIR: join(platform.dir, 'halves') });
  const redirect = await startService('main', env);
  const drain = await startService('drainMain', env);
  expect((await get(`${redirect.url}/warm`)).status).toBe(302);

  await engines.redis.kill();
  const first = clickIdOf((await get(`${redirect.url}/warm`)).location);
  await until('the click without Redis', async () => (await stored()).has(first));
  await engines.redis.start();

  await engines.clickhouse.kill();
  const second = clickIdOf((await get(`${redirect.url}/warm`)).location);
  const redis = createRedis({ url: urls.redis, prefix: 'gamma:', commandTimeoutMs: 1_000 });
  const index = createClickIndex(redis, 86_400);
  for (const id of [first, second]) {
    await until('the index without ClickHouse', () => index.find(id).catch(() => undefined));
  }
  redis.disconnect();
  await engines.clickhouse.start();
  await expectOnce([first, second]);
  await redirect.end('SIGTERM');
  await drain.end('SIGTERM');
});

test('a torn last line is not a click, a broken one is passed over, a second drain stands by', async () => {
  await empty();
  const dir = join(platform.dir, 'torn');
  const env = platform.env({ REDIRECT_LOG_DIR: dir });
  const redirect = await startService('main', env);
  const answer = await get(`${redirect.url}/warm`);
  await redirect.end('SIGKILL');
  const [segment = ''] = readdirSync(dir);
  const path = join(dir, segment);
  const line = readFileSync(path, 'utf8');
  const id = clickIdOf(answer.location);
  appendFileSync(path, `{"id":"broken"}\n${'\0'.repeat(20)}\n${line.slice(0, 100)}`);

  const drain = await startService('drainMain', env);
  const standby = startService('drainMain', env);
  await expectOnce([id]);
  expect([...(await stored()).keys()]).toEqual([id]);
  await drain.end('SIGKILL');
  const second = await standby;
  await until('the torn segment to go', () => !readdirSync(dir).includes(segment));
  await second.end('SIGTERM');
});

test('a cursor that cannot be read stops drain instead of shipping everything again', async () => {
  const dir = join(platform.dir, 'spoilt');
  mkdirSync(join(dir, 'drain'), { recursive: true });
  writeFileSync(join(dir, 'drain', 'clickhouse.json'), '{"shipped":');
  const env = platform.env({ REDIRECT_LOG_DIR: dir });
  await expect(startService('drainMain', env)).rejects.toThrow(/ended with 1/);
});
