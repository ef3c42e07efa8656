import { join } from 'node:path';

import { readAgent } from '../../../domain/clicks/agent';
import { appOf, appOfReferrer, readApp } from '../../../domain/clicks/app';
import { createClickIds } from '../../../domain/clicks/clickId';
import type { ClickLine } from '../../../redirect/clickLine';
import { loggedLines } from './clickLog';
import {
  CLICK_KEY,
  clickIdOf,
  get,
  startPlatform,
  startService,
  type Answer,
  type Platform,
  type Service,
} from './platform';

const AGENTS = {
  androidChrome:
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36',
  androidFirefox: 'Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0',
  iosSafari:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  androidInstagram:
    'Mozilla/5.0 (Linux; Android 13; SM-A135F Build/TP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.6478.122 Mobile Safari/537.36 Instagram 339.0.0.30.105 Android (33/13; 450dpi; 1080x2208; samsung; SM-A135F; a13; exynos850; ru_RU; 618023787)',
  iosTikTok:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 musical_ly_35.2.0 JsSdk/2.0 BytedanceWebview/d8a21c6',
  androidWebView:
    'Mozilla/5.0 (Linux; Android 10; SM-A505F Build/QP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/119.0.6045.66 Mobile Safari/537.36',
  telegramBot: 'TelegramBot (like TwitterBot)',
  googlebot: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  curl: 'curl/8.5.0',
};
const TITLE = 'Платье &#60;b&#62;&#34;летнее&#34;&#60;/b&#62; &#38; туфли';
const PLAIN = 'https://shop.kz/p/7;v=1?color=red#reviews';

let platform: Platform;
let redirect: Service;
let logDir: string;

beforeAll(async () => {
  platform = await startPlatform(['postgres', 'redis']);
  logDir = join(platform.dir, 'log');
  redirect = await startService(
    'main',
    platform.env({
      REDIRECT_LOG_DIR: logDir,
      REDIRECT_PUBLIC_ORIGIN: 'https://go.gamma.kz',
      GAMMA_APP_ORIGIN: 'https://gamma.kz',
    }),
  );
});
afterAll(async () => {
  await redirect.end('SIGTERM');
  await platform.stop();
});

async function ask(
  path: string,
  userAgent: string,
  more: { method?: string; headers?: Record<string, string> } = {},
): Promise<{ answer: Answer; line: ClickLine | undefined }> {
  const before = loggedCount();
  const headers = { 'User-Agent': userAgent, ...more.headers };
  const answer = await get(redirect.url + path, { ...more, headers });
  const lines = loggedLines(logDir);
  expect(lines.length - before).toBeLessThanOrEqual(1);
  return { answer, line: lines.length > before ? lines.at(-1) : undefined };
}
function loggedCount(): number {
  try {
    return loggedLines(logDir).length;
  } catch {
    return 0;
  }
}
const clickIds = createClickIds([CLICK_KEY], 'test');
/** Every run of 32 characters that could be an id of ours, wherever it hides. */
const idsIn = (text: string): string[] =>
  [...decodeURIComponent(text).matchAll(/(?=([-_0-9A-Za-z]{32}))/g)]
    .map(([, id = '']) => id)
    .filter((id) => clickIds.verify(id).ok);

describe('a person', () => {
  test('in Chrome on Android is sent to the app, with the page as its fallback', async () => {
    const { answer, line } = await ask('/SaleOfDresses?sub2=story', AGENTS.androidChrome);
    expect(answer.status).toBe(302);
    expect(line).toMatchObject({ way: 'app', sub: ['', 'story', '', '', ''] });
    expect(line?.reason).toBeUndefined();
    const id = line!.id;
    expect(answer.location).toBe(
      `intent://shop.kz/p/7%3Bv=1?color=red&sub1=${id}#Intent;scheme=https;action=android.intent.action.VIEW;` +
        'category=android.intent.category.BROWSABLE;package=kz.shop.app;S.browser_fallback_url=' +
        `${encodeURIComponent(`https://shop.kz/p/7;v=1?color=red&sub1=${id}#reviews`)};end`,
    );
  });

  test.each([
    ['iosSafari', 'app'],
    ['androidFirefox', undefined],
  ] as const)('in %s is sent to the page', async (agent, way) => {
    const { answer, line } = await ask('/SaleOfDresses', AGENTS[agent]);
    const to = `https://shop.kz/p/7;v=1?color=red&sub1=${line!.id}#reviews`;
    expect([answer.status, answer.location]).toEqual([302, to]);
    expect(line!.way).toBe(way);
  });

  test.each(['saleofdresses', 'SALEOFDRESSES', 'SaleOfDresses'])(
    'may write the name as %s',
    async (code) => {
      const { line } = await ask(`/${code}`, AGENTS.androidFirefox);
      expect(line?.host).toBe('shop.kz');
    },
  );

  test('inside Instagram gets a page with one tap, a link to copy and the way out', async () => {
    const { answer, line } = await ask('/SaleOfDresses?sub2=a"<x>', AGENTS.androidInstagram, {
      headers: { 'Accept-Language': 'ru-KZ' },
    });
    expect(answer.status).toBe(200);
    expect(line).toMatchObject({ way: 'landing' });
    expect(answer.location).toBeUndefined();
    const page = answer.body;
    expect(page).toContain(`<bdi>${TITLE}</bdi>`);
    expect(page).toContain('Реклама · Жарнама');
    expect(page).toContain('Shop &#38; Co · shop.kz');
    expect(page).toContain(
      `href="intent://shop.kz/p/7%3Bv=1?color=red&#38;sub1=${line!.id}#Intent;`,
    );
    expect(page).toContain(`href="https://shop.kz/p/7;v=1?color=red&#38;sub1=${line!.id}#reviews"`);
    expect(page).toContain('Открыть во внешнем браузере');
    expect(page).toContain('https://go.gamma.kz/SaleOfDresses?sub2=a');
    expect(page).toContain(
      'https://gamma.kz/app/report?address=https%3A%2F%2Fgo.gamma.kz%2FSaleOfDresses',
    );
    expect(page).not.toContain('<x>');
    expect(idsIn(page)).toContain(line!.id);
  });

  test('inside TikTok on an iPhone taps an ordinary address: iOS opens the app out of the tap', async () => {
    const { answer, line } = await ask('/SaleOfDresses', AGENTS.iosTikTok);
    expect(answer.body).toContain(
      `class="go" href="https://shop.kz/p/7;v=1?color=red&#38;sub1=${line!.id}#reviews"`,
    );
    expect(answer.body).not.toContain('intent:');
  });

  test('inside an unknown app gets our page only where its tap gains an app, and the page first', async () => {
    const { answer, line } = await ask('/SaleOfDresses', AGENTS.androidWebView);
    expect(answer.body).toContain(`class="go" href="https://shop.kz/`);
    expect(answer.body).toContain('class="site" href="intent://shop.kz/');
    expect(line?.way).toBe('landing');
    const other = await ask('/warm', AGENTS.androidWebView);
    expect([other.answer.status, other.line?.way]).toEqual([302, undefined]);
  });

  test.each([
    ['kk-KZ,kk;q=0.9', 'kk'],
    ['en', 'en'],
    ['', 'ru'],
  ])(
    'reads the page in %j as %s, under 10 kB, with nothing of anybody else',
    async (accept, language) => {
      for (const agent of [AGENTS.androidInstagram, AGENTS.iosTikTok, AGENTS.androidWebView]) {
        const { answer } = await ask('/SaleOfDresses', agent, {
          headers: { 'Accept-Language': accept },
        });
        expect(answer.headers['content-language']).toBe(language);
        expect(answer.body).toContain(`<html lang="${language}">`);
        expect(Buffer.byteLength(answer.body)).toBeLessThan(10_000);
        expect(answer.body).not.toMatch(
          /<script|<img|<link|<iframe|<form|\bsrc=|\bon\w+=|@import|url\(/i,
        );
        expect(answer.headers['content-security-policy']).toMatch(
          /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
        );
        expect(answer.headers['cache-control']).toBe('no-store');
        expect(answer.headers['x-content-type-options']).toBe('nosniff');
        expect(answer.headers['set-cookie']).toBeUndefined();
      }
    },
  );

  test.each([
    [{ 'X-Requested-With': 'org.telegram.messenger' }, 'telegram'],
    [{ 'X-Requested-With': 'org.telegram.messenger.web', Referer: 'https://vk.com/' }, 'telegram'],
    [{ Referer: 'android-app://org.telegram.messenger/' }, 'telegram'],
    [{ Referer: 'https://t.me/' }, 'telegram'],
    [{ 'X-Requested-With': 'kz.unknown.app', Referer: 'https://l.instagram.com/' }, 'instagram'],
    [{ 'X-Requested-With': 'kz.unknown.app' }, 'other'],
  ] as [Record<string, string>, string][])(
    '12.18, in an app that says it is Chrome, told by %j, gets the page and is counted there',
    async (headers, app) => {
      const { answer, line } = await ask('/SaleOfDresses', AGENTS.androidChrome, { headers });
      expect([answer.status, answer.location, line!.way]).toEqual([200, undefined, 'landing']);
      const { ua, referrer } = line!;
      const counted = appOf(readAgent(ua).app, readApp(line!.app), appOfReferrer(referrer));
      expect(counted).toBe(app);
    },
  );

  test.each([[{ 'X-Requested-With': 'XMLHttpRequest' }], [{ Referer: 'https://blog.kz/' }]])(
    '12.18, in Chrome itself, with %j, goes to the app',
    async (headers) => {
      const { line } = await ask('/SaleOfDresses', AGENTS.androidChrome, { headers });
      expect([line!.way, line!.app]).toEqual(['app', undefined]);
    },
  );

  test('12.18, an app told by headers where a plain 302 works gets it, and is counted there', async () => {
    const headers = { 'X-Requested-With': 'org.telegram.messenger', Referer: 'https://t.me/' };
    for (const [path, agent] of [
      ['/warm', AGENTS.androidChrome],
      ['/SaleOfDresses', AGENTS.androidFirefox],
    ] as const) {
      const { answer, line } = await ask(path, agent, { headers });
      expect([answer.status, line!.way, line!.app]).toEqual([302, undefined, 'telegram']);
    }
    const safari = await ask('/SaleOfDresses', AGENTS.iosSafari, { headers });
    expect([safari.answer.status, safari.line!.way]).toEqual([302, 'app']);
  });

  test('on an open link inside an app copies the whole of it', async () => {
    const target = encodeURIComponent('https://wildberries.kz/catalog/5/detail.aspx');
    const { answer, line } = await ask(`/click?ref=aigerim&target=${target}`, AGENTS.iosTikTok);
    expect(answer.body).toContain(`https://go.gamma.kz/click?ref=aigerim&#38;target=${target}`);
    expect(answer.body).toContain('wildberries.kz/catalog/5/detail.aspx</bdi>');
    expect(line).toMatchObject({ product: 'wb:5', way: 'landing' });
  });
});

describe('what is no person', () => {
  const given = ({ location = '', body, headers }: Answer): string =>
    `${location} ${body} ${JSON.stringify(headers)}`;

  test.each([
    ['HEAD', 'HEAD', AGENTS.androidChrome, 'head'],
    ['HEAD in an app', 'HEAD', AGENTS.androidInstagram, 'head'],
    ['a crawler', 'GET', AGENTS.googlebot, 'bot'],
    ['a library', 'GET', AGENTS.curl, 'library'],
    ['no user agent', 'GET', '', 'agent_missing'],
  ])('%s is sent to the page without a click id', async (_what, method, agent, reason) => {
    const { answer, line } = await ask('/SaleOfDresses', agent, { method });
    expect([answer.status, answer.location]).toEqual([302, PLAIN]);
    expect(line).toMatchObject({ reason });
    expect(line?.way).toBeUndefined();
    expect(given(answer)).not.toContain(line!.id);
  });

  test.each([
    [{ 'Sec-Purpose': 'prefetch' }, 'prefetch'],
    [{ 'Sec-Purpose': 'prefetch;anonymous-client-ip' }, 'prefetch'],
    [{ 'Sec-Purpose': 'prefetch;prerender' }, 'prerender'],
    [{ Purpose: 'prefetch' }, 'prefetch'],
    [{ 'X-Moz': 'prefetch' }, 'prefetch'],
    [{ 'X-Purpose': 'preview' }, 'preview'],
  ] as [Record<string, string>, string][])(
    'a browser guessing ahead (%j) gets nothing it could keep, and no click',
    async (headers, reason) => {
      for (const agent of [AGENTS.androidChrome, AGENTS.iosSafari, AGENTS.androidInstagram]) {
        const { answer, line } = await ask('/SaleOfDresses', agent, { headers });
        expect(answer.status).toBe(503);
        expect(answer.location).toBeUndefined();
        expect(answer.headers['cache-control']).toBe('no-store');
        expect(answer.headers['retry-after']).toBeUndefined();
        expect(answer.headers['x-gamma-code']).toBe('come_yourself');
        expect(line).toMatchObject({ reason, way: 'declined' });
        expect(given(answer)).not.toContain(line!.id);
      }
    },
  );

  test('a messenger gets title, picture and shop, and no click id', async () => {
    const { answer, line } = await ask('/SaleOfDresses', AGENTS.telegramBot);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.body).toContain(`<meta property="og:title" content="${TITLE}">`);
    expect(answer.body).toContain('<meta property="og:site_name" content="Shop &#38; Co">');
    expect(answer.body).toContain(
      '<meta property="og:url" content="https://go.gamma.kz/SaleOfDresses">',
    );
    expect(answer.body).toContain('Shop &#38; Co · shop.kz · Реклама · Жарнама');
    expect(line).toMatchObject({ reason: 'fetcher', way: 'preview_page' });
    expect(given(answer)).not.toContain(line!.id);
    const head = await ask('/SaleOfDresses', AGENTS.telegramBot, { method: 'HEAD' });
    expect([head.answer.status, head.answer.body]).toEqual([200, '']);
    expect(head.answer.headers['content-length']).toBe(answer.headers['content-length']);
    expect(head.line).toMatchObject({ reason: 'head', way: 'preview_page' });
  });

  test('a picture of the catalogue is shown when it has an https address', async () => {
    const { answer } = await ask('/withPicture', AGENTS.telegramBot);
    expect(answer.body).toContain('og:image" content="https://img.shop.kz/8.jpg?a=1&#38;b=2"');
    expect(answer.body).toContain('summary_large_image');
  });

  test('nothing of them is billable, and what a person got is', () => {
    for (const line of loggedLines(logDir)) {
      expect(clickIds.verify(line.id).ok).toBe(true);
      if (line.reason) expect(line.way).not.toBe('app');
      else expect(line.way).not.toBe('declined');
    }
  });
});

describe('a double tap', () => {
  test('is two clicks with ids of their own, and one visitor', async () => {
    const agent = `${AGENTS.androidFirefox} tap`;
    const { answer: one, line: first } = await ask('/warm', agent);
    const { answer: two, line: second } = await ask('/warm', agent);
    const { line: otherLink } = await ask('/SaleOfDresses', agent);
    const { line: otherAgent } = await ask('/warm', `${agent} 2`);
    expect(clickIdOf(one.location)).not.toBe(clickIdOf(two.location));
    expect([first, second, otherLink, otherAgent].map((line) => line?.repeat)).toEqual([
      undefined,
      1,
      undefined,
      undefined,
    ]);
    expect(second?.reason).toBeUndefined();
  });

  test('after the window is another visit; what is no person is never a repeat', async () => {
    const dir = join(platform.dir, 'window');
    const env = platform.env({ REDIRECT_LOG_DIR: dir, REPEAT_WINDOW_MS: '300' });
    const service = await startService('main', env);
    for (const agent of [AGENTS.curl, AGENTS.curl]) {
      await get(`${service.url}/warm`, { headers: { 'User-Agent': agent } });
    }
    const from = Date.now();
    while (Date.now() - from < 1_500) await get(`${service.url}/warm`);
    await service.end('SIGTERM');
    const lines = loggedLines(dir);
    expect(lines.filter((line) => line.reason && line.repeat)).toEqual([]);
    const unique = lines.filter((line) => !line.reason && !line.repeat);
    expect(unique.length).toBeGreaterThanOrEqual(3);
    expect(unique.length).toBeLessThanOrEqual(6);
    unique
      .slice(1)
      .forEach((line, at) => expect(line.ts - unique[at]!.ts).toBeGreaterThanOrEqual(300));
  });
});
