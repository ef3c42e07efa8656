import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { isReserved } from '../../domain/links/reserved';
import { readSlug } from '../../domain/links/slug';
import { loadContract } from '../../api/contract';

const ROOT = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** First parts of the paths that stand as texts in the programs that answer requests. */
function written(path: string): string[] {
  const texts = read(path).matchAll(/['"`](?:[A-Z]+ )?\/([a-z][a-z0-9-]*)(?=[/'"`.?])/g);
  return [...texts].map(([, segment = '']) => segment);
}

const SERVERS = [
  ...['api/server.ts', 'api/app.ts', 'api/web/middleware.ts', 'api/intake/postbacks.ts'],
  ...['redirect/server.ts', 'redirect/click.ts', 'sandbox/server.ts'],
];
const contract = loadContract();
const operations = [...contract.operations.values()].map(
  ({ path }) => (path.split('/')[1] ?? '').split('.')[0] ?? '',
);
/** Files that an app puts beside its page go by names too, should it ever be served at the root. */
const files = ['influencer', 'brand', 'docs'].flatMap((app) =>
  readdirSync(join(ROOT, 'dist/web', app)).map((name) =>
    (name.split('.')[0] ?? '').replace(/-[0-9a-f]{8}$/, ''),
  ),
);
const SERVED = [...new Set([...SERVERS.flatMap(written), ...operations, ...files])].filter(Boolean);

test('12.9, the paths of every process are found', () => {
  expect(SERVED).toEqual(
    expect.arrayContaining([
      'v1',
      'health',
      'app',
      'desk',
      'docs',
      'wooppay',
      'wildberries',
      'sms',
      'control',
      'dials',
      'sw',
    ]),
  );
});

test.each(SERVED)('12.9, nobody can name a link %j, in any look', (segment) => {
  expect(isReserved(segment)).toBe(true);
  for (const look of [
    segment,
    segment.toUpperCase(),
    `${segment}${segment.slice(-1)}`,
    segment.replaceAll('o', '0').replaceAll('e', '3'),
  ])
    expect(readSlug(look).ok).toBe(false);
});

test.each([
  ...[
    'desk',
    'Docs',
    'd3sk',
    'd0cs',
    'de-sk',
    'deesk',
    'docs-',
    'apps',
    'health',
    'click',
    'cl1ck',
    'robots',
    'wp-login',
  ],
  ...[
    'admin',
    'adm1n',
    'admin-kz',
    'login',
    'l0gin',
    'log-in',
    'payout',
    'pay-out',
    'wallet',
    'support',
    'support-24',
    'oferta',
  ],
  ...[
    'gamma',
    'gamma-bonus',
    'gammapay',
    'my-gamma',
    'g4mma',
    'official',
    'brand-official',
    'password',
    'verify',
    'security',
  ],
])('12.9, %j cannot be taken', (text) => {
  expect(readSlug(text).ok).toBe(false);
});

test.each([
  ...[
    'sale',
    'dress-2026',
    'help-me-choose',
    'desktop',
    'docsity',
    'bank-of-memes',
    'my-code',
    'card-game',
    'open-air',
    'moda-kz',
  ],
  ...[
    'healthy',
    'clickbait',
    'payday',
    'winter',
    'gift-ideas',
    'testdrive',
    'life',
    'aigerim',
    'programmist',
    'wildberries-sale',
  ],
])('12.9, %j can', (text) => {
  expect(readSlug(text)).toEqual({ ok: true, value: text });
});
