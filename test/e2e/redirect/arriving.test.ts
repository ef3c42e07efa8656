import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { LINK_TEXTS } from '../../../domain/links/texts';
import { loggedLines } from './clickLog';
import {
  clickIdOf,
  get,
  startPlatform,
  startService,
  type Platform,
  type Service,
} from './platform';

/** What really arrives: addresses as they are handed on, headers as proxies write them. */
let platform: Platform;
let redirect: Service;
let logDir: string;

beforeAll(async () => {
  platform = await startPlatform(['postgres', 'redis']);
  logDir = join(platform.dir, 'log');
  redirect = await startService('main', platform.env({ REDIRECT_LOG_DIR: logDir }));
});
afterAll(async () => {
  await redirect.end('SIGTERM');
  await platform.stop();
});

const loggedLine = (id: string) => loggedLines(logDir).find((line) => line.id === id)!;

describe('12.16, a link as messengers, phones and people hand it on', () => {
  test.each([
    ...[
      '/warm/',
      '/warm.',
      '/warm%20',
      '//warm',
      '/WARM)',
      '/warm,',
      '/warm%C2%BB',
      '/warm%E2%80%8B',
      '/warm_',
      '/_warm_',
    ],
    ...[
      '/warm&utm_source=x',
      '/warm/?fbclid=y',
      '/warm;',
      '/warm%23top',
      '/warm!',
      '/warm*',
      '/warm%F0%9F%91%8D',
      '/warm?',
    ],
  ])('%s is /warm, and counts', async (path) => {
    const answer = await get(redirect.url + path);
    expect([path, answer.status]).toEqual([path, 302]);
    expect(loggedLine(clickIdOf(answer.location))).toMatchObject({ link: 1 });
  });

  test('sub ids behind a "&" that should be a "?" are kept', async () => {
    const answer = await get(`${redirect.url}/warm&sub1=story&utm_source=x`);
    expect(loggedLine(clickIdOf(answer.location)).sub).toEqual(['story', '', '', '', '']);
  });

  const SHOP = 'https://wildberries.kz/p';
  const ESCAPED = encodeURIComponent(`${SHOP}?city=almaty&color=red`);
  test.each([
    [`ref=aigerim&target=${SHOP}?city=almaty&color=red`, '?city=almaty&color=red&sub1=ID'],
    [
      `target=${SHOP}?city=almaty&color=red&ref=aigerim&size=4`,
      '?city=almaty&color=red&size=4&sub1=ID',
    ],
    [`ref=aigerim&target=${SHOP}?city=almaty&sub2=x&color=red`, '?city=almaty&color=red&sub1=ID'],
    [`ref=aigerim&target=${SHOP}?q=%D0%B0%2Bb&c=100%25`, '?q=%D0%B0%2Bb&c=100%25&sub1=ID'],
    [
      `ref=aigerim&target=https%3A%2F%2Fwildberries.kz%2Fp?city=almaty&color=red`,
      '?city=almaty&color=red&sub1=ID',
    ],
    [`ref=aigerim&target=${ESCAPED}`, '?city=almaty&color=red&sub1=ID'],
    [`ref=aigerim&target=${ESCAPED}&utm_source=x&color=blue`, '?city=almaty&color=red&sub1=ID'],
    [
      `ref=aigerim&target=${SHOP}?city=almaty%26color=red&fbclid=x`,
      '?city=almaty&color=red&sub1=ID',
    ],
  ])('/click?%s leads to the whole of its target', async (query, search) => {
    for (const path of ['/click?', '/click/?', '/Click&', '//click?']) {
      const answer = await get(redirect.url + path + query);
      const id = clickIdOf(answer.location);
      expect(answer.location).toBe(`${SHOP}${search.replace('ID', id)}`);
      expect(loggedLine(id)).toMatchObject({ host: 'wildberries.kz' });
    }
  });

  test('a target escaped in part with more behind it is a page that says so', async () => {
    const url = `${redirect.url}/click?ref=aigerim&target=${SHOP}?city=almaty%26color=red&size=4`;
    const answer = await get(url);
    expect([answer.status, answer.headers['x-gamma-code']]).toEqual([400, 'target_half_escaped']);
    expect(answer.body).toContain(LINK_TEXTS.target_half_escaped.ru.sentence);
  });
});

test('12.19, behind a proxy that adds the port, writes Forwarded or brackets, is who it is', async () => {
  const dir = join(platform.dir, 'ported');
  const env = platform.env({ REDIRECT_LOG_DIR: dir, TRUSTED_PROXY_HOPS: '1' });
  const service = await startService('main', env);
  for (const headers of [
    { 'X-Forwarded-For': '6.6.6.6, 203.0.113.5:4711' },
    { 'X-Forwarded-For': '[2001:db8::1]:4711' },
    { Forwarded: 'for=", for="[2001:db8::2]:4711";proto=https' },
    { Forwarded: 'for=6.6.6.6, for=unknown' },
  ] as Record<string, string>[])
    await get(`${service.url}/warm`, { headers });
  await service.end('SIGTERM');
  const [file = ''] = readdirSync(dir);
  const lines = readFileSync(join(dir, file), 'utf8').trim().split('\n');
  const ips = lines.map((line) => (JSON.parse(line) as { ip: string }).ip);
  expect(ips).toEqual(['203.0.113.5', '2001:db8::1', '2001:db8::2', '127.0.0.1']);
});
