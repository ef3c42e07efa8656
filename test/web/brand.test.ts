import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { Browser, Page } from 'playwright-core';

import { call, sendPostback, until } from '../../sandbox/demo/http';
import { launchBrowser, visit, type Visitor } from '../support/browser';
import { click, newOrderId } from '../support/journey';
import { linkIn, mailTo, sandboxOutbox } from '../support/mail';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import {
  asPerson,
  button,
  days,
  deskOf,
  deskUrl,
  expectQuiet,
  expectSound,
  field,
  heading,
  open,
  signIn,
  totpCode,
} from './desk';
import { steps } from './steps';

/** A new brand, from the link in its owner's mailbox to an approved order, and another brand that sees none of it. */

jest.setTimeout(240_000);

const OWNER = { name: 'Асель', email: 'asel@e2e.example', password: 'тихая река за домом' };
const HOST = 'shop.e2e.example';

let on: TestPlatform;
let browser: Browser;
let owner: Visitor;
let ownerTotp: string;
let recoveryCode: string;
let brandId: string;
let programme: { id: string; secret: string };

beforeAll(async () => {
  on = await startTestPlatform({ name: 'web-brand' });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await on?.stop();
});

const tell = (event: Record<string, unknown>): Promise<unknown> =>
  sendPostback(on.platform.urls.api, programme.id, programme.secret, event);

const step = steps();

describe('an owner', () => {
  let link: string;
  step('is invited by the maker, who sees no link', async () => {
    const maker = await deskOf(on, browser, on.data.logins.opsMaker);
    const { page } = maker;
    await open(on, page, '/ops/brands', 'Бренды');
    await button(page, 'Новый бренд').click();
    const form = page.getByRole('dialog', { name: 'Новый бренд' });
    await field(form, 'Название').fill('Магазин Асель');
    await field(form, 'Эл. почта владельца').fill(OWNER.email);
    await button(form, 'Создать и пригласить').click();
    const done = page.getByRole('dialog', { name: 'Бренд «Магазин Асель» создан' });
    expect(await done.innerText()).not.toMatch(/https?:/);
    await expectSound(maker);
    link = linkIn(await mailTo(sandboxOutbox(on.platform.urls.sandbox), OWNER.email));
    await button(done, 'Готово').click();
    await page.getByRole('row', { name: /Магазин Асель.*Ещё не вошёл/ }).waitFor();
    await maker.context.close();
  });

  step('accepts it: name and password, authenticator, recovery codes', async () => {
    // The link is used up afterwards, which the page says.
    owner = await visit(browser, {
      expected: [/^(404|410|401|422) \/v1\/auth\/invitations\/\w+$/],
    });
    const { page } = owner;
    await page.goto(link);
    await heading(page, 'Магазин Асель приглашает вас').waitFor();
    await expectSound(owner);
    expect(await field(page, 'Входить будете по этой почте').inputValue()).toBe(OWNER.email);
    await field(page, 'Как вас зовут').fill(OWNER.name);
    await page.getByLabel('Придумайте пароль').fill(OWNER.password);
    await button(page, 'Дальше').click();
    await heading(page, 'Вход по коду').waitFor();
    ownerTotp = await field(page, 'Ключ для ручного ввода').inputValue();
    await expectSound(owner);
    await field(page, 'Код из 6 цифр').fill(await totpCode(ownerTotp));
    await heading(page, 'Сохраните резервные коды').waitFor();
    await expectSound(owner);
    recoveryCode = (
      await page.locator('main .mantine-SimpleGrid-root p').first().innerText()
    ).trim();
    await page.getByRole('checkbox', { name: 'Коды сохранены' }).check();
    await button(page, 'Войти в кабинет').click();
    await heading(page, 'Обзор').waitFor();
    await page.getByText('Начните с программы').waitFor();
    await expectSound(owner);
  });

  step('comes back with a recovery code, which works once; so does the link', async () => {
    const again = await visit(browser, {
      expected: [/^4\d\d \/v1\/auth\/(invitations\/\w+|totp)$/],
    });
    const { page } = again;
    await page.goto(link);
    await heading(page, 'Приглашение не действует').waitFor();
    await expectSound(again);
    const byRecovery = async (): Promise<void> => {
      await open(on, page, '/sign-in', 'Вход для брендов');
      await field(page, 'Эл. почта').fill(OWNER.email);
      await page.getByLabel('Пароль', { exact: true }).fill(OWNER.password);
      await button(page, 'Продолжить').click();
      await button(page, 'Нет телефона под рукой').click();
      await field(page, 'Резервный код').fill(recoveryCode);
      await button(page, 'Войти').click();
    };
    await byRecovery();
    await heading(page, 'Обзор').waitFor();
    await button(page, `Аккаунт: ${OWNER.name}`).click();
    await page.getByRole('menuitem', { name: 'Выйти' }).click();
    await heading(page, 'Вход для брендов').waitFor();
    await byRecovery();
    await page.getByText('Код неверный или уже не действует.').waitFor();
    await expectSound(again);
    await again.context.close();
  });
});

describe('a programme', () => {
  step('is made step by step, with what a sale costs in sight', async () => {
    const { page } = owner;
    await open(on, page, '/brand/programmes', 'Программы');
    await page.getByRole('link', { name: 'Создать программу' }).click();
    await heading(page, 'Новая программа').waitFor();
    await field(page, 'Название программы').fill('Магазин Асель');
    const sites = page.getByRole('combobox', { name: 'Сайты магазина' });
    await sites.fill(`https://${HOST}/sale`);
    await sites.press('Enter');
    await page.getByText(HOST, { exact: true }).first().waitFor();
    await expectSound(owner);
    await button(page, 'Дальше').click();
    await page.getByRole('radio', { name: 'Магазин подтверждает сам' }).check();
    await expectSound(owner);
    await button(page, 'Дальше').click();
    await field(page, 'Комиссия с продажи').fill('12,5');
    await field(page, 'Срок возврата, дней').fill('0');
    await page.getByText(/1\s250,00\s₸/).waitFor();
    await expectSound(owner);
    await button(page, 'Создать программу').click();
    await page.getByText('Программа создана').waitFor();
    await button(page, 'Создать секрет').click();
    const dialog = page.getByRole('dialog', { name: 'Новый секрет' });
    const secret = await field(dialog, 'Секрет').inputValue();
    expect(secret).toMatch(/^whsec_/);
    await expectSound(owner);
    await dialog.getByRole('checkbox', { name: 'Секрет сохранён' }).check();
    await button(dialog, 'Готово').click();
    await page.getByText(`…${secret.slice(-4)}`).waitFor();
    const href = await page.getByRole('link', { name: 'Открыть программу' }).getAttribute('href');
    programme = { id: href!.split('/').at(-1)!, secret };
    await page.getByRole('link', { name: 'Открыть программу' }).click();
    await page.getByText('12,5 %').first().waitFor();
    await expectSound(owner);
    const me = await asPerson(page, 'GET', '/v1/me');
    brandId = (me.body['tenant'] as { id: string }).id;
  });

  step('is tried from the test console, which shows what the intake says', async () => {
    const { page } = owner;
    await open(on, page, `/brand/integration?programme=${programme.id}&tab=console`, 'Интеграция');
    await button(page, 'Отправить').click();
    const result = page.getByRole('status').filter({ hasText: 'Что произошло' });
    await result.getByText('Автор не найден', { exact: true }).waitFor();
    await result.getByText('webhook-signature').first().waitFor();
    await expectSound(owner);
    await page.getByLabel('Нарочно ошибиться').selectOption({ label: 'Чужой секрет' });
    await button(page, 'Отправить').click();
    await result
      .getByText('Подпись не подходит ни к одному секрету программы.', { exact: true })
      .waitFor();
    await result.getByText('Что исправить').first().waitFor();
    await expectSound(owner);
  });

  step('shows a forged postback in the live log, with its reason', async () => {
    const { page } = owner;
    await open(on, page, `/brand/integration?programme=${programme.id}`, 'Интеграция');
    await page.getByText('Обновляется само').waitFor();
    const forged = newOrderId();
    const body = { transaction_id: forged, status: 'pending', sale_amount: '5000.00' };
    await call('POST', `${on.platform.urls.api}/v1/postbacks/${programme.id}`, {
      body,
      headers: {
        'webhook-id': `msg_${randomUUID()}`,
        'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
        'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
      },
      expect: [401],
    });
    const row = page.getByRole('row', {
      name: new RegExp(`Отказ.*${forged}.*Подпись не подходит`),
    });
    await row.waitFor();
    await row.click();
    const panel = page.getByRole('dialog', { name: 'Постбэк' });
    await panel.getByText('401 signature_invalid').waitFor();
    await panel.getByText('Что исправить').waitFor();
    await expectSound(owner);
    await button(panel, 'Закрыть').click();
  });
});

describe('orders', () => {
  const sales = {
    [newOrderId()]: '20000.00',
    [newOrderId()]: '8000.00',
    [newOrderId()]: '3000.00',
  };
  const [first, second, third] = Object.keys(sales) as [string, string, string];

  const rowOf = (page: Page, number: string) => page.getByRole('row', { name: new RegExp(number) });

  step('come from a link an influencer shares', async () => {
    const influencer = on.data.influencers[0]!;
    const { api } = on.platform.urls;
    const { body } = await call('POST', `${api}/v1/influencers/${influencer.id}/links`, {
      key: influencer.apiKey,
      body: { url: `https://${HOST}/goods/7` },
    });
    const code = new URL(body['short_url'] as string).pathname.slice(1);
    const { clickId, location } = await click(on, code);
    expect(location).toContain(`https://${HOST}/goods/7`);
    for (const [number, sale] of Object.entries(sales))
      await tell({
        click_id: clickId,
        transaction_id: number,
        sale_amount: sale,
        status: 'pending',
      });
    const { page } = owner;
    await until(
      'all three wait for the shop',
      () => asPerson(page, 'GET', `/v1/brands/${brandId}/orders?state=HELD`),
      (answer) => (answer.body['items'] as unknown[]).length === 3,
      30_000,
    );
    await page.getByRole('link', { name: 'Заказы', exact: true }).click();
    await heading(page, 'Заказы').waitFor();
    for (const number of [first, second, third]) await rowOf(page, number).waitFor();
    await rowOf(page, first).getByText('Ждёт срок возврата').waitFor();
    await expectSound(owner);
  });

  step('are approved together; their state and history change', async () => {
    const { page } = owner;
    await page.getByRole('checkbox', { name: `Выбрать заказ ${first}` }).check();
    await page.getByRole('checkbox', { name: `Выбрать заказ ${second}` }).check();
    await page.getByText('Выбрано 2 заказа').waitFor();
    await expectSound(owner);
    const bar = page.getByRole('region', { name: 'Действия с выбранными' });
    await button(bar, 'Подтвердить').click();
    const dialog = page.getByRole('dialog', { name: 'Подтвердить заказы' });
    await dialog.getByText(/3\s500,00\s₸/).waitFor();
    await expectSound(owner);
    await button(dialog, 'Подтвердить').click();
    const result = page.getByRole('dialog', { name: 'Решение принято' });
    await result.getByText('Подтверждено 2 заказа.').waitFor();
    await button(result, 'Готово').click();
    await rowOf(page, first).getByText('Подтверждён').waitFor();
    await until(
      'both commissions are payable',
      () => asPerson(page, 'GET', `/v1/brands/${brandId}/orders?state=PAYABLE`),
      ({ body }) => (body['items'] as unknown[]).length === 2,
    );
    await page.reload();
    await rowOf(page, first).getByText('К выплате').waitFor();
    await rowOf(page, third).getByText('Ждёт срок возврата').waitFor();
    await rowOf(page, first).click();
    const panel = page.getByRole('dialog', { name: 'Заказ' });
    for (const step of ['Клик по ссылке автора', 'Заказ оформлен', 'К выплате'])
      await panel.getByText(step, { exact: true }).last().waitFor();
    await expectSound(owner);
    await button(panel, 'Закрыть').click();
  });

  step('are downloaded as they are filtered', async () => {
    const { page } = owner;
    await page.getByRole('searchbox', { name: 'Номер заказа' }).fill(second);
    await rowOf(page, first).waitFor({ state: 'detached' });
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      button(page, 'Скачать CSV').click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^gamma-orders-\d{4}-\d\d-\d\d\.csv$/);
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split(/\r?\n/);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(second);
    await expectSound(owner);
  });

  step('are counted in the overview', async () => {
    const { page } = owner;
    const figures = (): Promise<Record<string, unknown>> =>
      asPerson(page, 'GET', `/v1/brands/${brandId}/overview?${days()}`).then(({ body }) => body);
    await until('the click is in ClickHouse', figures, (body) =>
      JSON.stringify(body).includes('"clicks":1'),
    );
    await open(on, page, '/brand', 'Обзор');
    const tiles = page.getByRole('group', { name: 'Главные цифры' });
    await tiles.getByRole('button', { name: /Продажи.*31\s000,00\s₸/ }).waitFor();
    await tiles.getByRole('button', { name: /Расходы.*3\s875,00\s₸/ }).waitFor();
    await tiles.getByRole('button', { name: /Клики.*1/ }).waitFor();
    await expectSound(owner);
  });
});

describe('another brand', () => {
  let other: Visitor;

  beforeAll(async () => {
    other = await deskOf(on, browser, on.data.logins.secondBrandOwner, {
      expected: [/^404 \/v1\//],
    });
  });

  it.each([
    ['/brand/orders', 'Заказы', 'Заказов пока нет'],
    ['/brand/programmes', 'Программы', 'Программ пока нет'],
    ['/brand/influencers', 'Авторы', 'За эти дни авторов не было'],
    ['/brand/integration', 'Интеграция', 'Сначала нужна программа'],
  ] as const)('%s is empty', async (path, title, empty) => {
    await open(on, other.page, path, title);
    await other.page.getByText(empty).first().waitFor();
    expect(await other.page.getByText('Магазин Асель').count()).toBe(0);
    expect(await other.page.getByText(HOST).count()).toBe(0);
    await expectSound(other);
  });

  step('finds nothing under addresses of the first', async () => {
    const { page } = other;
    const influencer = on.data.influencers[0]!;
    const orders = await asPerson(owner.page, 'GET', `/v1/brands/${brandId}/orders`);
    const [anOrder] = orders.body['items'] as [{ id: string }];
    for (const path of [
      `/brand/programmes/${programme.id}`,
      `/brand/influencers/${influencer.id}`,
      '/brand/nowhere',
    ]) {
      await page.goto(deskUrl(on, path));
      await heading(page, 'Такой страницы нет').waitFor();
      await expectSound(other);
    }
    await page.goto(deskUrl(on, `/brand/orders?order=${anOrder.id}`));
    await page.getByText('Такой конверсии нет.').waitFor();
    await page.goto(deskUrl(on, `/brand/integration?programme=${programme.id}`));
    await page.getByText('Сначала нужна программа').waitFor();
    await expectSound(other);
    for (const path of [
      `/v1/brands/${brandId}/orders`,
      `/v1/brands/${brandId}/orders.csv`,
      `/v1/brands/${brandId}/overview?${days()}`,
      `/v1/brands/${brandId}/programmes`,
      `/v1/brands/${brandId}/influencers?${days()}`,
      `/v1/brands/${brandId}/influencers/${influencer.id}?${days()}`,
      `/v1/brands/${brandId}/team`,
      `/v1/brands/${brandId}/api-keys`,
      `/v1/brands/${brandId}/audit`,
      `/v1/programmes/${programme.id}`,
      `/v1/programmes/${programme.id}/secrets`,
      `/v1/programmes/${programme.id}/postbacks`,
      `/v1/conversions/${anOrder.id}`,
    ])
      expect({ path, status: (await asPerson(page, 'GET', path)).status }).toEqual({
        path,
        status: 404,
      });
    const decided = await asPerson(page, 'POST', `/v1/brands/${brandId}/orders/decisions`, {
      decision: 'reject',
      ids: [anOrder.id],
      reason: { code: 'other', text: 'not mine' },
    });
    expect(decided.status).toBe(404);
    await expectQuiet(other);
  });
});

step('the owner signs in again with the authenticator of the invitation', async () => {
  const again = await visit(browser);
  await signIn(on, again.page, { ...OWNER, totpSecret: ownerTotp });
  await expectSound(again);
  await again.context.close();
});
