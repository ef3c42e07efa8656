import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser } from 'playwright-core';

import { call, until } from '../../sandbox/demo/http';
import type { DemoInfluencer } from '../../sandbox/seed';
import { repoRoot } from '../../stack/root';
import { axeFindings, cutOff, launchBrowser, PHONE, visit, type Visitor } from '../support/browser';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import { appUrl, atHome, expectSound, onPhone, settled, signIn } from './influencerApp';
import { owed } from './owed';

let on: TestPlatform;
let browser: Browser;
/** Somebody with links, orders, money, a payout and notices, in Russian and in the long pseudo-language. */
let visitor: Visitor;
let stretched: Visitor;
/** Somebody who has just proved a number and given a name, and nothing else. */
let newcomer: Visitor;
/** Of the first person: what stands for the parameters of a path. */
const ids = { link: '', conversion: '', returned: '', payout: '', upload: '' };

/** Each screen of the registry, opened in every form it has. */
const SCREENS: Readonly<Record<string, readonly string[]>> = {
  '/': ['/'],
  '/links': ['/links'],
  '/links/new': ['/links/new'],
  '/links/uploads': ['/links/uploads'],
  '/links/uploads/:importId': ['/links/uploads/{upload}', '/links/uploads/imp_0000000000000000'],
  '/links/:linkId/edit': ['/links/{link}/edit'],
  '/statistics': ['/statistics', '/statistics?days=1', '/statistics?link={link}'],
  '/statistics/clicks': ['/statistics/clicks', '/statistics/clicks?counted=no'],
  '/links/:linkId': ['/links/{link}', '/links/lnk_00000000000000000000000000'],
  '/orders': ['/orders'],
  '/orders/:conversionId': [
    '/orders/{conversion}',
    '/orders/{returned}',
    '/orders/cnv_00000000000000000000000000',
  ],
  '/wallet': ['/wallet'],
  '/wallet/payout': ['/wallet/payout'],
  '/wallet/debts': ['/wallet/debts'],
  '/wallet/payouts': ['/wallet/payouts'],
  '/wallet/payouts/:payoutId': ['/wallet/payouts/{payout}'],
  '/notices': ['/notices'],
  '/profile': ['/profile'],
  '/profile/sessions': ['/profile/sessions'],
  '/profile/data': ['/profile/data'],
  '/profile/keys': ['/profile/keys'],
  '/profile/:part': ['/profile/iin', '/profile/tax', '/profile/instrument'],
  '/card-return': ['/card-return', '/card-return?cancelled=1'],
  '/start/:step?': ['/start/name', '/start/iin', '/start/tax', '/start/instrument', '/start/done'],
};

const PATHS = [...Object.values(SCREENS).flat(), '/no-such-page'];
const NEWCOMER_PATHS = ['/', '/links', '/links/uploads', '/statistics', '/statistics/clicks']
  .concat(['/orders', '/wallet', '/wallet/payout', '/wallet/payouts', '/wallet/debts'])
  .concat(['/notices', '/profile', '/profile/iin', '/profile/instrument', '/profile/keys'])
  .concat(['/start', '/start/iin', '/start/tax', '/start/instrument']);

const pathOf = (path: string): string =>
  path.replace(/\{(\w+)\}/, (_, name: keyof typeof ids) => ids[name]);

/** One row of each kind: made, there already, refused. */
const TABLE =
  'url\nhttps://magnum.kz/products/50001\nhttps://magnum.kz/products/50001\nhttps://example.com/a\n';

async function uploadTable(person: DemoInfluencer): Promise<string> {
  const imports = `${on.platform.urls.api}/v1/influencers/${person.id}/link-imports`;
  const sent = await fetch(imports, {
    method: 'POST',
    headers: { authorization: `Bearer ${person.apiKey}`, 'content-type': 'text/csv' },
    body: TABLE,
  });
  const { id } = (await sent.json()) as { id: string };
  await until(
    'the rows are worked off',
    () => call('GET', `${imports}/${id}`, { key: person.apiKey }),
    ({ body }) => body['finished_at'] !== null,
  );
  return id;
}

async function paidOrder(): Promise<void> {
  const [person] = on.data.influencers;
  const paid = await journey.order(on, person!, { status: 'approved' });
  await journey.conversionIs(on, paid, 'PAYABLE');
  const payout = await journey.requestPayout(on, person!);
  await until(
    'the batch is approved',
    () => journey.tryApprove(on, payout.batchId),
    (status) => status === 200,
  );
  await journey.payoutIs(on, person!, payout.id, 'paid');
  ids.returned = (await owed(on, person!)).conversionId;
  const left = await journey.order(on, person!, { status: 'approved', sale: '54321.00' });
  await journey.conversionIs(on, left, 'PAYABLE');
  await journey.order(on, person!, { status: 'pending' });
  const url = `${on.platform.urls.api}/v1/influencers/${person!.id}/links`;
  const { body } = await call('GET', url, { key: person!.apiKey });
  ids.link = (body['items'] as { id: string }[])[0]!.id;
  ids.upload = await uploadTable(person!);
  ids.conversion = paid;
  ids.payout = payout.id;
}

async function signUp(): Promise<Visitor> {
  const person = await onPhone(browser);
  await signIn(on, person, '+77015550202');
  await person.page.getByLabel('Имя').fill('Нурлан');
  await person.page.getByRole('button', { name: 'Дальше' }).click();
  await person.page.getByRole('heading', { name: 'Ваш ИИН' }).waitFor();
  return person;
}

beforeAll(async () => {
  [on, browser] = await Promise.all([
    startTestPlatform({ name: 'web-influencer-pages' }),
    launchBrowser(),
  ]);
  const { phone } = on.data.logins.influencers[0]!;
  const expected = [/^404 \/v1\/influencers\/[^/]+\/(links|orders|link-imports)\/\w+_0+$/];
  await paidOrder();
  visitor = await atHome(on, browser, phone, { expected });
  stretched = await onPhone(browser, { expected });
  await stretched.context.addCookies(await visitor.context.cookies());
  newcomer = await signUp();
});
afterAll(async () => {
  await browser?.close();
  await on?.stop();
});

test('every screen of the registry is opened by this file', () => {
  const source = readFileSync(join(repoRoot(), 'web', 'influencer', 'routes.tsx'), 'utf8');
  const registered = [...source.matchAll(/screen\(\s*'([^']+)'/g)].map(([, path]) => path);
  expect(registered.length).toBeGreaterThan(0);
  expect(Object.keys(SCREENS).sort()).toEqual(registered.sort());
});

/** The page in both appearances; the second one is the same document, as when the sun sets. */
async function expectSoundInBoth(on_: Visitor, url: string): Promise<void> {
  await on_.page.emulateMedia({ colorScheme: 'light' });
  await on_.page.goto(url);
  await expectSound(on_);
  await on_.page.emulateMedia({ colorScheme: 'dark' });
  await on_.page.waitForFunction(
    () => document.documentElement.dataset['mantineColorScheme'] === 'dark',
  );
  await expectSound(on_);
}

test.each(PATHS)('%s: nobody is shut out, by day and by night', (path) =>
  expectSoundInBoth(visitor, appUrl(on, pathOf(path))),
);

test.each(NEWCOMER_PATHS)('%s of somebody new: nobody is shut out', (path) =>
  expectSoundInBoth(newcomer, appUrl(on, path)),
);

test.each(PATHS)('%s: words twice as long are not cut off at 360 px', async (path) => {
  const url = new URL(appUrl(on, pathOf(path)));
  url.searchParams.set('lang', 'en-XA');
  await stretched.page.goto(url.href);
  await settled(stretched.page);
  expect(await stretched.page.evaluate(() => document.body.innerText)).toMatch(/[åéîöû]/);
  expect(await cutOff(stretched.page)).toEqual([]);
  expect(stretched.watch.consoleErrors).toEqual([]);
  expect(stretched.watch.failedRequests).toEqual([]);
});

test.each(['/sign-in', '/report'])('%s: nobody is shut out, nothing is cut off', async (path) => {
  const stranger = await onPhone(browser);
  await expectSoundInBoth(stranger, appUrl(on, path));
  await stranger.page.goto(appUrl(on, `${path}?lang=en-XA`));
  await settled(stranger.page);
  expect(await cutOff(stranger.page)).toEqual([]);
  await stranger.context.close();
});

describe.each([['/'], ['/dials'], ['/sms/outbox'], ['/wooppay/card-form']])(
  'the sandbox, %s',
  (path) => {
    test.each(['ru', 'kk', 'en'])('in %s: nobody is shut out, nothing is cut off', async (lang) => {
      const query = new URLSearchParams({ lang });
      if (path.includes('card-form')) {
        query.set('state', 'demo');
        query.set('return_url', appUrl(on, '/card-return'));
      }
      for (const dark of [false, true]) {
        const person = await visit(browser, { size: PHONE, dark });
        await person.page.goto(`${on.platform.urls.sandbox}${path}?${query.toString()}`);
        expect(await axeFindings(person.page)).toEqual([]);
        expect(await cutOff(person.page)).toEqual([]);
        expect(person.watch.consoleErrors).toEqual([]);
        expect(person.watch.failedRequests).toEqual([]);
        await person.context.close();
      }
    });
  },
);
