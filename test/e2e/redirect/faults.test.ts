import { mkdirSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createClickIds, NONCE_SEED_BYTES } from '../../../domain/clicks/clickId';
import { linkPart } from '../../../redirect/clickLine';
import {
  CLICK_KEY,
  clickIdOf,
  clickUntilStopped,
  get,
  startPlatform,
  startService,
  until,
  type Platform,
  type Service,
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

const FAULTS = `--require ${join(__dirname, 'faults.js')}`;
const environment = (name: string, extra: Record<string, string> = {}): NodeJS.ProcessEnv =>
  platform.env({
    REDIRECT_LOG_DIR: join(platform.dir, name),
    NODE_OPTIONS: FAULTS,
    DRAIN_LINGER_MS: '0',
    DRAIN_POLL_MS: '5',
    ...extra,
  });
const segmentsIn = (name: string): string[] =>
  readdirSync(join(platform.dir, name)).filter((file) => file.startsWith('clicks-'));

test('kill -9 of drain at every point of its cycle: each click stored once, whatever the point', async () => {
  const ids = createClickIds([CLICK_KEY], 'test', new Uint8Array(NONCE_SEED_BYTES));
  const link = { number: 1, programmeId: 'prg_wb', influencerId: 'inf_a' };
  const part = linkPart(link, 'wildberries.kz', 'https://wildberries.kz/1', 'wb:1');
  const all: string[] = [];
  /** Two batches of one finished segment in a folder of its own; drain dies at `point` of it and is started again. */
  const dieAt = async (point: number): Promise<boolean> => {
    const name = `point${point}`;
    mkdirSync(join(platform.dir, name));
    const minted = Array.from({ length: 20 }, () => ids.mint(1, Date.now()));
    const lines = minted.map(
      (id) => `{"id":"${id}","ts":${Date.now()}${part}1.2.3.4","ua":"x","referrer":"","lang":""}\n`,
    );
    const file = `clicks-${Date.now()}-00000000-1-${String(point).padStart(8, '0')}.log`;
    writeFileSync(join(platform.dir, name, file), lines.join(''));
    all.push(...minted);
    const env = environment(name, { DRAIN_BATCH_ROWS: '10' });
    const gone = (): boolean => segmentsIn(name).length === 0;
    const dying = await startService('drainMain', { ...env, FAULT_KILL_AT: String(point) }).catch(
      () => undefined,
    );
    const died =
      dying === undefined || dying.child.exitCode !== null || dying.child.signalCode !== null;
    if (!died) {
      await until('death or the end', () => dying.child.signalCode !== null || gone());
      // The last points of a cycle come after the segment is gone: forgetting it in both cursors.
      const from = Date.now();
      await until(
        'a point after it',
        () => dying.child.signalCode !== null || Date.now() - from > 300,
      );
    }
    const survived = dying !== undefined && dying.child.signalCode === null;
    if (survived) await dying.end('SIGKILL');
    const second = await startService('drainMain', env);
    await until('the segment to go', gone);
    await second.end('SIGKILL');
    return survived;
  };
  let point = 1;
  let survivors = 0;
  while (survivors < 2 && point < 400) {
    // Two cores: four at a time, each with a folder of its own.
    const results = await Promise.all([0, 1, 2, 3].map((at) => dieAt(point + at)));
    survivors = results.every(Boolean) ? survivors + 1 : 0;
    point += 4;
  }
  expect(point).toBeGreaterThan(20);
  await clicks.expectOnce(all);
}, 400_000);

test('disk full: no 302 without a record, said so, and back by itself when there is room', async () => {
  await clicks.empty();
  const flag = join(platform.dir, 'disk');
  writeFileSync(flag, '');
  const env = environment('full', { FAULT_DISK_FILE: flag });
  const redirect = await startService('main', env);
  const drain = await startService('drainMain', env);
  const load = clickUntilStopped(`${redirect.url}/warm`, 8);
  const ids: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const before = load.count();
    await until('clicks', () => load.count() > before + 200);
    writeFileSync(flag, 'full');
    const refused = await until('a refusal', async () => {
      const answer = await get(`${redirect.url}/warm`);
      if (answer.status === 302) ids.push(clickIdOf(answer.location));
      return answer.status === 503 && answer;
    });
    expect(refused.headers['x-gamma-code']).toBe('temporarily_unavailable');
    expect(refused.headers['retry-after']).toBe('2');
    expect((await get(`${redirect.url}/health`)).status).toBe(503);
    await until('nothing but refusals', async () => {
      const answers = await Promise.all([0, 1, 2].map(() => get(`${redirect.url}/warm`)));
      ids.push(
        ...answers.filter((one) => one.status === 302).map((one) => clickIdOf(one.location)),
      );
      return answers.every((one) => one.status === 503);
    });
    writeFileSync(flag, '');
    await until('302 again', async () => {
      const answer = await get(`${redirect.url}/warm`);
      if (answer.status === 302) ids.push(clickIdOf(answer.location));
      return answer.status === 302;
    });
    expect((await get(`${redirect.url}/health`)).status).toBe(200);
    // Drain dies in one of the rounds too: what it wrote down on a full disk must not mislead the next one.
    if (round === 1) await drain.end('SIGKILL');
  }
  const second = await startService('drainMain', env);
  load.stop();
  ids.push(...(await load.done));
  await clicks.expectOnce(ids);
  await redirect.end('SIGTERM');
  await until('the disk to be free again', () => segmentsIn('full').length === 0);
  await second.end('SIGTERM');
});

test('a disk that is nearly full is left to drain, which frees it', async () => {
  await clicks.empty();
  const flag = join(platform.dir, 'low');
  writeFileSync(flag, '');
  const env = environment('low-log', { FAULT_DISK_FILE: flag });
  const redirect = await startService('main', env);
  const id = clickIdOf((await get(`${redirect.url}/warm`)).location);
  writeFileSync(flag, 'low');
  await until('refusals', async () => (await get(`${redirect.url}/warm`)).status === 503);
  const drain = await startService('drainMain', env);
  await until('what was there to be shipped and removed', () => segmentsIn('low-log').length === 0);
  expect((await clicks.counts()).get(id)).toBe(1);
  unlinkSync(flag);
  await until('302 again', async () => (await get(`${redirect.url}/warm`)).status === 302);
  await redirect.end('SIGTERM');
  await drain.end('SIGTERM');
});

test('a clock that steps back an hour, and forth, stops nothing: links stay fresh, clicks arrive once', async () => {
  await clicks.empty();
  const clock = join(platform.dir, 'clock');
  writeFileSync(clock, '0');
  const env = environment('clock-log', { FAULT_CLOCK_FILE: clock, CLICK_LOG_SEGMENT_SECONDS: '2' });
  const redirect = await startService('main', env);
  const drain = await startService('drainMain', env);
  const load = clickUntilStopped(`${redirect.url}/warm`, 4);
  const ids: string[] = [];
  const state = (value: string): Promise<unknown> =>
    platform.owner.query(`update links set state = $1 where code = 'toPause'`, [value]);
  for (const movedMs of [-3_600_000, 1_800_000, -86_400_000, 0]) {
    writeFileSync(clock, String(movedMs));
    const before = load.count();
    await until('clicks', () => load.count() > before + 300);
    for (const [value, status] of [
      ['paused', 410],
      ['active', 302],
    ] as const) {
      await state(value);
      const from = performance.now();
      await until(
        `status ${status}`,
        async () => {
          const answer = await get(`${redirect.url}/toPause`);
          if (answer.status === 302) ids.push(clickIdOf(answer.location));
          return answer.status === status;
        },
        5_000,
      );
      expect(performance.now() - from).toBeLessThan(2_000);
    }
    await until('clicks of this hour to arrive', async () => {
      const answer = await get(`${redirect.url}/warm`);
      ids.push(clickIdOf(answer.location));
      const id = ids.at(-1)!;
      await until('it', async () => (await clicks.counts()).has(id), 10_000);
      return true;
    });
  }
  load.stop();
  ids.push(...(await load.done));
  await clicks.expectOnce(ids);
  await redirect.end('SIGTERM');
  await until('segments of every hour to go', () => segmentsIn('clock-log').length === 0);
  await drain.end('SIGTERM');
});

test('two redirect processes on one machine and one folder: each click once, either may be killed', async () => {
  await clicks.empty();
  const env = environment('two');
  const drain = await startService('drainMain', env);
  const pair: Service[] = await Promise.all([startService('main', env), startService('main', env)]);
  const ids: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const loads = pair.map((one) => clickUntilStopped(`${one.url}/warm?sub2=r${round}`, 8));
    await until('load on both', () => loads.every((load) => load.count() > 500));
    await pair[round % 2]!.end('SIGKILL');
    loads.forEach((load) => load.stop());
    for (const load of loads) ids.push(...(await load.done));
    pair[round % 2] = await startService('main', env);
  }
  await clicks.expectOnce(ids);
  await Promise.all(pair.map((one) => one.end('SIGTERM')));
  await until('all segments to go', () => segmentsIn('two').length === 0);
  await drain.end('SIGTERM');
});

test('each store stopped on its own: warm links answer, and those clicks arrive', async () => {
  await clicks.empty();
  const env = environment('one-by-one');
  const redirect = await startService('main', env);
  const drain = await startService('drainMain', env);
  const ids: string[] = [];
  for (const name of ['postgres', 'redis', 'clickhouse'] as const) {
    const engine = platform.stack.engines[name];
    await until('warm', async () => (await get(`${redirect.url}/warm`)).status === 302);
    await engine.kill();
    const from = Date.now();
    while (Date.now() - from < 1_500) {
      const answer = await get(`${redirect.url}/warm`);
      expect(answer.status).toBe(302);
      ids.push(clickIdOf(answer.location));
    }
    await engine.start();
  }
  await clicks.expectOnce(ids);
  await redirect.end('SIGTERM');
  await drain.end('SIGTERM');
});
