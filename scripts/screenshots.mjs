// `npm run screenshots`, beside a platform that is up (`npm start`): the pictures of docs/, made anew. Signs in as
// the demo people, so a person's authenticator code must not have been used in the same half minute.
//   -- --out DIR --dark --size phone|desk|both   other places, looks and sizes
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Secret, TOTP } from 'otpauth';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const { CHROMIUM_FLAGS, ensureChromium } = require(join(root, 'dist/stack/chromium.js'));
const { createProgress } = require(join(root, 'dist/stack/progress.js'));
const { readReady } = require(join(root, 'dist/stack/logins.js'));

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(root, 'docs', 'images') },
    dark: { type: 'boolean', default: false },
    size: { type: 'string', default: '' },
    lang: { type: 'string', default: 'ru' },
    only: { type: 'string', default: '' },
  },
});
const SIZES = { phone: { width: 360, height: 780 }, desk: { width: 1440, height: 900 } };

/** file → who looks, where, at what size it stands in the docs. */
const SHOTS = [
  ['influencer-sign-in', null, '/app/', 'phone'],
  ['influencer-home', 'influencer', '/app/', 'phone'],
  ['influencer-links', 'influencer', '/app/links', 'phone'],
  ['influencer-new-link', 'influencer', '/app/links/new', 'phone'],
  ['influencer-link', 'influencer', '/app/links/{link}', 'phone'],
  ['influencer-edit-link', 'influencer', '/app/links/{link}/edit', 'phone'],
  ['influencer-uploads', 'influencer', '/app/links/uploads', 'phone'],
  ['influencer-statistics', 'influencer', '/app/statistics?days=30', 'phone'],
  ['influencer-clicks', 'influencer', '/app/statistics/clicks', 'phone'],
  ['link-report', null, '/app/report', 'phone'],
  ['influencer-orders', 'influencer', '/app/orders', 'phone'],
  ['influencer-wallet', 'influencer', '/app/wallet', 'phone'],
  ['influencer-payout', 'influencer', '/app/wallet/payout', 'phone'],
  ['influencer-payouts', 'influencer', '/app/wallet/payouts', 'phone'],
  ['influencer-notices', 'influencer', '/app/notices', 'phone'],
  ['influencer-profile', 'influencer', '/app/profile', 'phone'],
  ['desk-sign-in', null, '/desk/', 'desk'],
  ['brand-overview', 'brandOwner', '/desk/brand', 'desk'],
  ['brand-programmes', 'brandOwner', '/desk/brand/programmes', 'desk'],
  ['brand-orders', 'brandOwner', '/desk/brand/orders', 'desk'],
  ['brand-integration', 'brandOwner', '/desk/brand/integration', 'desk'],
  ['brand-influencers', 'brandOwner', '/desk/brand/influencers', 'desk'],
  ['brand-clicks', 'brandOwner', '/desk/brand/clicks', 'desk'],
  ['brand-signals', 'brandOwner', '/desk/brand/signals', 'desk'],
  ['brand-team', 'brandOwner', '/desk/brand/team', 'desk'],
  ['ops-today', 'opsMaker', '/desk/ops', 'desk'],
  ['ops-runs', 'opsMaker', '/desk/ops/runs', 'desk'],
  ['ops-run', 'opsMaker', '/desk/ops/runs/{run}', 'desk'],
  ['ops-payout-review', 'opsMaker', '/desk/ops/payout-reviews/{review}', 'desk'],
  ['ops-people', 'opsMaker', '/desk/ops/people', 'desk'],
  ['ops-conversions', 'opsMaker', '/desk/ops/conversions', 'desk'],
  ['ops-limits', 'opsMaker', '/desk/ops/brands/{brand}/limits', 'desk'],
  ['ops-stuck', 'opsMaker', '/desk/ops/stuck', 'desk'],
  ['ops-reports', 'opsMaker', '/desk/ops/reports', 'desk'],
  ['ops-signals', 'opsMaker', '/desk/ops/signals', 'desk'],
  ['ops-audit', 'opsMaker', '/desk/ops/audit', 'desk'],
  ['ops-sandbox', 'opsMaker', '/desk/ops/sandbox', 'desk'],
  ['api-reference', null, '/docs', 'desk'],
  ['sms-outbox', null, 'sandbox:/sms/outbox', 'phone'],
].filter(([file]) => file.startsWith(values.only));

const ready = readReady();
if (!ready) {
  console.error('No platform is up: run `npm start` in another terminal, then this again.');
  process.exit(1);
}

async function post(request, path, data) {
  const headers = { origin: ready.api };
  const response = await request.post(`${ready.api}${path}`, { data, headers });
  if (!response.ok()) throw new Error(`${path}: ${response.status()} ${await response.text()}`);
  return response.json();
}

/** The code of the newest message to this phone. */
async function smsCode(phone) {
  const url = `${ready.sandbox}/control/sms/outbox?phone=${encodeURIComponent(phone)}`;
  const { messages } = await (await fetch(url)).json();
  return /\b\d{6}\b/.exec(messages[0].text)[0];
}

async function signIn(request, who) {
  if (who === 'influencer') {
    const { phone } = ready.logins.influencers[0];
    await post(request, '/v1/auth/phone', { phone, locale: values.lang });
    await post(request, '/v1/auth/phone/verify', { phone, code: await smsCode(phone) });
    return;
  }
  const { email, password, totpSecret } = ready.logins[who];
  const { challenge } = await post(request, '/v1/auth/password', { email, password });
  const code = new TOTP({ secret: Secret.fromBase32(totpSecret) }).generate();
  await post(request, '/v1/auth/totp', { challenge, code });
}

const itemsOf = async (request, path) =>
  (await (await request.get(`${ready.api}${path}`)).json()).items;

/** What stands in an address for an id: the newest of whoever is signed in, undefined when there is none. */
const IDS = {
  '{link}': async (request) => {
    const { tenant } = await (await request.get(`${ready.api}/v1/me`)).json();
    const links = await itemsOf(request, `/v1/influencers/${tenant.id}/links`);
    return links.find(({ kind }) => kind === 'short')?.id;
  },
  '{brand}': () => ready.logins.brandOwner.tenantId,
  '{run}': async (request) => (await itemsOf(request, '/v1/payout-batches'))[0]?.id,
  '{review}': async (request) => (await itemsOf(request, '/v1/ops/payout-reviews'))[0]?.payout_id,
};

async function addressOf(request, path) {
  const [name, find] = Object.entries(IDS).find(([one]) => path.includes(one)) ?? [];
  if (!name) return path;
  const id = await find(request);
  return id && path.replace(name, id);
}

async function shoot(context, [file, , path], size) {
  const base = path.startsWith('sandbox:') ? ready.sandbox : ready.api;
  const address = await addressOf(context.request, path.replace('sandbox:', ''));
  if (!address) return console.log(`  ${file}: nothing to show, the picture stays as it was`);
  const page = await context.newPage();
  await page.setViewportSize(SIZES[size]);
  page.on(
    'console',
    (message) => message.type() === 'error' && console.log(`  ${file}: ${message.text()}`),
  );
  page.on('pageerror', (error) => console.log(`  ${file}: ${error}`));
  const url = new URL(`${base}${address}`);
  if (values.lang !== 'ru') url.searchParams.set('lang', values.lang);
  await page.goto(url.href, { waitUntil: 'load' });
  // Event streams never fall silent; the skeletons of what loads are what to wait for.
  await page
    .waitForFunction(
      () =>
        document.fonts.status === 'loaded' &&
        document.querySelector('h1, h2') !== null &&
        !document.querySelector('[aria-busy="true"], .mantine-Skeleton-root'),
      undefined,
      { timeout: 15_000 },
    )
    .catch(() => console.log(`  ${file}: something still loads`));
  const name = values.size === 'both' ? `${file}-${size}` : file;
  await page.screenshot({ path: join(values.out, `${name}.png`) });
  await page.close();
}

await mkdir(values.out, { recursive: true });
const progress = createProgress(process.stderr);
const logDir = join(root, '.gamma', 'logs');
const executablePath = await ensureChromium({ env: process.env, logDir, progress });
const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS] });
const contexts = new Map();
try {
  for (const shot of SHOTS) {
    const [file, who, , own] = shot;
    if (!contexts.has(who)) {
      const context = await browser.newContext({
        locale: `${values.lang}-KZ`,
        timezoneId: 'Asia/Almaty',
        colorScheme: values.dark ? 'dark' : 'light',
      });
      if (who) await signIn(context.request, who);
      contexts.set(who, context);
    }
    const sizes = values.size === 'both' ? ['phone', 'desk'] : [values.size || own];
    for (const size of sizes) await shoot(contexts.get(who), shot, size);
    console.log(`${file}`);
  }
} finally {
  await browser.close();
}
