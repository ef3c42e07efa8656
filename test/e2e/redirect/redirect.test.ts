import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, connect, type Socket } from 'node:net';
import { join } from 'node:path';

import { createClickIds } from '../../../domain/clicks/clickId';
import { LINK_TEXTS } from '../../../domain/links/texts';
import {
  CLICK_KEY,
  clickIdOf,
  get,
  startPlatform,
  startService,
  until,
  type Platform,
  type Service,
} from './platform';
import { TARGET_ATTACKS } from './targetAttacks';

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

const clickUrl = (ref: string, target: string): string =>
  `${redirect.url}/click?ref=${ref}&target=${encodeURIComponent(target)}`;

type Line = Record<string, unknown> & { id: string };
function loggedLine(id: string): Line {
  const lines = readdirSync(logDir)
    .filter((file) => file.startsWith('clicks-'))
    .flatMap((file) => readFileSync(join(logDir, file), 'utf8').split('\n'))
    .filter((line) => line.includes(id));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0]!) as Line;
}

describe('a click', () => {
  test('on a short link goes to its target with a genuine id in place of any other', async () => {
    const before = Date.now();
    const answer = await get(`${redirect.url}/warm`);
    expect(answer.status).toBe(302);
    const id = clickIdOf(answer.location);
    expect(answer.location).toBe(
      `https://www.wildberries.kz/catalog/123/detail.aspx?size=4&sub1=${id}#top`,
    );
    expect(answer.headers['cache-control']).toBe('no-store');
    const facts = createClickIds([CLICK_KEY], 'test').verify(id, Date.now());
    expect(facts.ok && facts.value.linkNumber).toBe(1);
    expect(facts.ok && facts.value.clickedAtMs).toBeGreaterThanOrEqual(before - 32);
  });

  test('on an open link goes to the page asked for', async () => {
    const answer = await get(clickUrl('aigerim', 'https://WILDBERRIES.kz./платье?a=1&b=%20#x'));
    const id = clickIdOf(answer.location);
    expect(id).toHaveLength(32);
    const path = '%D0%BF%D0%BB%D0%B0%D1%82%D1%8C%D0%B5';
    expect(answer.location).toBe(`https://wildberries.kz/${path}?a=1&b=%20&sub1=${id}#x`);
  });

  test('is in the log, whole, before its answer is', async () => {
    const answer = await get(
      `${redirect.url}/warm?sub1=mine&sub2=a%22b&sub3=%D0%BA+1&utm_source=x`,
      {
        headers: {
          'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) "quoted" \\ back',
          Referer: 'https://l.instagram.com/',
          'Accept-Language': 'kk',
          'X-Forwarded-For': '203.0.113.9',
        },
      },
    );
    const id = clickIdOf(answer.location);
    expect(loggedLine(id)).toEqual({
      id,
      ts: expect.any(Number),
      link: 1,
      programme: 'prg_wb',
      influencer: 'inf_a',
      host: 'www.wildberries.kz',
      url: 'https://www.wildberries.kz/catalog/123/detail.aspx?size=4&sub1=stranger#top',
      // No proxy of ours is configured: what a visitor writes into X-Forwarded-For is not believed.
      ip: '127.0.0.1',
      ua: 'Mozilla/5.0 (X11; Linux x86_64) "quoted" \\ back',
      referrer: 'https://l.instagram.com/',
      lang: 'kk',
      product: 'wb:123',
      sub: ['mine', 'a"b', 'к 1', '', ''],
    });
  });

  test('is refused, not lost, while the log cannot be written', async () => {
    const broken = join(platform.dir, 'gone');
    const service = await startService('main', platform.env({ REDIRECT_LOG_DIR: broken }));
    rmSync(broken, { recursive: true });
    const refused = await get(`${service.url}/warm`);
    expect(refused.status).toBe(503);
    expect(refused.location).toBeUndefined();
    expect(refused.headers['x-gamma-code']).toBe('temporarily_unavailable');
    expect((await get(`${service.url}/health`)).status).toBe(503);
    mkdirSync(broken);
    await until('302 again', async () => (await get(`${service.url}/warm`)).status === 302);
    expect((await get(`${service.url}/health`)).status).toBe(200);
    await service.end('SIGTERM');
  });

  test('in mode "before" is on the disk first, and SIGTERM finishes what was begun', async () => {
    const dir = join(platform.dir, 'before');
    const env = platform.env({ REDIRECT_LOG_DIR: dir, CLICK_LOG_SYNC: 'before' });
    const service = await startService('main', env);
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => get(`${service.url}/warm`)),
    );
    expect(answers.every((answer) => answer.status === 302)).toBe(true);
    expect(await service.end('SIGTERM')).toBe(0);
    const files = readdirSync(dir);
    expect(files).toHaveLength(1);
    expect(files[0]).toMatch(/\.log$/);
    const lines = readFileSync(join(dir, files[0]!), 'utf8').trim().split('\n');
    const logged = lines.map((line) => (JSON.parse(line) as Line).id);
    expect(logged.sort()).toEqual(answers.map((answer) => clickIdOf(answer.location)).sort());
  });

  test('behind proxies of ours comes from the address the outermost of them saw', async () => {
    const dir = join(platform.dir, 'proxied');
    const env = platform.env({ REDIRECT_LOG_DIR: dir, TRUSTED_PROXY_HOPS: '2' });
    const service = await startService('main', env);
    const forged = '6.6.6.6, 203.0.113.9, 10.0.0.1';
    await get(`${service.url}/warm`, { headers: { 'X-Forwarded-For': forged } });
    await get(`${service.url}/warm`, { headers: { 'X-Forwarded-For': 'nonsense, 10.0.0.1' } });
    await service.end('SIGTERM');
    const lines = readFileSync(join(dir, readdirSync(dir)[0]!), 'utf8')
      .trim()
      .split('\n');
    const ips = lines.map((line) => (JSON.parse(line) as { ip: string }).ip);
    expect(ips).toEqual(['203.0.113.9', '127.0.0.1']);
  });
});

describe('one connection', () => {
  /** Sends the pieces one after the other, each when the answers so far have come, and gives the status lines. */
  async function talk(pieces: readonly { send: string; answers: number }[]): Promise<string[]> {
    const { hostname, port } = new URL(redirect.url);
    const socket = connect(Number(port), hostname);
    let heard = '';
    const statuses = (): string[] => heard.match(/^HTTP\/1\.1 \d{3}/gm) ?? [];
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    try {
      let wanted = 0;
      for (const { send, answers } of pieces) {
        socket.write(send);
        wanted += answers;
        await until(`${wanted} answers`, () => statuses().length >= wanted);
      }
      return statuses();
    } finally {
      socket.destroy();
    }
  }
  const head = (method: string, ...headers: readonly string[]): string =>
    [`${method} /warm HTTP/1.1`, 'Host: x', 'User-Agent: Mozilla/5.0', ...headers, '', ''].join(
      '\r\n',
    );

  test('carries many clicks, one after the other and all at once', async () => {
    const one = head('GET');
    const pieces = [
      { send: one, answers: 1 },
      { send: one, answers: 1 },
      { send: one.repeat(150), answers: 150 },
      { send: head('HEAD') + one, answers: 2 },
    ];
    expect(new Set(await talk(pieces))).toEqual(new Set(['HTTP/1.1 302']));
  });

  test.each([
    ['of a length', ['Content-Length: 300000'], 'x'.repeat(300_000)],
    ['in chunks', ['Transfer-Encoding: chunked'], `${'4\r\nbody\r\n'.repeat(50_000)}0\r\n\r\n`],
    ['of no length', ['Content-Length: 0'], ''],
    ['like a request', ['content-length: 47'], head('GET').slice(0, 47)],
  ])('a click with a body %s is answered, and so is the next', async (_, headers, body) => {
    const withBody = head('GET', ...headers);
    const pieces = [
      // The answer comes before the body does; what follows it is read as a request again.
      { send: withBody, answers: 1 },
      { send: body + head('GET'), answers: 1 },
      { send: withBody + body + withBody + body + head('GET'), answers: 3 },
    ];
    expect(await talk(pieces)).toEqual(Array(5).fill('HTTP/1.1 302'));
  });
});

describe('a link that leads nowhere', () => {
  test.each(TARGET_ATTACKS)('target %j: a page, no redirect (%s)', async (target, code) => {
    const answer = await get(clickUrl('aigerim', target));
    expect(answer.location).toBeUndefined();
    expect(answer.status).toBe(400);
    expect(answer.headers['x-gamma-code']).toBe(code);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.body).toContain(LINK_TEXTS[code].ru.title);
  });

  test.each(TARGET_ATTACKS.filter(([target]) => /^[\x21-\x7e]{1,200}$/.test(target)))(
    'the same target unescaped, %j: no redirect',
    async (target) => {
      const answer = await get(`${redirect.url}/click?ref=aigerim&target=${target}`);
      // Without escaping, "#" and "&" end the target; what is left may be harmless, but only on a listed host.
      if (answer.status === 302) {
        expect(['wildberries.kz', 'www.wildberries.kz']).toContain(
          new URL(answer.location!, redirect.url).hostname,
        );
      } else expect([400, 404]).toContain(answer.status);
    },
  );

  test.each([
    ['/click?ref=aigerim', 400, 'target_missing'],
    ['/click?target=https%3A%2F%2Fwildberries.kz%2F', 400, 'ref_missing'],
    ['/click', 400, 'target_missing'],
    ['/click?ref=nobody99&target=https%3A%2F%2Fwildberries.kz%2F', 404, 'ref_unknown'],
    ['/click?ref=BAD!&target=https%3A%2F%2Fwildberries.kz%2F', 404, 'ref_unknown'],
    ['/click?ref=bolat&target=https%3A%2F%2Fwildberries.kz%2F', 400, 'target_host_not_listed'],
    [
      '/click?ref=aigerim&target=https://wildberries.kz/&target=https://evil.com/',
      400,
      'parameter_repeated',
    ],
    [
      '/click?ref=aigerim&target=https://wildberries.kz/&t%61rget=https://evil.com/',
      400,
      'parameter_repeated',
    ],
    ['/click?ref=aigerim&ref=bolat&target=https://wildberries.kz/', 400, 'parameter_repeated'],
    ['/click?ref=aigerim&target=%ff', 400, 'address_malformed'],
    ['/nosuchcode', 404, 'link_unknown'],
    ['/', 404, 'link_unknown'],
    ['/a/b/c', 404, 'link_unknown'],
    ['//evil.com', 404, 'link_unknown'],
    ['/%2f%2fevil.com', 404, 'link_unknown'],
    ['/evil', 400, 'target_host_not_listed'],
    ['/prgPaused', 410, 'programme_paused'],
  ])('%s: %i %s', async (path, status, code) => {
    const answer = await get(redirect.url + path);
    expect([answer.status, answer.headers['x-gamma-code']]).toEqual([status, code]);
    expect(answer.location).toBeUndefined();
  });

  test.each([
    ['kk-KZ,kk;q=0.9,ru;q=0.8', 'kk'],
    ['kz', 'kk'],
    ['en-US,en;q=0.9', 'en'],
    ['de,en;q=0.5,ru;q=0.4', 'en'],
    ['fr', 'ru'],
    ['', 'ru'],
    ['en;q=0', 'ru'],
  ])('speaks the reader’s language: %s → %s', async (header, language) => {
    const answer = await get(`${redirect.url}/nosuchcode`, {
      headers: { 'Accept-Language': header },
    });
    expect(answer.headers['content-language']).toBe(language);
    expect(answer.body).toContain(`<html lang="${language}">`);
    expect(answer.body).toContain(LINK_TEXTS.link_unknown[language as 'ru'].sentence);
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('nothing of the request is on the page', async () => {
    const answer = await get(`${redirect.url}/click?ref=aigerim&target=<script>alert(1)</script>`);
    expect(answer.status).toBe(400);
    expect(answer.body).not.toContain('alert');
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is not allowed', async (method) => {
    const answer = await get(`${redirect.url}/warm`, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD');
    expect(answer.location).toBeUndefined();
  });
});

describe('what a redirect knows', () => {
  test('a paused link stops within 2 s while it is being clicked, and comes back', async () => {
    const state = (value: string): Promise<unknown> =>
      platform.owner.query(`update links set state = $1 where code = 'toPause'`, [value]);
    const reaches = async (status: number): Promise<number> => {
      const from = Date.now();
      const seen = async (): Promise<boolean> =>
        (await get(`${redirect.url}/toPause`)).status === status;
      await until(`status ${status}`, seen, 5_000);
      return Date.now() - from;
    };
    await reaches(302);
    await state('paused');
    expect(await reaches(410)).toBeLessThan(2_000);
    expect((await get(`${redirect.url}/toPause`)).headers['x-gamma-code']).toBe('link_paused');
    await state('active');
    expect(await reaches(302)).toBeLessThan(2_000);
  });

  test('a new link works within 2 s of having been asked for in vain', async () => {
    expect((await get(`${redirect.url}/later`)).status).toBe(404);
    await platform.owner.query(
      `insert into links (id, kind, code, programme_id, influencer_id, target_url)
       values ('lnk_later', 'short', 'later', 'prg_wb', 'inf_a', 'https://wildberries.kz/l')`,
    );
    const found = async (): Promise<boolean> => (await get(`${redirect.url}/later`)).status === 302;
    await until('302', found, 2_000);
  });

  test('a flood of unknown codes costs Postgres a bounded number of queries', async () => {
    const queries = async (): Promise<number> => {
      const { rows } = await platform.owner.query<{ n: bigint }>(
        `select xact_commit as n from pg_stat_database where datname = current_database()`,
      );
      return Number(rows[0]!.n);
    };
    const before = await queries();
    const from = Date.now();
    const asked = 6_000;
    for (let i = 0; i < asked; i += 200) {
      const codes = Array.from({ length: 200 }, (_, at) => `none${i + at}`);
      const answers = await Promise.all(codes.map((code) => get(`${redirect.url}/${code}`)));
      expect(answers.every((answer) => answer.status === 404)).toBe(true);
    }
    const seconds = (Date.now() - from) / 1000;
    // Statistics of a backend arrive up to a second after it fell idle.
    await until('statistics', () => Date.now() - from > seconds * 1000 + 1_500);
    expect((await queries()) - before).toBeLessThan(100 * seconds + 150);
  });

  test('a cold link waits for nobody longer than its deadline, and warm ones do not notice', async () => {
    const { hostname, port } = new URL(platform.stack.urls.postgres);
    let hang = false;
    const sockets = new Set<Socket>();
    const proxy = createServer((client) => {
      const server = connect(Number(port), hostname);
      for (const socket of [client, server]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
      }
      client.on('data', (bytes) => hang || server.write(bytes));
      server.on('data', (bytes) => hang || client.write(bytes));
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const slow = new URL(platform.stack.urls.postgres);
    slow.port = String((proxy.address() as { port: number }).port);
    const service = await startService(
      'main',
      platform.env({
        DATABASE_URL: slow.href,
        REDIS_URL: 'redis://127.0.0.1:1',
        REDIRECT_LOG_DIR: join(platform.dir, 'slow'),
      }),
    );
    expect((await get(`${service.url}/warm`)).status).toBe(302);
    hang = true;
    const cold = Array.from({ length: 50 }, async (_, at) => {
      const from = Date.now();
      const { status, headers } = await get(`${service.url}/cold${at}`);
      return { status, retry: headers['retry-after'], ms: Date.now() - from };
    });
    const warm: number[] = [];
    let waiting = true;
    void Promise.all(cold).then(() => (waiting = false));
    while (waiting) {
      const from = performance.now();
      expect((await get(`${service.url}/warm`)).status).toBe(302);
      warm.push(performance.now() - from);
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const { status, retry, ms } of await Promise.all(cold)) {
      expect([status, retry]).toEqual([503, '2']);
      // Postgres would hang for as long as the test lets it.
      expect(ms).toBeLessThan(5_000);
    }
    warm.sort((a, b) => a - b);
    // Whoever waits for a cold one is up to 2 s late, spread evenly.
    expect(warm[Math.floor(warm.length * 0.99)]).toBeLessThan(500);
    hang = false;
    await until(
      'cold links work again',
      async () => (await get(`${service.url}/later`)).status !== 503,
    );
    await service.end('SIGTERM');
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
});
