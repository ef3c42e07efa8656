import type { Browser, Page } from 'playwright-core';

import { until } from '../../sandbox/demo/http';
import type { DemoInfluencer } from '../../sandbox/seed';
import { launchBrowser, type Visitor } from '../support/browser';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import { ageFactor } from './ageFactor';
import { button, deskOf, expectQuiet, expectSound, field, heading, open, stepUp } from './desk';
import * as app from './influencerApp';
import { steps } from './steps';

/** An order comes back after its money was paid out: what everybody sees of it, and what becomes of the debt. */

jest.setTimeout(240_000);

let on: TestPlatform;
let browser: Browser;
let maker: Visitor;
let checker: Visitor;
let owner: Visitor;
let phone: Visitor;
let orderId: string;
let conversionId: string;
let clickId: string;

const person = (): DemoInfluencer => on.data.influencers[3]!;
const shop = () => journey.shopOf(on, 'magnum');

beforeAll(async () => {
  on = await startTestPlatform({ name: 'web-late' });
  browser = await launchBrowser();
  const { logins } = on.data;
  maker = await deskOf(on, browser, logins.opsMaker);
  checker = await deskOf(on, browser, logins.opsChecker, {
    // The answer that opens the dialog for a fresh code.
    expected: [/^403 \/v1\/ops\/debts\/[^/]+\/write-off\/decision$/],
  });
  owner = await deskOf(on, browser, logins.brandOwner);
  const { phone: number } = logins.influencers.find(
    ({ influencerId }) => influencerId === person().id,
  )!;
  phone = await app.atHome(on, browser, number);
});

afterAll(async () => {
  await browser?.close();
  await on?.stop();
});

const tell = (event: Record<string, unknown>): Promise<string> =>
  journey.postback(on, shop(), { click_id: clickId, transaction_id: orderId, ...event });

const balanceIs = (part: string, amount: string): Promise<unknown> =>
  until(
    `${part} is ${amount}`,
    () => journey.balance(on, person()),
    (body) => body[part] === amount,
  );

/** An order that can be told of again. */
async function begun(sale: string): Promise<void> {
  ({ clickId } = await journey.click(on, journey.codeOf(person(), shop().id)));
  orderId = journey.newOrderId();
  conversionId = await tell({ sale_amount: sale, status: 'approved', event_version: 1 });
}

async function counted(sale: string): Promise<void> {
  await begun(sale);
  await journey.conversionIs(on, conversionId, 'PAYABLE');
}

const text = (page: Page, words: string | RegExp) =>
  page.getByText(words, typeof words === 'string' ? { exact: true } : {}).first();

const step = steps();

describe('a paid order comes back', () => {
  step('part of another one is taken from the balance, and both sides read how much', async () => {
    await counted('20000.00');
    await tell({ sale_amount: '15000.00', status: 'partially_refunded', event_version: 2 });
    await balanceIs('available', '1200.00');
    const { page } = phone;
    await page.goto(app.appUrl(on, `/orders/${conversionId}`));
    await text(page, 'Сумма изменилась').waitFor();
    await text(page, app.money('Взяли из доступных: 400,00 ₸')).waitFor();
    await app.expectSound(phone);
    await owner.page.goto(`${on.platform.urls.api}/desk/brand/orders?order=${conversionId}`);
    await text(owner.page, 'Сумма заказа изменилась').waitFor();
    await text(owner.page, app.money('Ваша комиссия меньше на 500,00 ₸')).waitFor();
    await expectSound(owner);
  });

  step('its steps say that the next orders cover it, and where to read how', async () => {
    await counted('10000.00');
    const payout = await journey.requestPayout(on, person());
    await journey.approve(on, payout.batchId);
    await journey.payoutIs(on, person(), payout.id, 'paid');
    await tell({ status: 'refunded', event_version: 2 });
    await balanceIs('debt', '800.00');
    const { page } = phone;
    await page.goto(app.appUrl(on, `/orders/${conversionId}`));
    await text(page, app.money('Покроют следующие заказы: 800,00 ₸')).waitFor();
    await app.expectSound(phone);
    await page.getByRole('link', { name: 'Как покрывается долг' }).click();
    await app.heading(page, 'Долг за возвраты').waitFor();
    await page.getByText('Доплачивать не нужно').waitFor();
    await page.getByText('Покроет первый же заказ').waitFor();
    await page.getByTestId('debt-left').getByText(app.money('800,00 ₸')).waitFor();
    await app.expectSound(phone);
  });

  step('the next order covers a part, and the wallet leads to which', async () => {
    const before = conversionId;
    await begun('5000.00');
    await balanceIs('debt', '400.00');
    const { page } = phone;
    await page.goto(app.appUrl(on, '/wallet'));
    await page.getByRole('link', { name: 'За какие заказы' }).click();
    await app.heading(page, 'Долг за возвраты').waitFor();
    const debt = page.getByRole('article');
    await debt.getByText('Покрыли заказы').waitFor();
    await debt.getByText(app.money('было 800,00 ₸')).waitFor();
    expect(await debt.getByRole('link', { name: /^Покрыл/ }).count()).toBe(1);
    await app.expectSound(phone);
    await debt.getByRole('link', { name: 'Открыть заказ' }).click();
    await page.waitForURL((url) => url.pathname.endsWith(`/orders/${before}`));
    await page.goto(app.appUrl(on, '/notices'));
    await page.getByRole('link', { name: /из новых заказов покрыли долг/ }).click();
    await app.heading(page, 'Долг за возвраты').waitFor();
    conversionId = before;
  });

  step('operators see what it moved, and the adjustment that did it', async () => {
    const { page } = maker;
    await page.goto(
      `${on.platform.urls.api}/desk/ops/conversions?query=${conversionId}&open=${conversionId}`,
    );
    const panel = page.getByRole('dialog', { name: 'Заказ' });
    await panel.getByText(app.money('Стало долгом автора: 800,00 ₸')).waitFor();
    const workflow = panel.getByRole('link', { name: `Ход процесса adj/${conversionId}` });
    expect(await workflow.first().getAttribute('href')).toContain(`adj%2F${conversionId}`);
    await expectSound(maker);
    await panel.getByRole('link', { name: 'К долгам автора' }).click();
    await heading(page, 'Долги').waitFor();
    await expectSound(maker);
  });
});

describe('a debt nobody will pay', () => {
  step('cannot be given up yet: the page says from when', async () => {
    const { page } = maker;
    await open(on, page, `/ops/people/${person().id}`, /./);
    await page.getByRole('link', { name: 'Из чего долг' }).click();
    await heading(page, 'Долги').waitFor();
    await page.getByRole('row', { name: /возвращён после выплаты/ }).click();
    const panel = page.getByRole('dialog', { name: 'Долг' });
    await panel.getByText(/^Списать можно с /).waitFor();
    await panel.getByTestId('debt-open').getByText(app.money('400,00 ₸')).waitFor();
    expect(await button(panel, 'Предложить списание').count()).toBe(0);
    await expectSound(maker);
  });

  step('a year later is proposed by one person', async () => {
    await on.db.owner.query(`update debts set created_at = created_at - interval '366 days'`);
    const { page } = maker;
    await page.reload();
    const panel = page.getByRole('dialog', { name: 'Долг' });
    await button(panel, 'Предложить списание').click();
    const dialog = page.getByRole('dialog', { name: /^Предложить списать / });
    await field(dialog, 'Причина').fill('Не отвечает больше года');
    await button(dialog, 'Предложить списание').click();
    await dialog.waitFor({ state: 'hidden' });
    await panel.getByText(/^Марат предлагает списать 400,00/).waitFor();
    expect(await button(panel, 'Списать').count()).toBe(0);
    await expectSound(maker);
  });

  step('and given up by another with a fresh code, from the page of the day', async () => {
    await ageFactor(on, checker.page);
    const { page } = checker;
    await open(on, page, '/ops/today', 'Сегодня');
    await page.getByRole('link', { name: /Списание долга ждёт решения/ }).click();
    await heading(page, 'Долги').waitFor();
    await page.getByRole('row', { name: /Предложено списать/ }).click();
    const panel = page.getByRole('dialog', { name: 'Долг' });
    await panel.getByText('Не отвечает больше года').waitFor();
    await button(panel, 'Списать').click();
    const dialog = page.getByRole('dialog', { name: /^Списать 400,00/ });
    await button(dialog, 'Списать').click();
    await stepUp(page, on.data.logins.opsChecker.totpSecret);
    await panel.getByText('Покрыт и списан').waitFor();
    await expectQuiet(checker);
    await balanceIs('debt', '0.00');
    expect(await journey.booksAreRight(on)).toMatchObject({ sum: 0n, wrong: 0 });
  });

  step(
    'stands in the audit log under both names, and its person reads that it is forgiven',
    async () => {
      const { page } = checker;
      await page.getByRole('link', { name: 'Кто и что решал' }).click();
      for (const [who, what] of [
        ['Марат', 'Предложено списать долг'],
        ['Динара', 'Списан долг'],
      ] as const)
        await page
          .getByRole('listitem')
          .filter({ hasText: who })
          .filter({ hasText: what })
          .waitFor();
      await phone.page.goto(app.appUrl(on, '/wallet/debts'));
      await phone.page.getByText('Простила площадка').waitFor();
      await app.expectSound(phone);
    },
  );
});

describe('ceilings', () => {
  step('are changed by a maker with a reason; what is no amount is said at once', async () => {
    const { page } = maker;
    await open(on, page, '/ops/brands', 'Бренды');
    await page
      .getByRole('link', { name: /^Пределы: / })
      .last()
      .click();
    await heading(page, /^Пределы: /).waitFor();
    const brandPage = page.url();
    await expectSound(maker);
    const of = on.data.programmes.find(({ id }) => id === shop().id)!;
    const { rows } = await on.db.pool.query<{ name: string; brand_id: string }>(
      'select name, brand_id from programmes where id = $1',
      [of.id],
    );
    if (!brandPage.includes(rows[0]!.brand_id))
      await open(on, page, `/ops/brands/${rows[0]!.brand_id}/limits`, /^Пределы: /);
    await button(page, `Изменить пределы: ${rows[0]!.name}`).click();
    const dialog = page.getByRole('dialog', { name: /^Пределы: / });
    await field(dialog, 'Один заказ, ₸').fill('ноль');
    await dialog.getByText('Сумма больше нуля').waitFor();
    await field(dialog, 'Один заказ, ₸').fill('30 000');
    await field(dialog, 'За день, ₸').fill('100 000');
    await field(dialog, 'Кредит всего бренда, ₸').fill('1 000 000');
    await field(dialog, 'Причина').fill('Новый магазин');
    await button(dialog, 'Сохранить пределы').click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText(/^Сегодня 0,00.+ из 100.000,00/).waitFor();
    await expectSound(maker);
  });

  step('are read by a checker, who changes none', async () => {
    const { page } = checker;
    await page.goto(maker.page.url());
    await page.getByText(/^Занято .+ из 1.000.000,00/).waitFor();
    expect(await button(page, /^Изменить пределы/).count()).toBe(0);
    await expectSound(checker);
  });

  step('send an order beyond them to a person, with its reason', async () => {
    ({ clickId } = await journey.click(on, journey.codeOf(person(), shop().id)));
    orderId = journey.newOrderId();
    const id = await tell({ sale_amount: '30000.01', status: 'approved' });
    await journey.conversionIs(on, id, 'REVIEW');
    const { page } = checker;
    await page.getByRole('link', { name: 'Заказы на проверке' }).first().click();
    await heading(page, 'Заказы').waitFor();
    await page.goto(`${on.platform.urls.api}/desk/ops/conversions?query=${id}`);
    await page.getByRole('row', { name: /Сумма заказа выше предела программы/ }).click();
    await page.getByRole('dialog', { name: 'Заказ' }).getByText('Нужна проверка').first().waitFor();
    await expectSound(checker);
  });
});

describe('a return period from the delivery', () => {
  step('is chosen in new terms and stands wherever terms are read', async () => {
    const { page } = owner;
    await open(on, page, `/brand/programmes/${shop().id}`, /./);
    await page
      .getByText(/^Срок возврата .+ от заказа/)
      .first()
      .waitFor();
    await button(page, 'Новые условия').click();
    const dialog = page.getByRole('dialog', { name: 'Новые условия' });
    await dialog.getByRole('radio', { name: 'От доставки' }).check();
    await expectSound(owner);
    await button(dialog, 'Сохранить условия').click();
    await dialog.waitFor({ state: 'hidden' });
    await page
      .getByText(/^Срок возврата .+ от доставки/)
      .first()
      .waitFor();
    await open(on, page, '/brand/programmes', 'Программы');
    await page
      .getByText(/от доставки$/)
      .first()
      .waitFor();
    await expectSound(owner);
  });

  step('is told to those who share, and an order on its way waits for it', async () => {
    const { page } = phone;
    await page.goto(app.appUrl(on, '/links/new'));
    const { rows } = await on.db.pool.query<{ name: string }>(
      'select name from programmes where id = $1',
      [shop().id],
    );
    await page.locator('label', { hasText: rows[0]!.name }).click();
    await page.getByText(/от доставки\. Заказ засчитывается/).waitFor();
    ({ clickId } = await journey.click(on, journey.codeOf(person(), shop().id)));
    orderId = journey.newOrderId();
    const id = await tell({ sale_amount: '1000.00', status: 'pending' });
    await journey.conversionIs(on, id, 'HELD');
    await page.goto(app.appUrl(on, `/orders/${id}`));
    await page
      .getByText(/срок возврата начнётся/)
      .first()
      .waitFor();
    await app.expectSound(phone);
  });
});
