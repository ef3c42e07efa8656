import { Secret, TOTP } from 'otpauth';
import type { Browser, Locator, Page } from 'playwright-core';

import { until } from '../../sandbox/demo/http';
import type { DemoLogin } from '../../sandbox/people';
import { axeFindings, visit, type VisitOptions, type Visitor } from '../support/browser';
import type { TestPlatform } from '../support/platform';

/** The desk as a person sees it: pages by their headings, controls by role and name in Russian. */

const STEP_MS = 30_000;

/** The last step whose code was given: a code opens a door once. */
const lastStep = new Map<string, number>();

/**
 * A code this authenticator has not given yet. The server takes one step ahead, so two in a row need no
 * waiting; a third waits until its step is near enough.
 */
export async function totpCode(secret: string): Promise<string> {
  const nowStep = (): number => Math.floor(Date.now() / STEP_MS);
  const step = Math.max(nowStep(), (lastStep.get(secret) ?? 0) + 1);
  await until(
    'the next authenticator code is near',
    () => Promise.resolve(nowStep()),
    (now) => step <= now + 1,
  );
  lastStep.set(secret, step);
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: step * STEP_MS });
}

export const deskUrl = (on: TestPlatform, path: string): string =>
  `${on.platform.urls.api}/desk${path}`;

export const heading = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('heading', { level: 1, name, ...(typeof name === 'string' && { exact: true }) });

export const button = (on: Page | Locator, name: string | RegExp): Locator =>
  on.getByRole('button', { name, ...(typeof name === 'string' && { exact: true }) });

export const field = (on: Page | Locator, label: string): Locator =>
  on.getByRole('textbox', { name: label, exact: true });

/** Opens a page of the desk and waits for its heading. */
export async function open(
  on: TestPlatform,
  page: Page,
  path: string,
  title: string | RegExp,
): Promise<void> {
  await page.goto(deskUrl(on, path));
  await heading(page, title).waitFor();
}

/** Password and authenticator code on the sign-in page, up to the home page of the role. */
export async function signIn(
  on: TestPlatform,
  page: Page,
  person: Pick<DemoLogin, 'email' | 'password' | 'totpSecret'>,
): Promise<void> {
  await open(on, page, '/sign-in', 'Вход для брендов');
  await field(page, 'Эл. почта').fill(person.email);
  await page.getByLabel('Пароль', { exact: true }).fill(person.password);
  await button(page, 'Продолжить').click();
  await field(page, 'Код из 6 цифр').fill(await totpCode(person.totpSecret));
  await heading(page, /^(Обзор|Сегодня)$/).waitFor();
}

/** Somebody of the demo, signed in at a desk of their own. */
export async function deskOf(
  on: TestPlatform,
  browser: Browser,
  person: DemoLogin,
  options: VisitOptions = {},
): Promise<Visitor> {
  const visitor = await visit(browser, options);
  await signIn(on, visitor.page, person);
  return visitor;
}

/** Nothing is loading any more: skeletons are gone and the network has nothing but live lines. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForFunction(
    () => document.querySelector('.mantine-Skeleton-root, [data-loading]') === null,
  );
}

/** Everything that must be true of a page somebody stands on. */
export async function expectSound(visitor: Visitor): Promise<void> {
  await settled(visitor.page);
  expect(await axeFindings(visitor.page)).toEqual([]);
  await expectQuiet(visitor);
}

/** Nothing went wrong on the page by itself so far. */
export async function expectQuiet({ watch }: Visitor): Promise<void> {
  expect(watch.consoleErrors).toEqual([]);
  expect(watch.failedRequests).toEqual([]);
  expect(await watch.moneyShifts()).toEqual([]);
  expect(await watch.unusedReads()).toEqual([]);
}

export type ApiAnswer = { readonly status: number; readonly body: Record<string, unknown> };

/** A call with the cookie of the person at the page, as a script of somebody clever would make it. */
export const asPerson = (
  page: Page,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: unknown,
): Promise<ApiAnswer> =>
  page.evaluate(
    async ({ method, path, body, key }) => {
      const response = await fetch(path, {
        method,
        headers: {
          ...(method === 'POST' && { 'idempotency-key': key }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    { method, path, body, key: crypto.randomUUID() },
  );

/** The dialog that asks for a fresh code, answered. */
export async function stepUp(page: Page, totpSecret: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Подтвердите, что это вы' });
  await field(dialog, 'Код из 6 цифр').fill(await totpCode(totpSecret));
  await dialog.waitFor({ state: 'hidden' });
}

/** The last week, as the API takes it. */
export const days = (): string => {
  const day = (ago: number): string =>
    new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  return `from=${day(6)}&to=${day(-1)}`;
};
