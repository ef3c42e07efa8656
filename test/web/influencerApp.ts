import type { Browser, Page } from 'playwright-core';

import { checkDigit } from '../../domain/identity/iin';
import { call, until } from '../../sandbox/demo/http';
import { axeFindings, PHONE, visit, type Visitor, type VisitOptions } from '../support/browser';
import type { TestPlatform } from '../support/platform';

/** The influencer app as its users handle it: by the words on its buttons, on a small phone. */

export const onPhone = (
  browser: Browser,
  options: Omit<VisitOptions, 'size'> = {},
): Promise<Visitor> => visit(browser, { ...options, size: PHONE });

export const appUrl = (on: TestPlatform, path: string): string =>
  `${on.platform.urls.api}/app${path}`;

type Message = { readonly id: number; readonly text: string };

async function messagesTo(on: TestPlatform, phone: string): Promise<Message[]> {
  const query = new URLSearchParams({ phone });
  const url = `${on.platform.urls.sandbox}/control/sms/outbox?${query.toString()}`;
  const { body } = await call('GET', url);
  return body['messages'] as Message[];
}

/** Lets `ask` have a code sent, and answers that code and none from before. */
export async function codeSentBy(
  on: TestPlatform,
  phone: string,
  ask: () => Promise<unknown>,
): Promise<string> {
  const before = new Set((await messagesTo(on, phone)).map(({ id }) => id));
  await ask();
  const fresh = await until(
    'an SMS with a code',
    async () => (await messagesTo(on, phone)).find(({ id }) => !before.has(id)),
    (message) => message !== undefined,
  );
  return /\b\d{6}\b/.exec(fresh!.text)![0];
}

export const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' });

export const heading = (page: Page, name: string | RegExp, level = 1) =>
  page.getByRole('heading', { name, level, exact: typeof name === 'string' });

/** One of the entries under the thumb. */
export const openSection = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation').getByRole('link', { name, exact: true }).click();

/** From the sign-in page to the field for the code. */
export async function askForCode(on: TestPlatform, page: Page, phone: string): Promise<string> {
  await page.getByLabel('Номер телефона').fill(phone.slice(2));
  const code = await codeSentBy(on, phone, () => button(page, 'Получить код').click());
  await heading(page, 'Код из SMS').waitFor();
  return code;
}

/** Signs in by phone and code, through the screens. */
export async function signIn(on: TestPlatform, { page }: Visitor, phone: string): Promise<void> {
  await page.goto(appUrl(on, '/sign-in'));
  const code = await askForCode(on, page, phone);
  await page.getByLabel('Код из 6 цифр').fill(code);
  await page.waitForURL((url) => !url.pathname.includes('sign-in'));
}

/** A person with a home screen, signed in on a phone of their own. */
export async function atHome(
  on: TestPlatform,
  browser: Browser,
  phone: string,
  options: Omit<VisitOptions, 'size'> = {},
): Promise<Visitor> {
  const visitor = await onPhone(browser, options);
  await signIn(on, visitor, phone);
  await heading(visitor.page, /^Привет, /).waitFor();
  return visitor;
}

/** The screen has what it shows: nothing stands for something that is still coming. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForFunction(
    () => document.querySelector('.mantine-Skeleton-root, [aria-busy="true"]') === null,
  );
}

/** What every test ends with, and every screen it stands on: nothing failed, nobody is shut out, no figure moved. */
export async function expectSound({ page, watch }: Visitor): Promise<void> {
  await settled(page);
  expect(await axeFindings(page)).toEqual([]);
  expect(watch.consoleErrors).toEqual([]);
  expect(watch.failedRequests).toEqual([]);
  expect(await watch.moneyShifts()).toEqual([]);
  expect(await watch.unusedReads()).toEqual([]);
}

/** A number with a right check digit; `serial` keeps people of one test apart. */
export function syntheticIin(serial: number): string {
  for (let next = serial; ; next += 1) {
    const first = `950317${400}${String(next).padStart(2, '0')}`;
    const digit = checkDigit(first);
    if (digit !== null) return `${first}${digit}`;
  }
}

/** `10 000,00 ₸` however its spaces are made. */
export const money = (text: string): RegExp =>
  new RegExp(text.replace(/[ \u00a0\u202f]/g, '[ \\u00a0\\u202f]').replace('.', '\\.'));
