import type { Browser, Page, Route } from 'playwright-core';

import type { DemoInfluencer } from '../../sandbox/seed';
import { launchBrowser, type Visitor } from '../support/browser';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import {
  appUrl,
  askForCode,
  atHome,
  button,
  expectSound,
  heading,
  onPhone,
  openSection,
  settled,
} from './influencerApp';

let on: TestPlatform;
let browser: Browser;
/** Ways a line breaks that the tests make on purpose. */
const BROKEN_LINE = [/^net::ERR_(INTERNET_DISCONNECTED|CONNECTION_RESET|FAILED|NETWORK_CHANGED) /];

beforeAll(async () => {
  [on, browser] = await Promise.all([
    startTestPlatform({ name: 'web-influencer-network' }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await on?.stop();
});

const phoneOf = (person: DemoInfluencer): string =>
  on.data.logins.influencers.find(({ influencerId }) => influencerId === person.id)!.phone;

const personOf = (regime: string): DemoInfluencer =>
  on.data.influencers.find((one) => one.regime === regime)!;

async function withMoney(person: DemoInfluencer): Promise<void> {
  const id = await journey.order(on, person, { status: 'approved', sale: '50000.00' });
  await journey.conversionIs(on, id, 'PAYABLE');
}

/** Somebody with money to withdraw, at the screen where it is asked for. */
async function aboutToWithdraw(person: DemoInfluencer): Promise<Visitor> {
  await withMoney(person);
  const visitor = await atHome(on, browser, phoneOf(person), { expected: BROKEN_LINE });
  await visitor.page.goto(appUrl(on, '/wallet/payout'));
  await withdraw(visitor.page).waitFor();
  return visitor;
}

const withdraw = (page: Page) => button(page, /^Получить \d/);
const PAYOUTS = /\/v1\/influencers\/[^/]+\/payouts$/;

async function payoutsOf(person: DemoInfluencer): Promise<number> {
  const { rows } = await on.db.pool.query<{ count: number }>(
    'select count(*)::int as count from payouts where influencer_id = $1',
    [person.id],
  );
  return rows[0]!.count;
}

/** Notes the idempotency keys of the payouts asked for; with `lose` the server does it and nobody hears of it. */
async function tapLine(page: Page): Promise<{ keys: string[]; lose: boolean; done: number }> {
  const line = { keys: [] as string[], lose: false, done: 0 };
  await page.route(PAYOUTS, async (route: Route) => {
    const request = route.request();
    if (request.method() !== 'POST') return route.continue();
    const headers = await request.allHeaders();
    line.keys.push(headers['idempotency-key'] ?? '');
    if (!line.lose) return route.continue();
    const answer = await route.fetch({ headers });
    if (answer.status() === 201) line.done += 1;
    await route.abort('connectionreset');
  });
  return line;
}

test('a double tap on “withdraw” makes one payout', async () => {
  const person = personOf('individual_gph');
  const visitor = await aboutToWithdraw(person);
  const { page } = visitor;
  const line = await tapLine(page);
  await withdraw(page).dblclick();
  await heading(page, 'Выплата').waitFor();
  expect(line.keys).toHaveLength(1);
  expect(await payoutsOf(person)).toBe(1);
  await expectSound(visitor);
  await visitor.context.close();
});

test('a lost answer is said so, and found again by its key', async () => {
  const person = personOf('self_employed');
  const visitor = await aboutToWithdraw(person);
  const { page } = visitor;
  const line = await tapLine(page);
  line.lose = true;
  await withdraw(page).click();
  await page.getByText('Ответ потерялся по дороге').waitFor();
  await expectSound(visitor);
  expect(line.done).toBeGreaterThan(0);
  line.lose = false;
  await button(page, 'Проверить').click();
  await heading(page, 'Выплата').waitFor();
  expect(line.keys.length).toBeGreaterThan(1);
  expect(new Set(line.keys).size).toBe(1);
  expect(await payoutsOf(person)).toBe(1);
  await expectSound(visitor);
  await visitor.context.close();
});

test('a lost answer is found again after a reload, without being asked', async () => {
  const person = personOf('individual_entrepreneur');
  const visitor = await aboutToWithdraw(person);
  const { page } = visitor;
  const line = await tapLine(page);
  line.lose = true;
  const first = page.waitForEvent('requestfailed', (request) => PAYOUTS.test(request.url()));
  await withdraw(page).click();
  await first;
  line.lose = false;
  await page.reload();
  await heading(page, 'Выплата').waitFor();
  expect(line.keys.length).toBeGreaterThan(1);
  expect(new Set(line.keys).size).toBe(1);
  expect(await payoutsOf(person)).toBe(1);
  await expectSound(visitor);
  await visitor.context.close();
});

describe('somebody on a bad line', () => {
  let visitor: Visitor;
  let page: Page;
  beforeAll(async () => {
    visitor = await atHome(on, browser, phoneOf(personOf('demo_flat_10')), {
      expected: BROKEN_LINE,
    });
    page = visitor.page;
  });
  afterAll(() => visitor?.context.close());
  const banner = (text: string) => page.getByRole('status').filter({ hasText: text });

  test('slow: the screen says that it waits, and shows what comes', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route(/\/wallet$/, async (route) => {
      if (!route.request().url().includes('/v1/')) return route.continue();
      await held;
      await route.continue();
    });
    await openSection(page, 'Деньги');
    await banner('Медленная связь, ждём ответа…').waitFor();
    release();
    await page.getByRole('region', { name: 'Можно вывести' }).waitFor();
    await banner('Медленная связь').waitFor({ state: 'detached' });
    await expectSound(visitor);
    await page.unrouteAll();
  });

  test('gone: the screen says so, keeps what it has, and goes on by itself', async () => {
    await openSection(page, 'Главная');
    await settled(page);
    await page.getByText('в эфире').waitFor();
    await visitor.context.setOffline(true);
    await banner('Нет связи. Покажем новое, когда она появится.').waitFor();
    await heading(page, /^Привет/).waitFor();
    await visitor.context.setOffline(false);
    await banner('Нет связи').waitFor({ state: 'detached' });
    await page.getByText('в эфире').waitFor();
    await expectSound(visitor);
  });

  test('a screen opened without a line comes when the line does', async () => {
    await openSection(page, 'Заказы');
    await settled(page);
    await openSection(page, 'Главная');
    await settled(page);
    await visitor.context.setOffline(true);
    await openSection(page, 'Профиль');
    await banner('Нет связи').waitFor();
    await visitor.context.setOffline(false);
    await heading(page, 'Профиль').waitFor();
    await page.getByText('Налоговый статус').first().waitFor();
    await expectSound(visitor);
  });
});

test('a session ended from another device leads to sign-in', async () => {
  const phone = phoneOf(personOf('demo_flat_10'));
  const lost = await atHome(on, browser, phone, { expected: [/^401 \/v1\//] });
  const other = await atHome(on, browser, phone);
  await other.page.goto(appUrl(on, '/profile/sessions'));
  await button(other.page, 'Выйти на всех других').click();
  await button(other.page, 'Выйти на всех других').waitFor({ state: 'detached' });
  await expectSound(other);
  await openSection(lost.page, 'Деньги').catch(() => undefined);
  await heading(lost.page, 'Вход и регистрация').waitFor();
  await expectSound(lost);
  await lost.page.reload();
  await heading(lost.page, 'Вход и регистрация').waitFor();
  await Promise.all([lost.context.close(), other.context.close()]);
});

test('a known number and an unknown one look the same', async () => {
  const shown: { text: string; status: number; keys: string[] }[] = [];
  for (const phone of [phoneOf(personOf('individual_gph')), '+77015550303']) {
    const visitor = await onPhone(browser, { expected: [/^4\d\d \/v1\/auth\/phone\/verify$/] });
    const { page } = visitor;
    await page.goto(appUrl(on, '/sign-in'));
    const answered = page.waitForResponse((response) => response.url().endsWith('/v1/auth/phone'));
    const code = await askForCode(on, page, phone);
    const answer = await answered;
    await page.getByLabel('Код из 6 цифр').fill(code === '123456' ? '123457' : '123456');
    await page.getByLabel('Код из 6 цифр').and(page.locator('[aria-invalid="true"]')).waitFor();
    const text = await page.locator('body').innerText();
    shown.push({
      text: text.replace(phone, '<phone>').replace(/\d+ с\b/, '<seconds>'),
      status: answer.status(),
      keys: Object.keys((await answer.json()) as object),
    });
    await expectSound(visitor);
    await visitor.context.close();
  }
  expect(shown[1]).toEqual(shown[0]);
});

test('the language changes at once, everywhere, and stays', async () => {
  const visitor = await atHome(on, browser, phoneOf(personOf('self_employed')));
  const { page } = visitor;
  await openSection(page, 'Профиль');
  const choose = (label: string, language: string) =>
    page.getByRole('combobox', { name: label, exact: true }).selectOption(language);
  const lang = (): Promise<string> => page.evaluate(() => document.documentElement.lang);
  await choose('Язык', 'kk');
  await heading(page, 'Профиль').waitFor();
  await page.waitForFunction(() => document.documentElement.lang === 'kk');
  await expectSound(visitor);
  await choose('Тіл', 'en');
  await heading(page, 'Profile').waitFor();
  await expectSound(visitor);
  await page.reload();
  await heading(page, 'Profile').waitFor();
  expect(await lang()).toBe('en');
  await page.getByRole('navigation').getByRole('link', { name: 'Home' }).click();
  await heading(page, /^Hello|^Hi/).waitFor();
  await expectSound(visitor);
  await page.getByRole('navigation').getByRole('link', { name: 'Profile' }).click();
  await choose('Language', 'ru');
  await heading(page, 'Профиль').waitFor();
  await visitor.context.close();
});
