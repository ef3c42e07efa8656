import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseExactJson } from '../../adapters/exactJson';
import { HttpClient } from '../../adapters/http';
import { maskPartnerText, refusalCode } from '../../adapters/masking';

let server: Server;
let answerWith: RequestListener;
let base: string;
const seen: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    answerWith(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(async () => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
});

const client = (timeoutMs = 500) =>
  new HttpClient({ baseUrl: base, timeoutMs, maxBodyBytes: 1000 });
const get = (timeoutMs?: number) => client(timeoutMs).send({ method: 'GET', path: '/x' });

it('answers with status, headers and text', async () => {
  answerWith = (_, response) => response.writeHead(404, { 'x-a': 'b' }).end('{"a":1}');
  const outcome = await get();
  expect(outcome).toMatchObject({ kind: 'answer', status: 404, body: '{"a":1}' });
});

it.each<[string, RequestListener]>([
  ['timeout', () => undefined],
  [
    'timeout',
    (_, response) => {
      // Headers at once and a body that never ends: the time limit covers the whole answer.
      response.writeHead(200).write('{"a":');
    },
  ],
  ['connection_reset', (request) => request.socket.resetAndDestroy()],
  [
    'connection_reset',
    (request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"a":1}');
      setImmediate(() => request.socket.destroy());
    },
  ],
  ['too_large', (_, response) => response.end('x'.repeat(1001))],
  ['garbled_body', (_, response) => response.end(Buffer.from([0xff, 0xfe]))],
])('%s', async (cause, listener) => {
  answerWith = listener;
  expect(await get(200)).toEqual({ kind: 'failed', cause });
});

it('follows no redirect', async () => {
  seen.length = 0;
  answerWith = (_, response) => response.writeHead(302, { location: `${base}/elsewhere` }).end();
  expect(await get()).toEqual({ kind: 'failed', cause: 'redirect' });
  expect(seen).toEqual(['GET /v1/x']);
});

it('a closed port is not_connected; no time left sends nothing', async () => {
  // A port that was free a moment ago: fetch refuses well-known ones before it tries.
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  const baseUrl = `http://127.0.0.1:${port}`;
  const closed = new HttpClient({ baseUrl, timeoutMs: 500, maxBodyBytes: 10 });
  expect(await closed.send({ method: 'GET', path: '/' })).toEqual({
    kind: 'failed',
    cause: 'not_connected',
  });
  seen.length = 0;
  expect(await client().send({ method: 'POST', path: '/x', timeoutMs: 0 })).toEqual({
    kind: 'failed',
    cause: 'timeout',
  });
  expect(seen).toEqual([]);
});

it.each(['/../secret', '/..\\..\\x', '//evil.example/x', '@evil.example/', '/a/../../b'])(
  'never leaves its base URL: %s',
  async (path) => {
    seen.length = 0;
    const outcome = await client(50)
      .send({ method: 'GET', path })
      .catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome.message).toMatch(/leaves the partner/);
    expect(seen.every((line) => line.startsWith('GET /v1/'))).toBe(true);
  },
);

describe('exact JSON', () => {
  it('keeps numbers as their text and leaves strings alone', () => {
    const text =
      '{"a":1299.90,"b":[-0.10,12345678901234567890.12,1e3],"c":"x \\"1.5\\" 2","d":null,"e":true}';
    expect(parseExactJson(text)).toEqual({
      ok: true,
      value: {
        a: '1299.90',
        b: ['-0.10', '12345678901234567890.12', '1e3'],
        c: 'x "1.5" 2',
        d: null,
        e: true,
      },
    });
    expect(parseExactJson('7')).toEqual({ ok: true, value: '7' });
    expect(parseExactJson(`{"k\\\\":"\\\\","n":0.30}`)).toEqual({
      ok: true,
      value: { 'k\\': '\\', n: '0.30' },
    });
  });

  it.each(['', '{', '01', '{"a":1,}', '<html>', 'NaN', '"a'])('refuses %j', (text) => {
    expect(parseExactJson(text)).toEqual({ ok: false, error: 'garbled_body' });
  });
});

describe('partner text', () => {
  it('is masked, on one line and short', () => {
    expect(maskPartnerText('IIN 990506390000,\n phone +7 701 123 45 67')).toBe(
      'IIN ••••••••••••, phone +•••••••••••••••',
    );
    expect(maskPartnerText('x'.repeat(300))).toHaveLength(201);
    expect(refusalCode('card_blocked', 'other')).toBe('card_blocked');
    expect(refusalCode('Card Blocked!', 'other')).toBe('other');
    expect(refusalCode(null, 'other')).toBe('other');
  });
});
