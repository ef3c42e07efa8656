import { readFileSync } from 'node:fs';

import type { Browser, Page } from 'playwright-core';

import { until } from '../../sandbox/demo/http';
import { launchBrowser, type Visitor } from '../support/browser';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import { appUrl, atHome, button, expectSound, heading, onPhone, settled } from './influencerApp';
import { steps } from './steps';

/** A link's whole life on the phone: named, ended, shared, printed, paused, counted, and made by the hundred. */

const PRODUCT = 'https://magnum.kz/products/31999?city=astana';
const PERSON =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36';
const BOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const TABLE = [
  'url,title,slug,sub1',
  'https://magnum.kz/products/40001,Первая строка,,post-1',
  'https://magnum.kz/products/40002,Вторая строка,,',
  'https://example.com/nothing,Чужой магазин,,',
].join('\r\n');

let on: TestPlatform;
let browser: Browser;
let visitor: Visitor;
let page: Page;
const seen = { shortUrl: '', linkId: '' };

beforeAll(async () => {
  [on, browser] = await Promise.all([
    startTestPlatform({ name: 'web-influencer-links' }),
    launchBrowser(),
  ]);
  const { phone } = on.data.logins.influencers[0]!;
  visitor = await atHome(on, browser, phone, {
    // The name that is somebody's already.
    expected: [/^409 \/v1\/influencers\/[^/]+\/links$/],
  });
  page = visitor.page;
});
afterAll(async () => {
  await browser?.close();
  await on?.stop();
});

const step = steps();

const region = (name: string) => page.getByRole('region', { name, exact: true });
const linkNamed = (name: string | RegExp) => page.getByRole('link', { name });

async function follow(address: string, agent: string): Promise<number> {
  const response = await fetch(address, { redirect: 'manual', headers: { 'user-agent': agent } });
  await response.arrayBuffer();
  return response.status;
}

/** What pressing a button downloads, as bytes. */
async function downloaded(press: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const coming = page.waitForEvent('download');
  await press();
  const download = await coming;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

const inDays = (days: number): string =>
  new Date(Date.now() + 5 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);

async function makeNamed(name: string): Promise<void> {
  await page.goto(appUrl(on, '/links/new'));
  await page.getByLabel('Адрес товара или магазина').fill(PRODUCT);
  await button(page, 'Своё имя, срок и метки').click();
  await page.getByLabel('Своё имя ссылки').fill(name);
}

step('a link gets a name, told right or wrong while it is typed, and an end', async () => {
  await makeNamed('click');
  const said = page.getByRole('status');
  await said.filter({ hasText: /имя|занят|служ/i }).waitFor();
  await expectSound(visitor);
  await page.getByLabel('Своё имя ссылки').fill('My-Tea');
  await page.getByText('Ссылка будет заканчиваться на /my-tea').waitFor();
  await page.getByLabel('Работает по (включительно)').fill(inDays(3));
  await page.getByLabel('Метка 1', { exact: true }).fill('story 1');
  await page.getByText('Только латинские буквы').waitFor();
  await page.getByLabel('Метка 1', { exact: true }).fill('story-1');
  await button(page, 'Ещё метка').click();
  await page.getByLabel('Метка 2', { exact: true }).fill('morning');
  await expectSound(visitor);
  await button(page, 'Сделать ссылку').click();
  await page.getByText('Ссылка готова. Осталось поделиться.').waitFor();
  seen.shortUrl = await page.getByLabel('Короткая ссылка', { exact: true }).inputValue();
  expect(seen.shortUrl).toBe(`${on.platform.urls.redirect}/my-tea?sub1=story-1&sub2=morning`);
  seen.linkId = new URL(page.url()).pathname.split('/').pop()!;
  await region('Что видит покупатель').getByText('magnum.kz', { exact: true }).waitFor();
  await page.getByText('Magnum 31999').waitFor();
  await expectSound(visitor);
});

step('a taken name offers free ones, and one tap takes one', async () => {
  await makeNamed('my-tea');
  await button(page, 'Сделать ссылку').click();
  const free = page.getByRole('group', { name: 'Свободны похожие имена' });
  await free.getByRole('button', { name: 'my-tea-2' }).click();
  await expectSound(visitor);
  await button(page, 'Сделать ссылку').click();
  await page.getByText('Ссылка готова. Осталось поделиться.').waitFor();
  const address = await page.getByLabel('Короткая ссылка', { exact: true }).inputValue();
  expect(address).toBe(`${on.platform.urls.redirect}/my-tea-2`);
});

step('its end and its title are changed, the address stays', async () => {
  await page.goto(appUrl(on, `/links/${seen.linkId}`));
  await linkNamed('Изменить').click();
  await heading(page, 'Изменить ссылку').waitFor();
  expect(await page.getByLabel('Работает по (включительно)').inputValue()).toBe(inDays(3));
  expect(await button(page, 'Сохранить').isDisabled()).toBe(true);
  await page.getByLabel('Работает по (включительно)').fill(inDays(-1));
  await page.getByText('Этот день уже прошёл.').waitFor();
  await expectSound(visitor);
  await page.getByLabel('Работает по (включительно)').fill(inDays(10));
  await page.getByLabel('Название').fill('Утренний чай');
  await button(page, 'Сохранить').click();
  await heading(page, 'Утренний чай').waitFor();
  await page.getByText(/Работает по/).waitFor();
  await settled(page);
  const shown = await page.getByLabel('Короткая ссылка', { exact: true }).inputValue();
  expect(shown).toBe(`${on.platform.urls.redirect}/my-tea`);
});

step('each network has its text, the ad label first', async () => {
  const text = page.getByRole('region', { name: 'Готовый текст' });
  for (const network of [
    'instagram',
    'tiktok',
    'telegram',
    'whatsapp',
    'youtube',
    'vk',
    'threads',
    'plain',
  ]) {
    await page.getByLabel('Где публикуете').selectOption(network);
    expect(await text.textContent()).toMatch(/^#?реклама/i);
  }
  await page.getByLabel('Где публикуете').selectOption('telegram');
  expect(await text.textContent()).toContain('/my-tea');
  await page.getByText('KK', { exact: true }).click();
  expect(await text.textContent()).toMatch(/^#?жарнама/i);
  await expectSound(visitor);
});

step('the QR code is printed in the size that is asked for', async () => {
  await button(page, 'Показать QR-код').click();
  const picture = page.getByRole('img', { name: 'QR-код ссылки: Утренний чай' });
  await picture.waitFor();
  await page.waitForFunction(() => {
    const image = document.querySelector<HTMLImageElement>('img[alt^="QR-код"]');
    return image !== null && image.complete && image.naturalWidth > 0;
  });
  await page.getByLabel('Сторона кода, мм').fill('5');
  await page.getByText('Целое число от 10 до 300.').waitFor();
  expect(await button(page, 'Скачать SVG').isDisabled()).toBe(true);
  await page.getByLabel('Сторона кода, мм').fill('55');
  const svg = await downloaded(() => button(page, 'Скачать SVG').click());
  expect(svg.name).toBe('gamma-my-tea-55mm.svg');
  expect(svg.bytes.toString()).toContain('55mm');
  const png = await downloaded(() => button(page, 'Скачать PNG').click());
  expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
  await expectSound(visitor);
});

step('a person is counted, a robot is not, and statistics say why', async () => {
  expect(await follow(seen.shortUrl, PERSON)).toBe(302);
  await follow(seen.shortUrl, BOT);
  await page.goto(appUrl(on, `/links/${seen.linkId}`));
  await linkNamed('Статистика').click();
  await heading(page, 'Статистика').waitFor();
  await until(
    'both clicks are shown',
    async () => {
      await page.reload();
      await settled(page);
      return page.getByText('из 2 кликов').isVisible();
    },
    (shown) => shown,
  );
  await page
    .getByRole('img', { name: /Засчитано кликов: 1, уникальных: 1, не засчитано: 1/ })
    .waitFor();
  await expectSound(visitor);
  await page.getByText('Сегодня', { exact: true }).click();
  await heading(page, 'Клики по часам', 2).waitFor();
  await page.getByText('Ссылку открыл поисковый или другой робот, а не человек.').waitFor();
  const file = await downloaded(() => button(page, 'CSV по часам').click());
  expect(file.name).toMatch(/^gamma-clicks-hour-.*\.csv$/);
  expect([...file.bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  await page.getByLabel('Откуда и куда кликают').selectOption('device');
  await page.getByRole('list', { name: 'Устройства' }).getByText('Телефон').waitFor();
  await expectSound(visitor);
});

step('each click says whether it counts', async () => {
  await linkNamed('Незасчитанные клики').click();
  await heading(page, 'Клики по одному').waitFor();
  const rows = page.getByRole('list', { name: 'Клики по одному' }).getByRole('listitem');
  await rows.first().waitFor();
  expect(await rows.count()).toBe(1);
  expect(await rows.first().textContent()).toMatch(/не засчитан.*робот/);
  await expectSound(visitor);
  await page.getByText('Засчитаны', { exact: true }).click();
  await rows.filter({ hasText: 'Телефон' }).waitFor();
  expect(await rows.count()).toBe(1);
  expect(await rows.first().textContent()).toContain('Утренний чай');
  await expectSound(visitor);
});

step('shops stand side by side', async () => {
  await page.goto(appUrl(on, '/statistics?days=30'));
  const shops = page.getByRole('list', { name: 'Какой магазин продаёт' });
  await shops.getByText('Magnum').first().waitFor();
  await shops.getByText('На 100 кликов').first().waitFor();
  await expectSound(visitor);
});

step('the feed on the first screen says what a click was', async () => {
  await page.goto(appUrl(on, '/'));
  await page.getByText('в эфире').waitFor();
  await follow(seen.shortUrl, BOT);
  // One click, told once: the page has counted those from before it came.
  const line = page.getByRole('link', { name: /^1 клик · Magnum/ });
  await line.filter({ hasText: 'Ссылку открыл поисковый или другой робот' }).waitFor();
  await expectSound(visitor);
});

step('a paused link leads nowhere and says so', async () => {
  await page.goto(appUrl(on, `/links/${seen.linkId}`));
  await button(page, 'Остановить ссылку').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Остановить ссылку' }).click();
  await page.getByText('Ссылка остановлена: по ней никуда не попасть.').waitFor();
  await page.getByText('на паузе').waitFor();
  await expectSound(visitor);
  await until(
    'the link leads nowhere',
    () => follow(seen.shortUrl, PERSON),
    (status) => status !== 302,
  );
});

async function upload(): Promise<void> {
  await page.goto(appUrl(on, '/links/uploads'));
  await heading(page, 'Ссылки таблицей').waitFor();
  await settled(page);
  await page.locator('input[type="file"]').setInputFiles({
    name: 'posts.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(TABLE),
  });
  await heading(page, 'posts.csv').waitFor();
}

step('a table makes its links, and a wrong row says what is wrong', async () => {
  await upload();
  await page.getByText('Готово', { exact: true }).waitFor();
  const rows = page.getByRole('list', { name: 'Строки' }).getByRole('listitem');
  await rows
    .filter({ hasText: 'С ошибкой' })
    .filter({ hasText: 'Этот магазин не участвует' })
    .waitFor();
  expect(await rows.filter({ hasText: 'Новая' }).count()).toBe(2);
  await expectSound(visitor);
  const file = await downloaded(() => button(page, 'Скачать результат').click());
  expect(file.bytes.toString()).toContain('sub1=post-1');
  await page.getByLabel('Какие строки показать').selectOption('refused');
  await page.waitForFunction(
    () => document.querySelectorAll('ul[aria-label="Строки"] > li').length === 1,
  );
  await expectSound(visitor);
});

step('the same table again adds nothing and says so', async () => {
  await upload();
  await page.getByRole('status').filter({ hasText: 'Ничего не добавлено.' }).waitFor();
  await expectSound(visitor);
  await page.getByRole('link', { name: 'Ссылки таблицей' }).click();
  const earlier = page.getByRole('list', { name: 'Прошлые загрузки' });
  await earlier.getByText('posts.csv').waitFor();
  expect(await earlier.getByRole('listitem').count()).toBe(1);
  const sample = await downloaded(() => button(page, 'Скачать образец').click());
  expect(sample.bytes.toString()).toContain('url;title;slug;expires_at;sub1');
  await expectSound(visitor);
});

step('deleting says what stays, and statistics stay', async () => {
  await page.goto(appUrl(on, `/links/${seen.linkId}/edit`));
  await button(page, 'Удалить ссылку').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Заказы, заработок и статистика останутся.').waitFor();
  await expectSound(visitor);
  await dialog.getByRole('button', { name: 'Удалить ссылку' }).click();
  await heading(page, 'Ссылки').waitFor();
  await settled(page);
  expect(await linkNamed(/Утренний чай/).count()).toBe(0);
  await page.getByLabel('Какие ссылки').selectOption('deleted');
  await linkNamed(/Утренний чай/).click();
  await page.getByText('Ссылка удалена', { exact: true }).waitFor();
  await expectSound(visitor);
});

test.each([
  ['a link that is there', () => seen.shortUrl],
  ['one that never was', () => `${on.platform.urls.redirect}/no-such-link`],
])('anybody may report %s, and hears the same', async (_, address) => {
  const stranger = await onPhone(browser);
  const url = new URL(appUrl(on, '/report'));
  url.searchParams.set('address', address());
  await stranger.page.goto(url.href);
  await heading(stranger.page, 'Пожаловаться на ссылку').waitFor();
  await expectSound(stranger);
  expect(await stranger.page.getByLabel('Адрес ссылки').inputValue()).toBe(address());
  await button(stranger.page, 'Отправить').click();
  await stranger.page.getByText('Выберите, что не так.').waitFor();
  await expectSound(stranger);
  await stranger.page.getByLabel('Обещает одно, показывает другое').check();
  await stranger.page.getByLabel('Подробности').fill('Ведёт на другой товар');
  await button(stranger.page, 'Отправить').click();
  await stranger.page
    .getByRole('status')
    .filter({ hasText: 'Спасибо, мы получили жалобу' })
    .waitFor();
  await expectSound(stranger);
  await stranger.context.close();
});
