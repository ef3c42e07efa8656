import type { Browser, Page } from 'playwright-core';

import { until } from '../../sandbox/demo/http';
import { axeFindings, launchBrowser, type Visitor } from '../support/browser';
import * as journey from '../support/journey';
import { ageFactor } from './ageFactor';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import {
  appUrl,
  askForCode,
  button,
  codeSentBy,
  expectSound,
  heading,
  money,
  onPhone,
  openSection,
  settled,
  syntheticIin,
} from './influencerApp';
import { steps } from './steps';

const PHONE_NUMBER = '+77015550101';
const IIN = syntheticIin(10);
/** 12 digits whose last one does not follow from the others. */
const MISTYPED = `${IIN.slice(0, 11)}${(Number(IIN[11]) + 1) % 10}`;
const PRODUCT = 'https://magnum.kz/products/20417?city=almaty';

let on: TestPlatform;
let browser: Browser;
let visitor: Visitor;
let page: Page;
/** What the steps learn and later steps need. */
const seen = { cardToken: '', shortUrl: '', clickId: '', conversionId: '', orderId: '' };

beforeAll(async () => {
  [on, browser] = await Promise.all([
    startTestPlatform({ name: 'web-influencer', holdSeconds: 3 }),
    launchBrowser(),
  ]);
  visitor = await onPhone(browser, {
    expected: [
      // A foreign shop, and the payout before the code that proves the person.
      /^422 \/v1\/influencers\/[^/]+\/links$/,
      '422 /wooppay/card-form',
      /^403 \/v1\/influencers\/[^/]+\/payouts$/,
    ],
  });
  page = visitor.page;
});
afterAll(async () => {
  await browser?.close();
  await on?.stop();
});

const step = steps();

const inFeed = (text: string | RegExp) => page.getByRole('listitem').filter({ hasText: text });

step('signs up by phone and code, and says who they are', async () => {
  await page.goto(appUrl(on, '/'));
  await heading(page, 'Вход и регистрация').waitFor();
  await expectSound(visitor);
  const code = await askForCode(on, page, PHONE_NUMBER);
  await expectSound(visitor);
  await page.getByLabel('Код из 6 цифр').fill(code);
  await heading(page, 'Как вас зовут?').waitFor();
  await expectSound(visitor);
  await page.getByLabel('Имя').fill('Аружан Сейт');
  await button(page, 'Дальше').click();
  await heading(page, 'Ваш ИИН').waitFor();
});

step('a mistyped IIN is told at its last digit, before anything is sent', async () => {
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/iin')) sent.push(request.method());
  });
  const field = page.getByLabel('ИИН', { exact: true });
  await field.fill(MISTYPED);
  await page.getByText('последняя цифра не сходится').waitFor();
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  expect(sent).toEqual([]);
  await expectSound(visitor);
  await field.fill(IIN);
  await page.getByRole('status').filter({ hasText: 'ИИН верный' }).waitFor();
  await button(page, 'Дальше').click();
  await heading(page, 'Какой у вас налоговый статус?').waitFor();
  expect(sent).toEqual(['POST']);
});

step('each tax status says what arrives of 1 000 ₸ before one is chosen', async () => {
  await settled(page);
  const option = (name: string) => page.getByRole('radio', { name });
  const gph = option('Физическое лицо по договору ГПХ');
  expect(await gph.textContent()).toMatch(money('551,00 ₸'));
  expect(await option('Самозанятый').textContent()).toMatch(money('760,00 ₸'));
  expect(await option('Индивидуальный предприниматель').textContent()).toMatch(money('800,00 ₸'));
  await gph.click();
  await page.getByText('Обязательные пенсионные взносы (ОПВ)').waitFor();
  await button(page, 'Дальше').click();
  await page.getByText('Без подтверждения сохранить нельзя.').waitFor();
  await expectSound(visitor);
  await page.getByLabel('Подтверждаю: это мой налоговый статус').check();
  await button(page, 'Дальше').click();
  await heading(page, 'Куда переводить деньги?').waitFor();
});

step('the card is typed at the provider, and its number never comes to us', async () => {
  const toUs: string[] = [];
  page.on('request', (request) => {
    if (request.url().startsWith(on.platform.urls.api))
      toUs.push(`${request.url()} ${request.postData() ?? ''}`);
  });
  await expectSound(visitor);
  await button(page, 'Ввести карту').click();
  await page.waitForURL((url) => url.origin === on.platform.urls.sandbox);
  await heading(page, 'Карта для выплат').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel('Номер карты').fill('4242424242424241');
  await page.getByLabel('Срок, ММ/ГГ').fill('12/39');
  await page.getByLabel('CVC', { exact: true }).fill('123');
  await button(page, 'Сохранить карту').click();
  await page.getByRole('alert').filter({ hasText: 'Проверьте номер карты' }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel('Номер карты').fill('4242424242424242');
  await page.getByLabel('Срок, ММ/ГГ').fill('12/39');
  await page.getByLabel('CVC', { exact: true }).fill('123');
  const back = page.waitForRequest((request) => request.url().includes('/app/card-return?'));
  await button(page, 'Сохранить карту').click();
  seen.cardToken = new URL((await back).url()).searchParams.get('token')!;
  await heading(page, /Всё готово/, 2)
    .or(heading(page, /Всё готово/))
    .waitFor();
  expect(page.url()).not.toContain('token');
  expect(toUs.join('\n').replace(/\D/g, ' ')).not.toMatch(/42424242/);
  await expectSound(visitor);
});

step('a link is one paste; what is no shop of ours gets a sentence', async () => {
  await page.getByRole('link', { name: 'Сделать первую ссылку' }).click();
  await heading(page, 'Новая ссылка').waitFor();
  const address = page.getByLabel('Адрес товара или магазина');
  await address.fill('https://example.com/some/product');
  await button(page, 'Сделать ссылку').click();
  await page
    .getByRole('alert')
    .filter({ hasText: 'Этот магазин не участвует в программах.' })
    .waitFor();
  await expectSound(visitor);
  await address.fill(PRODUCT);
  await button(page, 'Сделать ссылку').click();
  await page.getByText('Ссылка готова. Осталось поделиться.').waitFor();
  seen.shortUrl = await page.getByLabel('Короткая ссылка', { exact: true }).inputValue();
  expect(seen.shortUrl.startsWith(on.platform.urls.redirect)).toBe(true);
  await button(page, 'Показать QR-код').click();
  await page.getByRole('img', { name: /QR-код ссылки/ }).waitFor();
  await expectSound(visitor);
});

step('a click and an order of it appear in the live feed without a reload', async () => {
  await openSection(page, 'Главная');
  await heading(page, 'Привет, Аружан Сейт').waitFor();
  await page.getByText('в эфире').waitFor();
  await page.evaluate('window.__sameDocument = true');
  const { clickId, location } = await journey.click(on, new URL(seen.shortUrl).pathname.slice(1));
  expect(location).toContain('magnum.kz/products/20417');
  seen.clickId = clickId;
  await inFeed(/1 клик · Magnum/).waitFor();
  seen.orderId = journey.newOrderId();
  await shopSays('pending');
  const row = page.getByRole('link', { name: /Заказ · Magnum/ });
  await row.waitFor();
  await row.filter({ hasText: money('8 000,00 ₸') }).waitFor();
  expect(await page.evaluate('window.__sameDocument')).toBe(true);
  await expectSound(visitor);
});

async function shopSays(status: string): Promise<void> {
  seen.conversionId = await journey.postback(on, journey.shopOf(on, 'magnum'), {
    click_id: seen.clickId,
    transaction_id: seen.orderId,
    sale_amount: '100000.00',
    status,
  });
}

step('the order tells its story, and after the hold its money is available', async () => {
  await page.getByRole('link', { name: /Заказ · Magnum/ }).click();
  const story = page.getByRole('region', { name: 'Что было с заказом' });
  await story.getByText('Клик по вашей ссылке').waitFor();
  await story.getByText('Заказ в магазине').waitFor();
  await story.getByText('Ждём срок возврата').first().waitFor();
  expect(await story.getByText('Деньги можно вывести', { exact: true }).count()).toBe(0);
  await expectSound(visitor);
  await shopSays('approved');
  await story.getByText('Деньги можно вывести', { exact: true }).waitFor();
  await journey.conversionIs(on, seen.conversionId, 'PAYABLE');
  await expectSound(visitor);
  await openSection(page, 'Деньги');
  const available = page.getByRole('region', { name: 'Можно вывести' });
  await available.getByText(money('8 000,00 ₸')).waitFor();
  await available.getByText(money('5 515,00 ₸')).waitFor();
  await expectSound(visitor);
});

step('asks for the payout knowing what is withheld, and proves it is them', async () => {
  await page.getByRole('link', { name: 'Вывести деньги' }).click();
  await heading(page, 'Вывести деньги').waitFor();
  const preview = page.getByRole('region', { name: 'Что произойдёт' });
  await preview.getByText('Обязательные пенсионные взносы (ОПВ)').waitFor();
  await preview.getByText(money('5 515,00 ₸')).waitFor();
  await preview.getByText('Куда: Карта •• 4242').waitFor();
  await page.getByText(/От 100,00.₸ до 8.000,00.₸/).waitFor();
  await page.getByLabel('Сколько вывести').fill('50');
  await page.getByRole('status').filter({ hasText: 'Сумма меньше минимальной выплаты.' }).waitFor();
  expect(await button(page, /^Получить/).isDisabled()).toBe(true);
  await page.getByLabel('Сколько вывести').fill('8000');
  await button(page, /^Получить 5.515,00.₸$/).waitFor();
  await expectSound(visitor);
});

step('with an old proof the code is asked for, and one payout comes of it', async () => {
  await ageFactor(on, visitor.page);
  const asked = page.waitForResponse(
    (response) => response.url().endsWith('/payouts') && response.status() === 201,
  );
  const code = await codeSentBy(on, PHONE_NUMBER, () => button(page, /^Получить/).click());
  const dialog = page.getByRole('dialog', { name: 'Подтвердите, что это вы' });
  await dialog.waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await dialog.getByLabel('Код из 6 цифр').fill(code);
  const { batch_id: batchId } = (await (await asked).json()) as { batch_id: string };
  await heading(page, 'Выплата').waitFor();
  await page.getByText('Вы попросили выплату').waitFor();
  await expectSound(visitor);
  await until(
    'the batch is approved by a second person',
    () => journey.tryApprove(on, batchId),
    (status) => status === 200,
  );
});

step(
  'the money is on the card: the page says so, and the provider has one payout of it',
  async () => {
    await page.getByText('Выплачена', { exact: true }).first().waitFor();
    const progress = page.getByRole('region', { name: 'Как идёт выплата' });
    await progress.getByText('Деньги на карте').waitFor();
    await page.getByText(money('5 515,00 ₸')).first().waitFor();
    await expectSound(visitor);
    const reference = await page.getByLabel('Номер перевода', { exact: true }).inputValue();
    const book = (await journey.providerBook(on)) as (journey.BookEntry & {
      destination: string;
    })[];
    expect(book).toHaveLength(1);
    expect(book[0]).toMatchObject({
      amount: '5515.00',
      state: 'paid',
      destination: seen.cardToken,
      submits: 1,
    });
    expect(reference).not.toBe('');
    expect(await journey.booksAreRight(on)).toEqual({ sum: 0n, wrong: 0, pending: 0n });
  },
);

step('afterwards the order, the wallet and the notices tell the same', async () => {
  await openSection(page, 'Деньги');
  const rest = page.getByRole('region', { name: 'Остальные деньги' });
  await rest.getByText(money('5 515,00 ₸')).waitFor();
  await rest.getByText(money('2 485,00 ₸')).waitFor();
  await expectSound(visitor);
  await openSection(page, 'Заказы');
  // The chips above the list have the same words.
  await page
    .getByRole('link', { name: /Выплачен/ })
    .first()
    .waitFor();
  await expectSound(visitor);
  await openSection(page, 'Главная');
  await page.getByRole('link', { name: /Уведомления/ }).click();
  await heading(page, 'Уведомления').waitFor();
  await page.getByText(/Выплата отправлена/).waitFor();
  await expectSound(visitor);
});
