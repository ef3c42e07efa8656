import { join } from 'node:path';

import { DAMAGED, slowTalk, statusesOf } from '../../support/slowTalk';
import { get, startPlatform, startService, type Platform, type Service } from './platform';

let platform: Platform;
let redirect: Service;
beforeAll(async () => {
  platform = await startPlatform(['postgres', 'redis']);
  const env = platform.env({ REDIRECT_LOG_DIR: join(platform.dir, 'log') });
  redirect = await startService('main', env);
});
afterAll(async () => {
  await redirect.end('SIGTERM');
  await platform.stop();
});

test.each(DAMAGED)('12.9, %s: 400, never a 302', async (_name, version, headers) => {
  const request = `GET /warm HTTP/${version}\r\n${headers}\r\n`;
  expect(await statusesOf(redirect.url, request)).toEqual([400]);
});

test.each(['a.kz', 'A.KZ:8080', '[::1]:80', '127.0.0.1', 'a.kz:', 'xn--80a.kz'])(
  'the Host %s is one',
  async (host) => {
    expect((await get(`${redirect.url}/warm`, { headers: { Host: host } })).status).toBe(302);
  },
);

test('12.3, who sends slowly is ended within ten seconds or so, the others are served', async () => {
  const LAG_MS = 15_000;
  const drip = { text: 'x', times: 1_000, everyMs: 250 };
  const [headers, silent, body] = await Promise.all([
    slowTalk(redirect.url, 'GET /warm HTTP/1.1\r\nHost: a\r\nX: ', drip),
    slowTalk(redirect.url, '', { ...drip, times: 0 }),
    slowTalk(
      redirect.url,
      'GET /warm HTTP/1.1\r\nHost: a\r\nUser-Agent: Mozilla/5.0\r\nContent-Length: 9999\r\n\r\n',
      drip,
    ),
    get(`${redirect.url}/warm`),
  ]);
  for (const { livedMs } of [headers, silent, body]) expect(livedMs).toBeLessThan(LAG_MS);
  expect([headers.statuses, body.statuses[0]]).toEqual([[408], 302]);
  expect((await get(`${redirect.url}/warm`)).status).toBe(302);
});
