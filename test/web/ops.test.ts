import type { Browser, Page } from 'playwright-core';

import { call, until } from '../../sandbox/demo/http';
import type { DemoInfluencer } from '../../sandbox/seed';
import { launchBrowser, type Visitor } from '../support/browser';
import {
  balance,
  booksAreRight,
  conversionIs,
  order,
  payout,
  payoutIs,
  providerBook,
  requestPayout,
} from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import { ageFactor } from './ageFactor';
import {
  asPerson,
  button,
  deskOf,
  expectQuiet,
  expectSound,
  field,
  heading,
  open,
  stepUp,
} from './desk';
import { steps } from './steps';

/** Maker and checker let a payout out, in two browsers, as their colleagues will. */

jest.setTimeout(240_000);

let on: TestPlatform;
let browser: Browser;
let maker: Visitor;
let checker: Visitor;

beforeAll(async () => {
  on = await startTestPlatform({ name: 'web-ops' });
  browser = await launchBrowser();
  const { opsMaker, opsChecker } = on.data.logins;
  maker = await deskOf(on, browser, opsMaker, {
    // The maker tries to approve in a roundabout way.
    expected: [/^403 \/v1\/payout-batches\/[^/]+\/approve$/],
  });
  checker = await deskOf(on, browser, opsChecker, {
    // The answer that opens the dialog for a fresh code.
    expected: [/^403 \/v1\/payout-batches\/[^/]+\/approve$/, /^403 \/v1\/ops\/switches\/\w+$/],
  });
});

afterAll(async () => {
  await browser?.close();
  await on?.stop();
});

/** Somebody with a sale who asks for the money. */
async function asksForMoney(influencer: DemoInfluencer, sale: string) {
  const id = await order(on, influencer, { status: 'approved', sale });
  await conversionIs(on, id, 'PAYABLE');
  await until(
    'the commission is available',
    () => balance(on, influencer),
    (body) => body['available'] !== '0.00',
  );
  return requestPayout(on, influencer);
}

const runPath = (batchId: string): string => `/ops/runs/${batchId}`;
const openRun = (page: Page, batchId: string): Promise<void> =>
  open(on, page, runPath(batchId), /запуск \d+$/);

async function prepare(page: Page, batchId: string, note?: string): Promise<void> {
  await openRun(page, batchId);
  await button(page, 'Подготовить к утверждению').click();
  const dialog = page.getByRole('dialog', { name: 'Подготовить запуск?' });
  if (note) await field(dialog, 'Заметка проверяющему, если нужна').fill(note);
  await button(dialog, 'Подготовить').click();
  await page.getByText('Вы подготовили этот запуск').waitFor();
}

/** Up to the checker's tap; what follows depends on the age of the factor. */
async function startApproval(page: Page, batchId: string) {
  await openRun(page, batchId);
  await button(page, 'Проверить и утвердить').click();
  const dialog = page.getByRole('dialog', { name: /^Утвердить: / });
  const total = await dialog.getByTestId('run-dialog-total').innerText();
  const count = await dialog.getByTestId('run-dialog-count').innerText();
  const confirm = button(dialog, `Утвердить ${total}`);
  expect(await confirm.isDisabled()).toBe(true);
  await dialog.getByRole('checkbox', { name: /^Я сверил: / }).check();
  return { total, count, confirm, dialog };
}

const step = steps();

describe('a payout run', () => {
  let batchId: string;
  let asked: { id: string; batchId: string };
  const influencer = (): DemoInfluencer => on.data.influencers[3]!;

  step('is prepared by the maker, who finds it on the page of the day', async () => {
    asked = await asksForMoney(influencer(), '100000.00');
    ({ batchId } = asked);
    const { page } = maker;
    await open(on, page, '/ops/today', 'Сегодня');
    await expectSound(maker);
    await page.getByRole('link', { name: /Запуск пора готовить/ }).click();
    await heading(page, 'Запуски выплат').waitFor();
    await page.getByRole('row', { name: /запуск 1/ }).click();
    await heading(page, /запуск 1$/).waitFor();
    await expectSound(maker);
    await prepare(page, batchId, 'Сверено с чеками');
    await expectSound(maker);
  });

  step('cannot be approved by the maker, on the page or past it', async () => {
    const { page } = maker;
    expect(await button(page, 'Проверить и утвердить').count()).toBe(0);
    const answer = await asPerson(page, 'POST', `/v1/payout-batches/${batchId}/approve`, {
      expected_total: '8000.00',
    });
    expect(answer.status).toBe(403);
    expect(['approver_is_requester', 'scope_forbidden']).toContain(answer.body['code']);
    await expectQuiet(maker);
  });

  step(
    'is approved by the checker with the sum in sight and a fresh code, and is paid while they look',
    async () => {
      await ageFactor(on, checker.page);
      const { page } = checker;
      const { confirm, total, count, dialog } = await startApproval(page, batchId);
      expect(total.replace(/\s/g, '')).toBe('7000,00₸');
      expect(count).toBe('1');
      expect(await dialog.getByText('Сверено с чеками').count()).toBe(1);
      await expectSound(checker);
      await confirm.click();
      await stepUp(page, on.data.logins.opsChecker.totpSecret);
      await page.getByText('Завершено 1 из 1').waitFor({ timeout: 60_000 });
      await page.getByText('Завершён', { exact: true }).waitFor();
      await expectSound(checker);
      await payoutIs(on, influencer(), asked.id, 'paid');
    },
  );

  step('stands in the audit log under both names', async () => {
    const { page } = checker;
    await open(on, page, `/ops/audit?subject=${batchId}`, 'Журнал действий');
    for (const [who, what] of [
      ['Марат', 'Подготовка запуска выплат'],
      ['Динара', 'Утверждение запуска выплат'],
    ] as const)
      await page.getByRole('listitem').filter({ hasText: who }).filter({ hasText: what }).waitFor();
    await expectSound(checker);
  });
});

describe('the switch', () => {
  let asked: { id: string; batchId: string };
  const influencer = (): DemoInfluencer => on.data.influencers[2]!;

  step('is turned off by the maker, who cannot turn it on again', async () => {
    const { page } = maker;
    await open(on, page, '/ops/today', 'Сегодня');
    await button(page, 'Остановить выплаты').click();
    const dialog = page.getByRole('dialog', { name: 'Остановить все выплаты?' });
    await field(dialog, 'Причина').fill('Учебная остановка');
    await button(dialog, 'Остановить выплаты').click();
    await page.getByText('Возобновить выплаты может проверяющий.').waitFor();
    expect(await button(page, 'Возобновить выплаты').count()).toBe(0);
    const answer = await asPerson(page, 'GET', '/v1/ops/switches');
    expect(answer.status).toBe(200);
    await page.getByText('Учебная остановка').first().waitFor();
    await expectSound(maker);
  });

  step('holds an approved run back', async () => {
    asked = await asksForMoney(influencer(), '50000.00');
    await prepare(maker.page, asked.batchId);
    const { page } = checker;
    const { confirm } = await startApproval(page, asked.batchId);
    await page.getByText('Выплаты остановлены: деньги уйдут').waitFor();
    await confirm.click();
    await page.getByText('Деньги уходят').waitFor();
    expect((await payout(on, influencer(), asked.id))['state']).toBe('reserved');
    expect(await providerBook(on)).toHaveLength(1);
    await expectSound(checker);
  });

  step('is turned on by the checker with a fresh code; the money goes on by itself', async () => {
    const { page } = checker;
    await ageFactor(on, page);
    await open(on, page, '/ops/today', 'Сегодня');
    await button(page, 'Возобновить выплаты').click();
    const dialog = page.getByRole('dialog', { name: 'Возобновить выплаты?' });
    await field(dialog, 'Причина').fill('Проверено');
    await button(dialog, 'Возобновить выплаты').click();
    await stepUp(page, on.data.logins.opsChecker.totpSecret);
    await page.getByText('Выплаты идут').first().waitFor();
    await openRun(page, asked.batchId);
    // A stopped payout looks at the switch once a minute.
    await page.getByText('Завершено 1 из 1').waitFor({ timeout: 90_000 });
    await payoutIs(on, influencer(), asked.id, 'paid');
    await expectSound(checker);
  });
});

describe('the sandbox and what is stuck', () => {
  async function turn(page: Page, mode: string, calls?: number): Promise<void> {
    await open(on, page, '/ops/sandbox', 'Песочница');
    const choice = page.getByRole('radiogroup', { name: 'Создание выплаты' });
    await choice.getByRole('radio', { name: mode }).check();
    const form = page.locator('form').filter({ has: choice });
    if (calls) await field(form, 'На сколько вызовов').fill(String(calls));
    await button(form, 'Применить').click();
    await page.getByText('Готово, партнёр ведёт себя так').waitFor();
  }

  async function runOf(influencer: DemoInfluencer, sale: string) {
    const asked = await asksForMoney(influencer, sale);
    await prepare(maker.page, asked.batchId);
    const { confirm } = await startApproval(checker.page, asked.batchId);
    await confirm.click();
    return asked;
  }

  step(
    'money waits for a partner that refuses to answer, and goes when it is itself again',
    async () => {
      const influencer = on.data.influencers[1]!;
      await turn(maker.page, 'Не принимает, ответ 500');
      await expectSound(maker);
      const asked = await runOf(influencer, '60000.00');
      await until(
        'the money is on its way and not there',
        () => payout(on, influencer, asked.id),
        ({ state }) => state === 'submitting' || state === 'unknown',
      );
      await turn(maker.page, 'Работает как положено');
      await payoutIs(on, influencer, asked.id, 'paid');
      await openRun(checker.page, asked.batchId);
      await checker.page.getByText('Завершено 1 из 1').waitFor();
      expect(await providerBook(on)).toHaveLength(3);
      expect(await booksAreRight(on)).toEqual({ sum: 0n, wrong: 0, pending: 0n });
      await expectQuiet(maker);
    },
  );

  step('a payout of another sum is on the page of stuck things, for people', async () => {
    const influencer = on.data.influencers[0]!;
    await turn(maker.page, 'Платит не ту сумму, что просили', 1);
    await maker.page.getByText('Ещё 1 вызов, потом снова как обычно.').waitFor();
    const asked = await runOf(influencer, '70000.00');
    await payoutIs(on, influencer, asked.id, 'review');
    const { page } = checker;
    await open(on, page, '/ops/today', 'Сегодня');
    await page.getByRole('link', { name: /Выплата на проверке/ }).click();
    await heading(page, 'Разбор выплат').waitFor();
    await page.getByText('Ждёт предложения').waitFor();
    await open(on, page, '/ops/stuck?kind=payout_review&age=0', 'Застряло');
    const card = page.locator('section').filter({ hasText: 'Выплата на проверке' });
    await card.getByRole('listitem').first().waitFor();
    await expectSound(checker);
  });

  step('the partners’ clock goes forward and back', async () => {
    const { page } = maker;
    await open(on, page, '/ops/sandbox', 'Песочница');
    await button(page, '+ 1 день').click();
    await page.getByText('вперёд на 1 день').waitFor();
    await button(page, 'Вернуть').click();
    await page.getByText('вперёд на 1 день').waitFor({ state: 'hidden' });
    await expectSound(maker);
  });
});

/** A phone sign-in of somebody of the demo; answers the cookie. */
async function phoneCookie(phone: string): Promise<string> {
  const { api, sandbox } = on.platform.urls;
  await call('POST', `${api}/v1/auth/phone`, { body: { phone, locale: 'ru' } });
  const { body } = await until(
    'the code is in the outbox',
    () => call('GET', `${sandbox}/control/sms/outbox?phone=${encodeURIComponent(phone)}`),
    (answer) => (answer.body['messages'] as unknown[]).length > 0,
  );
  const [{ text }] = body['messages'] as [{ text: string }];
  const response = await fetch(`${api}/v1/auth/phone/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone, code: /\d{6}/.exec(text)![0] }),
  });
  expect(response.status).toBe(200);
  return response.headers.getSetCookie()[0]!.split(';')[0]!;
}

describe('a person', () => {
  const phoneOf = (id: string): string =>
    on.data.logins.influencers.find(({ influencerId }) => influencerId === id)!.phone;

  step('claims a status, the maker proposes its proof and the checker agrees', async () => {
    const influencer = on.data.influencers[3]!;
    const { api } = on.platform.urls;
    const declared = await fetch(`${api}/v1/influencers/${influencer.id}/tax-status`, {
      method: 'PUT',
      headers: {
        cookie: await phoneCookie(phoneOf(influencer.id)),
        'content-type': 'application/json',
        origin: api,
      },
      body: JSON.stringify({
        regime: 'self_employed',
        declared: true,
        registration_number: 'KZ-123',
      }),
    });
    expect(declared.status).toBe(200);
    const { page } = maker;
    await open(on, page, '/ops/people?tax_claim=pending', 'Авторы');
    await page.getByRole('row', { name: /Demo flat/ }).click();
    await heading(page, 'Demo flat 10 %').waitFor();
    await page.getByText('Новый статус ждёт вашего решения').waitFor();
    await expectSound(maker);
    await button(page, 'Предложить подтвердить').click();
    const dialog = page.getByRole('dialog', { name: 'Предложить подтвердить статус?' });
    await field(dialog, 'Номер и дата').fill('№ 123 от 20.11.2026');
    const lastDay = new Date(Date.now() + 300 * 86_400_000).toISOString().slice(0, 10);
    await dialog.getByLabel('Действует по').fill(lastDay);
    await button(dialog, 'Предложить подтвердить').click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('Вы это предложили, решает другой сотрудник.').waitFor();
    // The claim's card has changed, by the maker's own hand; a fresh look is still.
    await page.reload();
    await page.getByText('Подтвердить: Самозанятый').waitFor();
    await expectSound(maker);
    const second = checker.page;
    await open(on, second, '/ops/people?tax_claim=pending', 'Авторы');
    await second.getByRole('row', { name: /Demo flat/ }).click();
    await second.getByText('№ 123 от 20.11.2026').waitFor();
    await expectSound(checker);
    await button(second, 'Согласиться').click();
    const agreed = second.getByRole('dialog', { name: 'Согласиться с предложением?' });
    await button(agreed, 'Согласиться').click();
    await agreed.waitFor({ state: 'hidden' });
    await second.getByText('Предложение ждёт решения').waitFor({ state: 'hidden' });
    await second.reload();
    await second.getByText('Самозанятый').first().waitFor();
    await expectSound(checker);
  });
});
