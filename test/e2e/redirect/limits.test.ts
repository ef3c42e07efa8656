import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';

import { createClickIds } from '../../../domain/clicks/clickId';
import { createLimit, limitKey } from '../../../redirect/limits';
import { RecentMap } from '../../../redirect/recentMap';
import { createRepeats } from '../../../redirect/repeats';
import { loggedLines } from './clickLog';
import {
  clickIdOf,
  get,
  startPlatform,
  startService,
  until,
  type Platform,
  type Service,
} from './platform';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform(['postgres', 'redis']);
});
afterAll(() => platform.stop());

const start = (name: string, env: Record<string, string>): Promise<Service> =>
  startService('main', platform.env({ REDIRECT_LOG_DIR: join(platform.dir, name), ...env }));

describe('a limit', () => {
  const passes = (
    limit: ReturnType<typeof createLimit<string>>,
    from: number,
    until: number,
  ): number => {
    let passed = 0;
    for (let ms = from; ms < until; ms += 1) if (limit.waitMs('a', ms) === 0) passed += 1;
    return passed;
  };

  test('lets a burst through and then exactly its rate', () => {
    const limit = createLimit<string>(200);
    let burst = 0;
    while (limit.waitMs('a', 1_000_000) === 0) burst += 1;
    expect(burst).toBe(1_001);
    expect(passes(limit, 1_000_001, 1_010_001)).toBe(2_000);
    expect(limit.waitMs('b', 1_010_001)).toBe(0);
    expect(limit.waitMs('a', 1_010_001)).toBeLessThanOrEqual(10);
  });

  test('does not make anybody wait for a clock that stepped back', () => {
    const limit = createLimit<string>(10);
    for (let i = 0; i < 100; i += 1) limit.waitMs('a', 10_000_000);
    expect(limit.waitMs('a', 10_000_000)).toBeGreaterThan(0);
    expect(limit.waitMs('a', 10_000_000 - 3_600_000)).toBe(0);
  });

  test('is off at 0', () => {
    const limit = createLimit<string>(0);
    for (let i = 0; i < 10_000; i += 1) expect(limit.waitMs('a', 5)).toBe(0);
  });

  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', ''],
  ])('counts %s as %s', (ip, key) => expect(limitKey(ip)).toBe(key));

  test('and what is remembered of visitors stay small under a flood of addresses', () => {
    const map = new RecentMap<string, number>(1_000);
    const repeats = createRepeats(10_000);
    const limit = createLimit<string>(100);
    for (let i = 0; i < 1_000_000; i += 1) {
      map.set(`k${i}`, i);
      limit.waitMs(`2001:db8:${i}`, 1_000_000 + i / 100);
      if (i % 4 === 0) repeats.seen(i % 100, i, `10.${i}`, 1_000_000 + i / 100);
    }
    expect(map.size).toBeLessThanOrEqual(2_000);
    expect(limit.known()).toBeLessThanOrEqual(100_000);
    expect(repeats.known()).toBeLessThanOrEqual(200_000);
  });
});

test('per address: 429 with Retry-After, in the reader’s language, not recorded, others not hurt', async () => {
  const service = await start('per-ip', {
    REDIRECT_LIMIT_IP_PER_SECOND: '2',
    TRUSTED_PROXY_HOPS: '1',
  });
  const from = (ip: string): ReturnType<typeof get> =>
    get(`${service.url}/warm`, { headers: { 'X-Forwarded-For': ip, 'Accept-Language': 'kk' } });
  let passed = 0;
  let refused = await from('203.0.113.9');
  while (refused.status === 302 && passed < 100) {
    passed += 1;
    refused = await from('203.0.113.9');
  }
  expect(passed).toBeGreaterThanOrEqual(10);
  expect(passed).toBeLessThanOrEqual(14);
  expect(refused.status).toBe(429);
  expect(refused.headers['retry-after']).toBe('1');
  expect(refused.headers['x-gamma-code']).toBe('too_many_requests');
  expect(refused.headers['content-language']).toBe('kk');
  expect(refused.location).toBeUndefined();
  expect((await from('203.0.113.10')).status).toBe(302);
  // One customer's /64 is one visitor.
  for (let i = 0; i < 20; i += 1) await from(`2001:db8:1:2::${i.toString(16)}`);
  expect((await from('2001:db8:1:2:ffff::1')).status).toBe(429);
  expect((await from('2001:db8:1:3::1')).status).toBe(302);
  await until('the first may come again', async () => (await from('203.0.113.9')).status === 302);
  await service.end('SIGTERM');
  expect(loggedLines(join(platform.dir, 'per-ip')).length).toBeLessThan(passed + 25);
});

test('per link: 429 whoever asks, and other links go on', async () => {
  const service = await start('per-link', {
    REDIRECT_LIMIT_LINK_PER_SECOND: '2',
    TRUSTED_PROXY_HOPS: '1',
  });
  const statuses: number[] = [];
  for (let i = 0; i < 30; i += 1) {
    const headers = { 'X-Forwarded-For': `203.0.113.${i}` };
    statuses.push((await get(`${service.url}/warm`, { headers })).status);
  }
  expect(statuses.filter((status) => status === 302).length).toBeLessThanOrEqual(14);
  expect(statuses.at(-1)).toBe(429);
  expect((await get(`${service.url}/SaleOfDresses`)).status).toBe(302);
  await service.end('SIGTERM');
});

describe('a link that ends', () => {
  test('does so on time, with every store stopped', async () => {
    await platform.owner.query(`
      insert into links (id, kind, code, programme_id, influencer_id, target_url, expires_at)
      values ('lnk_ends', 'short', 'endsSoon', 'prg_wb', 'inf_a', 'https://wildberries.kz/e', now() + interval '2500 ms')`);
    const service = await start('ends', { REDIS_URL: 'redis://127.0.0.1:1' });
    const ends = (
      await platform.owner.query<{ at: Date }>(
        `select expires_at as at from links where id = 'lnk_ends'`,
      )
    ).rows[0]!.at.getTime();
    expect((await get(`${service.url}/endssoon`)).status).toBe(302);
    await platform.owner.query(`alter role gamma_app nologin`).catch(() => undefined);
    await platform.owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gamma-redirect'`,
    );
    let last = await get(`${service.url}/endsSoon`);
    let lastOkMs = 0;
    while (last.status === 302) {
      lastOkMs = Date.now();
      last = await get(`${service.url}/endsSoon`);
    }
    await platform.owner.query(`alter role gamma_app login`).catch(() => undefined);
    expect([last.status, last.headers['x-gamma-code']]).toEqual([410, 'link_expired']);
    expect(Math.abs(lastOkMs - ends)).toBeLessThan(200);
    await service.end('SIGTERM');
  });

  test('by takedown stops within 2 s while it is being clicked, and comes back when restored', async () => {
    const service = await start('down', {});
    const reaches = async (status: number): Promise<{ ms: number; code: unknown }> => {
      const from = Date.now();
      const answer = await until(
        `status ${status}`,
        async () => {
          const one = await get(`${service.url}/warm`);
          return one.status === status && one;
        },
        5_000,
      );
      return { ms: Date.now() - from, code: answer.headers['x-gamma-code'] };
    };
    await reaches(302);
    await platform.owner.query(
      `update links set taken_down_at = now(), taken_down_reason = 'fraud' where code = 'warm'`,
    );
    const down = await reaches(410);
    expect(down.code).toBe('link_taken_down');
    expect(down.ms).toBeLessThan(2_000);
    await platform.owner.query(
      `update links set taken_down_at = null, taken_down_reason = null where code = 'warm'`,
    );
    expect((await reaches(302)).ms).toBeLessThan(2_000);
    await service.end('SIGTERM');
  });
});

test('click keys rotate under load without a restart: every id verifies under the keys of its time', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'gamma-keys-'));
  const path = join(dir, 'keys');
  const key = (id: string) => ({ id, bytes: randomBytes(32) });
  const [old, fresh] = [key('k1'), key('k2')];
  const write = (text: string): void => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  const line = (one: { id: string; bytes: Buffer }): string =>
    `${one.id}:${one.bytes.toString('base64')}`;
  write(line(old));
  const service = await start('keys', { GAMMA_CLICK_KEYS_FILE: path });
  const underOld = createClickIds([old], 'test');
  const underFresh = createClickIds([fresh], 'test');
  const mint = async (): Promise<string> => clickIdOf((await get(`${service.url}/warm`)).location);
  expect(underOld.verify(await mint()).ok).toBe(true);
  // Step 1: everybody can verify the new one. Step 2: it mints. A broken file in between changes nothing.
  write(`${line(old)}\n${line(fresh)}\n`);
  write('not keys');
  const from = Date.now();
  while (Date.now() - from < 1_200) expect(underOld.verify(await mint()).ok).toBe(true);
  write(`${line(fresh)},${line(old)}`);
  const ids: string[] = [];
  await until(
    'the new key mints',
    async () => {
      ids.push(await mint());
      return underFresh.verify(ids.at(-1)!).ok;
    },
    2_000,
  );
  const both = createClickIds([fresh, old], 'test');
  expect(ids.every((id) => both.verify(id).ok)).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  expect(await service.end('SIGTERM')).toBe(0);
});

test('a file of keys that is not there at the start is said so', async () => {
  await expect(start('nokeys', { GAMMA_CLICK_KEYS_FILE: '/nowhere/keys' })).rejects.toThrow(
    /ended with 1/,
  );
});
