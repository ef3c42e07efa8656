import type { Browser } from 'playwright-core';

import { linkIn, mailTo, sandboxOutbox } from '../support/mail';
import { DESK, launchBrowser, PHONE, visit, type Visitor } from '../support/browser';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import { button, deskOf, expectSound, field, heading, open, totpCode } from './desk';
import { steps } from './steps';

/** Somebody who lost password and phone gets in again, in a browser, with an owner as the second person. */

jest.setTimeout(240_000);

const NEW_PASSWORD = 'тихая река за домом';

let on: TestPlatform;
let browser: Browser;
let person: Visitor;
let owner: Visitor;
let email: string;
let secret: string;
let digits: string;

beforeAll(async () => {
  on = await startTestPlatform({ name: 'web-recovery' });
  browser = await launchBrowser();
  email = on.data.logins.brandAnalyst.email;
});
afterAll(async () => {
  await browser?.close();
  await on?.stop();
});

const step = steps();

step('12.1, asks on a phone and is told the same as anybody', async () => {
  person = await visit(browser, {
    size: PHONE,
    expected: [/^401 \/v1\/(auth\/password|me)$/],
  });
  const { page } = person;
  await open(on, page, '/sign-in', 'Вход для брендов');
  await page.getByRole('link', { name: 'Восстановить вход' }).click();
  await heading(page, 'Не получается войти?').waitFor();
  await field(page, 'Эл. почта').fill(email);
  await expectSound(person);
  await button(page, 'Прислать ссылку').click();
  await page.getByText('Проверьте почту').waitFor();
  await expectSound(person);
});

step('12.1, follows the link: new password, authenticator, six digits for the owner', async () => {
  const { page } = person;
  await page.goto(linkIn(await mailTo(sandboxOutbox(on.platform.urls.sandbox), email)));
  await heading(page, 'Новый пароль').waitFor();
  await page.getByLabel('Придумайте новый пароль').fill(NEW_PASSWORD);
  await expectSound(person);
  await button(page, 'Дальше').click();
  await heading(page, 'Вход по коду').waitFor();
  secret = await field(page, 'Ключ для ручного ввода').inputValue();
  await field(page, 'Код из 6 цифр').fill(await totpCode(secret));
  await heading(page, 'Осталось согласие второго человека').waitFor();
  digits = (await page.getByText(/^\d{6}$/).innerText()).trim();
  await expectSound(person);
});

step('12.1, the owner sees it on the team page and agrees with the digits', async () => {
  owner = await deskOf(on, browser, on.data.logins.brandOwner);
  const { page } = owner;
  await page.setViewportSize(DESK);
  await open(on, page, '/brand/team', 'Команда');
  await page.getByText('Ждёт согласия').waitFor();
  await expectSound(owner);
  await button(page, /^Согласиться: /).click();
  const dialog = page.getByRole('dialog');
  await field(dialog, 'Шесть цифр от этого человека').fill(digits);
  await expectSound(owner);
  await button(dialog, 'Вернуть вход').click();
  await page.getByText('Ждёт согласия').waitFor({ state: 'detached' });
  await expectSound(owner);
});

step('12.1, the new password and authenticator open the desk', async () => {
  const { page } = person;
  await open(on, page, '/sign-in', 'Вход для брендов');
  await field(page, 'Эл. почта').fill(email);
  await page.getByLabel('Пароль', { exact: true }).fill(NEW_PASSWORD);
  await button(page, 'Продолжить').click();
  await field(page, 'Код из 6 цифр').fill(await totpCode(secret));
  await heading(page, 'Обзор').waitFor();
  await expectSound(person);
});

step(
  '12.1, somebody whose account is being won back sees it over every screen and stops it',
  async () => {
    const { page } = person;
    const before = (await sandboxOutbox(on.platform.urls.sandbox)()).length;
    const other = await visit(browser, { size: DESK });
    await open(on, other.page, '/recovery', 'Не получается войти?');
    await field(other.page, 'Эл. почта').fill(email);
    await button(other.page, 'Прислать ссылку').click();
    const outbox = async () => (await sandboxOutbox(on.platform.urls.sandbox)()).slice(before);
    await other.page.goto(
      linkIn(await mailTo(outbox, email, ({ text }) => text.includes('#token='))),
    );
    await other.page.getByLabel('Придумайте новый пароль').fill('совсем другой пароль');
    await button(other.page, 'Дальше').click();
    const theirs = await field(other.page, 'Ключ для ручного ввода').inputValue();
    await field(other.page, 'Код из 6 цифр').fill(await totpCode(theirs));
    await heading(other.page, 'Осталось согласие второго человека').waitFor();
    await open(on, page, '/brand/team', 'Команда');
    await page.getByRole('alert').getByText('Кто-то восстанавливает вход').waitFor();
    await expectSound(person);
    await button(page, 'Это не я, остановить').click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  },
);
