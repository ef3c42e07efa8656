import { DAMAGED, slowTalk, statusesOf } from '../support/slowTalk';
import { startHarness, type Harness, type World } from './harness';

let api: Harness;
let world: World;
beforeAll(async () => {
  api = await startHarness();
  world = await api.world();
});
afterAll(() => api.stop());

test.each(DAMAGED)('12.9, %s: 400', async (_name, version, headers) => {
  expect(await statusesOf(api.url, `GET /health HTTP/${version}\r\n${headers}\r\n`)).toEqual([400]);
});

test('12.3, slow senders are ended within ten seconds or so; a slow honest upload is read to its end', async () => {
  const post = (length: number): string =>
    `POST /v1/postbacks/${world.programmeId} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
  const drip = { text: 'x', times: 1_000, everyMs: 250 };
  const piece = ' '.repeat(1_024);
  const [headers, body, honest] = await Promise.all([
    slowTalk(api.url, 'GET /health HTTP/1.1\r\nHost: a\r\nX: ', drip),
    slowTalk(api.url, post(60_000), drip),
    // 2 kB a second for 18 s, and more than the time in which the others are ended.
    slowTalk(api.url, post(36 * 1_024), { text: piece, times: 36, everyMs: 500 }),
  ]);
  expect([headers.statuses, body.statuses]).toEqual([[408], [408]]);
  for (const { livedMs } of [headers, body]) expect(livedMs).toBeLessThan(15_000);
  // Read whole, and refused for what it says.
  expect(honest.statuses).toHaveLength(1);
  expect([400, 401, 422]).toContain(honest.statuses[0]);
  expect(honest.livedMs).toBeGreaterThan(17_000);
});
