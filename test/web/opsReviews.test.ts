import type { Browser, Page } from 'playwright-core';

import { until } from '../../sandbox/demo/http';
import type { DemoInfluencer } from '../../sandbox/seed';
import { launchBrowser, type Visitor } from '../support/browser';
import {
  approve,
  balance,
  booksAreRight,
  conversionIs,
  order,
  payoutIs,
  prepare,
  requestPayout,
  turnDial,
} from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import { ageFactor } from './ageFactor';
import { button, deskOf, expectSound, field, heading, open, stepUp } from './desk';
import { steps } from './steps';

/** What two people do when money does not go its way: ways out of a review, dead letters, a run that is called off. */

jest.setTimeout(240_000);

let on: TestPlatform;
let browser: Browser;
let maker: Visitor;
let checker: Visitor;

beforeAll(async () => {
  on = await startTestPlatform({
    name: 'web-reviews',
    env: {
      PAYOUT_STATUS_FIRST_MS: '100',
      PAYOUT_STATUS_MAX_MS: '300',
      PAYOUT_NOT_FOUND_WAIT_MS: '300',
      PAYOUT_UNKNOWN_GIVE_UP_MS: '2500',
      PAYOUT_MAX_SENDS: '2',
    },
  });
  browser = await launchBrowser();
  const { opsMaker, opsChecker } = on.data.logins;
  maker = await deskOf(on, browser, opsMaker);
  checker = await deskOf(on, browser, opsChecker, {
    // The answers that open the dialog for a fresh code.
    expected: [
      /^403 \/v1\/payouts\/[^/]+\/review\/proposals\/[^/]+\/decision$/,
      /^403 \/v1\/payout-batches\/[^/]+\/close$/,
    ],
  });
});

afterAll(async () => {
  await browser?.close();
  await on?.stop();
});

type Asked = { readonly payee: DemoInfluencer; readonly id: string; readonly batchId: string };

/** Somebody with a sale of 10,000 who asks for the money: 800 to pay out. */
async function asksForMoney(payee: DemoInfluencer): Promise<Asked> {
  const id = await order(on, payee, { status: 'approved' });
  await conversionIs(on, id, 'PAYABLE');
  await until(
    'the commission is available',
    () => balance(on, payee),
    (body) => body['available'] !== '0.00',
  );
  return { payee, ...(await requestPayout(on, payee)) };
}

/** A payout that the provider's answer, or its silence, brings before people. */
async function inReview(payee: DemoInfluencer, mode: string): Promise<Asked> {
  const asked = await asksForMoney(payee);
  await turnDial(on, { reference: asked.id, mode });
  await approve(on, asked.batchId);
  await payoutIs(on, payee, asked.id, 'review', 60_000);
  return asked;
}

const flat = (): DemoInfluencer => on.data.influencers[3]!;
const sayReason = (page: Page, label: string, words: string): Promise<void> =>
  field(page.getByRole('dialog'), label).fill(words);

const step = steps();

describe('a payout of which less arrived', () => {
  let asked: Asked;

  step('is found by the maker among what waits today, with what the provider said', async () => {
    asked = await inReview(flat(), 'wrong_amount');
    const { page } = maker;
    await open(on, page, '/ops/today', 'Сегодня');
    await page.getByRole('link', { name: /Выплата на проверке/ }).click();
    await heading(page, 'Разбор выплат').waitFor();
    await page.getByText('Предложите выход').waitFor();
    await expectSound(maker);
    await page.getByRole('row', { name: /Demo flat/ }).click();
    await heading(page, /^Выплата: Demo flat/).waitFor();
    await page.getByText('на 1,00 ₸ меньше').waitFor();
    // The provider says that the money moved: against its word nothing can be proposed.
    expect(await button(page, 'Предложить возврат').isDisabled()).toBe(true);
    expect(await button(page, 'Предложить отправку').isDisabled()).toBe(true);
    await button(page, 'Спросить сейчас').click();
    await page.getByText('Спросили. Ответ появится здесь').waitFor();
    await expectSound(maker);
  });

  step('is proposed as paid with what the provider named, and nothing moves yet', async () => {
    const { page } = maker;
    await button(page, 'Предложить: выплачено').click();
    const dialog = page.getByRole('dialog', { name: /^Предложить: Demo flat/ });
    expect(await field(dialog, 'Дошло до автора').inputValue()).toBe('699,00');
    expect(await field(dialog, 'Номер у провайдера').inputValue()).not.toBe('');
    await dialog.getByText('Дошло на 1,00 ₸ меньше, чем 700,00 ₸').waitFor();
    await sayReason(page, 'Основание', 'Выписка за сегодня, строка 12');
    await expectSound(maker);
    await button(dialog, 'Предложить: дошло 699,00 ₸').click();
    await page.getByText('Вы предложили выход, решает другой человек').waitFor();
    expect(await button(page, 'Подтвердить').count()).toBe(0);
    await payoutIs(on, asked.payee, asked.id, 'review');
    await expectSound(maker);
  });

  step(
    'is confirmed by the checker with a fresh code, and the rest is back to the tiyn',
    async () => {
      const { page } = checker;
      await ageFactor(on, page);
      await open(on, page, '/ops/today', 'Сегодня');
      await page.getByRole('link', { name: /Выход из проверки ждёт решения/ }).click();
      await page.getByText('Решите вы').waitFor();
      await expectSound(checker);
      await page.getByRole('row', { name: /Demo flat/ }).click();
      await button(page, 'Подтвердить').click();
      const dialog = page.getByRole('dialog', { name: /^Подтвердить выход: Demo flat/ });
      await dialog.getByText('Выписка за сегодня, строка 12').waitFor();
      const confirm = button(dialog, 'Подтвердить: выплачено');
      expect(await confirm.isDisabled()).toBe(true);
      await dialog.getByRole('checkbox', { name: 'Я сверил с выпиской провайдера' }).check();
      await expectSound(checker);
      await confirm.click();
      await stepUp(page, on.data.logins.opsChecker.totpSecret);
      await page.getByText('Выплата больше не на проверке').waitFor({ timeout: 60_000 });
      await page.getByText('Дошло 699,00 ₸. На баланс вернулось 1,14 ₸.').waitFor();
      await expectSound(checker);
      await payoutIs(on, asked.payee, asked.id, 'paid');
      expect(await balance(on, asked.payee)).toMatchObject({ available: '1.14', paid: '699.00' });
    },
  );
});

describe('a payout whose provider is silent', () => {
  let asked: Asked;

  const openReview = (page: Page): Promise<void> =>
    open(on, page, `/ops/payout-reviews/${asked.id}`, /^Выплата: /);

  step(
    'is reached from its run; a proposal is refused with a reason that its maker reads',
    async () => {
      asked = await inReview(on.data.influencers[2]!, 'http_500');
      const { page } = maker;
      await open(on, page, `/ops/runs/${asked.batchId}`, /запуск \d+$/);
      await page.getByRole('link', { name: /^Разобрать выплату/ }).click();
      await heading(page, /^Выплата: /).waitFor();
      await button(page, 'Предложить отправку').click();
      await sayReason(page, 'Основание', 'Пусть попробует ещё раз');
      await button(page.getByRole('dialog'), 'Предложить').click();
      await page.getByText('Вы предложили выход').waitFor();
      await openReview(checker.page);
      await button(checker.page, 'Отклонить').click();
      await sayReason(checker.page, 'Причина', 'В выписке её нет, вернём деньги');
      await expectSound(checker);
      await button(checker.page.getByRole('dialog'), 'Отклонить').click();
      await checker.page.getByText('Выход предлагает оператор').waitFor();
      await page.reload();
      await page.getByText('В выписке её нет, вернём деньги').waitFor();
      await expectSound(maker);
    },
  );

  step('goes back to the balance when both agree that nothing left', async () => {
    const { page } = maker;
    await button(page, 'Предложить возврат').click();
    await page.getByRole('dialog').getByText('800,00 ₸ вернутся автору на баланс').waitFor();
    await sayReason(page, 'Основание', 'В выписке её нет');
    await button(page.getByRole('dialog'), 'Предложить').click();
    await page.getByText('Вы предложили выход').waitFor();
    // The stuck list says in words what is going on.
    await open(on, page, '/ops/stuck?age=0', 'Застряло');
    await page.getByText('Предложено: Ничего не ушло, вернуть на баланс').waitFor();
    await openReview(checker.page);
    await button(checker.page, 'Подтвердить').click();
    await checker.page.getByRole('checkbox', { name: 'Я сверил с выпиской провайдера' }).check();
    await button(checker.page, 'Подтвердить возврат').click();
    await checker.page.getByText('Выплата больше не на проверке').waitFor({ timeout: 60_000 });
    await payoutIs(on, asked.payee, asked.id, 'cancelled');
    expect(await balance(on, asked.payee)).toMatchObject({ available: '800.00', reserved: '0.00' });
    expect(await booksAreRight(on)).toMatchObject({ sum: 0n, wrong: 0 });
    await expectSound(checker);
  });
});

describe('a dead letter', () => {
  step('is found today, said in words and sent again, once, under a name', async () => {
    const { id } = flat();
    await on.db.owner.query(
      `insert into outbox_dead_letters (id, topic, subject_id, payload, attempts, last_error, created_at)
       values (900001, 'payee.updated', $1, '{}', 12, 'failed_precondition', now() - interval '2 hours')`,
      [id],
    );
    const { page } = maker;
    await open(on, page, '/ops/today', 'Сегодня');
    await page.getByRole('link', { name: /Недоставленное сообщение/ }).click();
    await heading(page, 'Недоставленные сообщения').waitFor();
    await page.getByText('Процесс не в том состоянии, чтобы его принять').waitFor();
    await page.getByText('12 попыток').waitFor();
    await expectSound(maker);
    await button(page, `Отправить снова: ${id}`).click();
    const dialog = page.getByRole('dialog', { name: 'Отправить сообщение снова?' });
    await expectSound(maker);
    await button(dialog, 'Отправить снова').click();
    await page.getByText('Недоставленных сообщений нет').waitFor();
    await expectSound(maker);
    const { rows } = await on.db.pool.query('select id from outbox_dead_letters');
    expect(rows).toEqual([]);
    await open(on, checker.page, '/ops/audit?action=outbox', 'Журнал действий');
    await checker.page.getByText('Недоставленное сообщение отправлено снова').waitFor();
    await expectSound(checker);
  });
});

describe('a run', () => {
  let asked: Asked;
  const openRun = (page: Page): Promise<void> =>
    open(on, page, `/ops/runs/${asked.batchId}`, /запуск \d+$/);

  async function change(page: Page, what: RegExp, words: string): Promise<void> {
    await button(page, 'Ещё').click();
    await page.getByRole('menuitem', { name: what }).click();
    await sayReason(page, 'Причина', words);
  }

  step('that was prepared is opened again by the maker', async () => {
    asked = await asksForMoney(on.data.influencers[1]!);
    await prepare(on, asked.batchId);
    const { page } = maker;
    await openRun(page);
    await page.getByText('Утвердить запуск может проверяющий.').waitFor();
    await change(page, /^Открыть снова/, 'Надо добавить людей');
    await page.getByText('Подготовка снимется').waitFor();
    await expectSound(maker);
    await button(page.getByRole('dialog'), 'Открыть снова').click();
    await page.getByText('Запуск снова открыт').waitFor();
    await button(page, 'Подготовить к утверждению').waitFor();
    await expectSound(maker);
  });

  step('that does not move is restarted, and stays what it was', async () => {
    const { page } = maker;
    await change(page, /^Перезапустить/, 'Не движется');
    await button(page.getByRole('dialog'), 'Перезапустить').click();
    await page.getByText('Процесс начат заново').waitFor();
    await button(page, 'Подготовить к утверждению').waitFor();
    await payoutIs(on, asked.payee, asked.id, 'reserved');
    await expectSound(maker);
  });

  step('is closed by the checker with a fresh code; the money is back and it says so', async () => {
    const { page } = checker;
    await ageFactor(on, page);
    await openRun(page);
    await change(page, /^Закрыть запуск/, 'Ошибка в списке');
    await page.getByText('Вернётся на балансы, выплат').waitFor();
    await expectSound(checker);
    await button(page.getByRole('dialog'), 'Закрыть запуск').click();
    await stepUp(page, on.data.logins.opsChecker.totpSecret);
    await page.getByText('Закрыт', { exact: true }).first().waitFor();
    await page.getByText('Ошибка в списке').waitFor();
    await payoutIs(on, asked.payee, asked.id, 'cancelled');
    expect(await balance(on, asked.payee)).toMatchObject({ available: '800.00' });
    // A look at it once it is over: nothing is left to be done.
    await until(
      'its last payout is back',
      async () => {
        await openRun(page);
        await page.getByText('Кому и сколько').waitFor();
        return button(page, 'Ещё').count();
      },
      (count) => count === 0,
    );
    await expectSound(checker);
  });
});
