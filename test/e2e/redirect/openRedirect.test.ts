import type { IncomingMessage, ServerResponse } from 'node:http';

import fc from 'fast-check';

import { createClickIds, NONCE_SEED_BYTES } from '../../../domain/clicks/clickId';
import { createClickRoutes } from '../../../redirect/click';
import { compileOpen, compileShort } from '../../../redirect/links';
import type { Resolver } from '../../../redirect/resolver';
import { createRedirectHandler } from '../../../redirect/server';
import type { LinkRecord } from '../../../store/postgres/links';
import { TARGET_ATTACKS } from './targetAttacks';

/**
 * The handler that serves people, from the request's bytes to the answer's, with generated targets both in the
 * address and in a stored link: nothing it sends out leads anywhere but to the programme's own hosts.
 */
const HOSTS = ['wildberries.kz', 'www.wildberries.kz'];
const PACKAGE = 'com.wildberries.ru';
const RUNS = 120_000;

const record = (targetUrl: string | null): LinkRecord => ({
  number: 7,
  programmeId: 'prg',
  brandId: 'brd',
  influencerId: 'inf',
  targetUrl,
  hosts: HOSTS,
  clickParam: 'sub1',
  state: 'active',
  programmeState: 'active',
  expiresAtMs: null,
  takenDown: false,
  title: '',
  imageUrl: null,
  programmeName: 'Wildberries',
  androidPackage: PACKAGE,
  iosUniversal: true,
  productParams: [],
});

const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 13; SM-A135F; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36 Instagram 339.0.0.30.105 Android',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 musical_ly_35.2.0',
  'TelegramBot (like TwitterBot)',
  'curl/8.5.0',
];

const char = fc.constantFrom(
  ...[
    '/',
    '\\',
    '@',
    ':',
    '#',
    '?',
    ';',
    '%',
    '.',
    '&',
    '=',
    ' ',
    '\t',
    '\r\n',
    '\0',
    '\u3002',
    '\uff0f',
    '\u200b',
    '"',
    '<',
    '>',
    "'",
  ],
  ...['%2f', '%5c', '%00', '%0d%0a', '%23', '%3b', '%40', '%2e', '%252f'],
);
const scheme = fc.oneof(
  { weight: 6, arbitrary: fc.constant('https://') },
  fc.constantFrom(
    'http://',
    '//',
    'https:',
    'https:/',
    'HTTPS://',
    'javascript:',
    'data:text/html,',
    'intent://',
    'https:\\\\',
    '',
    'ftp://',
  ),
);
const host = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...HOSTS, 'WILDBERRIES.kz', 'wildberries.kz.') },
  fc.constantFrom(
    'evil.com',
    'wildberries.kz.evil.com',
    'evilwildberries.kz',
    '127.0.0.1',
    '[::1]',
    '0x7f.1',
    'xn--wldberries-q9a.kz',
    'ｗildberries.kz',
  ),
);
const word = fc.constantFrom(
  ...[
    'catalog',
    '1',
    'evil.com',
    '#Intent;',
    ';end',
    ';package=evil.app',
    ';S.browser_fallback_url=https://evil.com',
    'sub1=',
    'javascript:alert(1)',
    '//evil.com',
    '</a><a href=//evil.com>',
    'платье',
  ],
);
const junk = fc
  .array(fc.oneof(char, word, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 5 })
  .map((parts) => parts.join(''));
const built = fc
  .tuple(fc.boolean(), scheme, junk, host, junk, junk)
  .map(([clean, start, before, name, after, end]) =>
    clean ? `${start}${name}/${after}?${end}` : `${start}${before}${name}${after}${end}`,
  );
const targets = fc.oneof(
  { weight: 8, arbitrary: built },
  fc.constantFrom(...TARGET_ATTACKS.map(([target]) => target)),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
);
const asks = fc.record({
  target: targets,
  agent: fc.constantFrom(...AGENTS),
  stored: fc.boolean(),
  escaped: fc.boolean(),
});

/** As a browser reads a Location or an href. */
function isOurs(address: string): boolean {
  if (address.startsWith('intent:')) {
    const at = address.lastIndexOf('#');
    if (!address.startsWith('#Intent;', at)) return false;
    const said = address.slice(at + 8).split(';');
    const fallback = said.find((one) => one.startsWith('S.browser_fallback_url='));
    const data = `https${address.slice('intent'.length, at)}`;
    return (
      said.filter((one) => one.startsWith('package=')).join() === `package=${PACKAGE}` &&
      said.filter((one) => one.startsWith('scheme=')).join() === 'scheme=https' &&
      said.length === 6 &&
      isOurs(data) &&
      isOurs(decodeURIComponent(fallback?.slice('S.browser_fallback_url='.length) ?? ''))
    );
  }
  if (!/^https:\/\/[a-z.]+\/[\x21-\x7e]*$/.test(address)) return false;
  const url = new URL(address);
  return (
    url.protocol === 'https:' &&
    HOSTS.includes(url.host) &&
    url.username === '' &&
    url.href === address
  );
}

const unescaped = (html: string): string =>
  html.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

/** Every tag our pages hold has only attributes in double quotes; whatever else has an angle bracket is an escape. */
const TAG = /<\/?[a-z][a-z0-9]*((?:\s+[a-z:_-]+(?:="[^"<>]*")?)*)>/gi;
function* hrefsIn(html: string): Generator<string> {
  for (const [, attributes = ''] of html.matchAll(TAG)) {
    for (const [, name, value = ''] of attributes.matchAll(/([a-z:_-]+)="([^"]*)"/gi)) {
      if (name === 'href') yield unescaped(value);
    }
  }
}

const fixed = <C extends object>(value: () => C): Resolver<C> => ({
  peek: () => value(),
  resolve: () => Promise.resolve(value()),
  stats: () => ({ known: 0, unknown: 0, refreshFailures: 0 }),
});

test(`nothing leads anywhere else: escapes 0 of ${RUNS}`, async () => {
  let storedTarget = '';
  const open = compileOpen([record(null)]);
  const handler = createRedirectHandler({
    ids: createClickIds(
      [{ id: 'a', bytes: new Uint8Array(32) }],
      'test',
      new Uint8Array(NONCE_SEED_BYTES),
    ),
    routes: createClickRoutes(
      fixed(() => compileShort(record(storedTarget))),
      fixed(() => open),
    ),
    log: {
      append: (_lines, _rows, stored) => stored(true),
      stats: () => ({ state: 'ok', rowsWritten: 0, rowsRefused: 0, segment: '', segmentBytes: 0 }),
      close: () => Promise.resolve(),
    },
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    },
    trustedProxyHops: 0,
    trustedProxyHeader: 'x-forwarded-for',
    repeatWindowMs: 10_000,
    limits: { ipPerSecond: 0, linkPerSecond: 0 },
    origins: { links: 'https://go.gamma.kz', apps: 'https://gamma.kz' },
    health: () => ({}),
  });
  const escapes: string[] = [];
  const answers = { redirect: 0, intent: 0, page: 0, refused: 0 };

  const check = (
    target: string,
    status: number,
    headers: readonly string[],
    body: string,
  ): void => {
    const location = headers[headers.indexOf('Location') + 1];
    if (headers.some((text) => /[^\x20-\x7e]/.test(text))) escapes.push(`header: ${target}`);
    if (status === 302) {
      answers[location?.startsWith('intent:') ? 'intent' : 'redirect'] += 1;
      if (!location || !isOurs(location)) escapes.push(`${target} → ${location}`);
      return;
    }
    if (headers.includes('Location')) escapes.push(`${status} with Location: ${target}`);
    answers[status === 200 ? 'page' : 'refused'] += 1;
    for (const href of hrefsIn(body)) {
      if (!href.startsWith('https://gamma.kz/app/report?address=') && !isOurs(href))
        escapes.push(`${target} → href ${href}`);
    }
    if (/[<>]/.test(body.replace('<!doctype html>', '').replaceAll(TAG, '')))
      escapes.push(`not a tag of ours: ${target}`);
  };

  const ask = ({
    target,
    agent,
    stored,
    escaped,
  }: {
    target: string;
    agent: string;
    stored: boolean;
    escaped: boolean;
  }): void => {
    storedTarget = target;
    // A browser's own request line: never control characters or spaces.
    const inAddress = escaped
      ? encodeURIComponent(target.toWellFormed())
      : encodeURI(target.toWellFormed());
    const request = {
      method: 'GET',
      url: stored ? '/anycode' : `/click?ref=aigerim&target=${inAddress}`,
      rawHeaders: ['User-Agent', agent],
      headers: {},
      socket: { remoteAddress: '203.0.113.9' },
    };
    let status = 0;
    let headers: readonly string[] = [];
    const response = {
      req: request,
      writeHead(code: number, sent: readonly string[]) {
        status = code;
        headers = sent;
      },
      end: (body?: Buffer) => check(target, status, headers, body?.toString() ?? ''),
    };
    handler.handle(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  };

  for (let batch = 0; batch < RUNS / 2_000; batch += 1) {
    for (const one of fc.sample(asks, { numRuns: 2_000 })) ask(one);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(escapes).toEqual([]);
  const sum = Object.values(answers).reduce((a, b) => a + b, 0);
  expect(sum).toBe(RUNS);
  // Not by refusing everything.
  expect(Math.min(answers.redirect, answers.intent, answers.page)).toBeGreaterThan(1_500);
});
