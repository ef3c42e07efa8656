import { readFileSync } from 'node:fs';

import type { Browser, Locator, Page } from 'playwright-core';

import { until } from '../../sandbox/demo/http';
import { launchBrowser, type Visitor } from '../support/browser';
import { codeOf, shopOf } from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import { reported, suspicious } from './abuse';
import {
  asPerson,
  button,
  days,
  deskOf,
  deskUrl,
  expectSound,
  field,
  heading,
  open,
  settled,
} from './desk';
import { steps } from './steps';

/** Clicks by source, signs of fraud, reported links: what brands and operators see and decide, on real clicks. */

jest.setTimeout(240_000);

let on: TestPlatform;
let browser: Browser;
let owner: Visitor;
let maker: Visitor;
let auditor: Visitor;

beforeAll(async () => {
  on = await startTestPlatform({ name: 'web-clicks' });
  browser = await launchBrowser();
  const { brandOwner, opsMaker, opsAuditor } = on.data.logins;
  owner = await deskOf(on, browser, brandOwner);
  maker = await deskOf(on, browser, opsMaker);
  auditor = await deskOf(on, browser, opsAuditor);
});

afterAll(async () => {
  await browser?.close();
  await on?.stop();
});

const PHONE_AGENT =
  'Mozilla/5.0 (Linux; Android 14; SM-A556E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36';
const DESK_AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';
const BOT_AGENT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const FETCHER_AGENT = 'TelegramBot (like TwitterBot)';

/** Follows a link once; answers the status. */
async function follow(code: string, agent: string, referer?: string): Promise<number> {
  const response = await fetch(`${on.platform.urls.redirect}/${code}`, {
    redirect: 'manual',
    headers: { 'user-agent': agent, ...(referer && { referer }) },
  });
  await response.arrayBuffer();
  return response.status;
}

const linkOf = (person: number): string =>
  codeOf(on.data.influencers[person]!, shopOf(on, 'magnum').id);

const statusIs = (code: string, status: number): Promise<number> =>
  until(
    `the link answers ${status}`,
    () => follow(code, PHONE_AGENT),
    (now) => now === status,
    10_000,
  );

describe('clicks of a brand', () => {
  const step = steps();
  const rowOf = (page: Page, name: string | RegExp): Locator => page.getByRole('row', { name });
  const figures = async (page: Page): Promise<string[]> =>
    Promise.all(
      ['clicks', 'counted', 'unique', 'not_counted'].map((name) =>
        page.getByTestId(`clicks-${name}`).innerText(),
      ),
    );

  step('are counted, told apart and explained, from real ones', async () => {
    const code = linkOf(0);
    expect(await follow(code, PHONE_AGENT, 'https://t.me/')).toBe(302);
    expect(await follow(code, PHONE_AGENT, 'https://t.me/')).toBe(302);
    expect(await follow(code, DESK_AGENT)).toBe(302);
    expect(await follow(code, BOT_AGENT)).toBeLessThan(400);
    expect(await follow(code, FETCHER_AGENT)).toBeLessThan(400);
    const { page } = owner;
    await until(
      'all five are in ClickHouse',
      () =>
        asPerson(page, 'GET', `/v1/brands/${on.data.brand.id}/click-statistics?${days()}`).then(
          ({ body }) => (body['total'] as { clicks: number }).clicks,
        ),
      (clicks) => clicks === 5,
      30_000,
    );
    await open(on, page, '/brand/clicks', 'Клики');
    await settled(page);
    // The phone's second tap counts, and not once more as unique.
    expect(await figures(page)).toEqual(['5', '3', '2', '2']);
    await page.getByText('Ссылку открыл поисковый или другой робот, а не человек.').waitFor();
    await page.getByText('Мессенджер или соцсеть загрузили ссылку').waitFor();
    await expectSound(owner);
  });

  step('stand by day as a table too', async () => {
    const { page } = owner;
    await button(page, 'Показать таблицей').click();
    const table = page.getByRole('region', { name: 'По дням' });
    await table.getByRole('row', { name: /\s5\s+3\s+2\s+2$/ }).waitFor();
    await expectSound(owner);
  });

  step('are cut by author, app, device and reason', async () => {
    const { page } = owner;
    const choose = (name: string): Promise<void> =>
      page
        .getByRole('radiogroup', { name: 'Откуда клики' })
        .getByText(name, { exact: true })
        .click();
    await rowOf(page, /^Demo \S+.* 5\s+3\s+2\s+2$/).waitFor();
    await choose('Приложения');
    await rowOf(page, /^Telegram 2\s+2\s+1\s+0$/).waitFor();
    await choose('Устройства');
    await rowOf(page, /^Компьютер /).waitFor();
    await choose('Товары');
    await rowOf(page, /^Magnum · /).waitFor();
    await choose('Причины');
    await rowOf(page, /^Ссылку открыл поисковый .* 1\s+0\s+0\s+1$/).waitFor();
    await rowOf(page, /^Засчитаны 3\s+3\s+2\s+0$/).waitFor();
    expect(new URL(page.url()).searchParams.get('by')).toBe('reason');
    await expectSound(owner);
  });

  step('are downloaded as they are cut', async () => {
    const { page } = owner;
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      button(page, 'CSV этой таблицы').click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^gamma-clicks-reason-[\d-]+\.csv$/);
    const text = readFileSync(await file.path(), 'utf8');
    expect(text).toContain('bot');
    expect(text).toContain('fetcher');
    await expectSound(owner);
  });
});

describe('signs of fraud', () => {
  const step = steps();
  const card = (page: Page, code: string): Locator => page.locator(`[data-signal=${code}]`);
  const cells = (of: Locator, name: string): Promise<string[]> =>
    of
      .getByRole('row', { name: new RegExp(`^${name}`, 'i') })
      .getByRole('cell')
      .allInnerTexts();

  step('say what was counted and against what, and that they refuse nothing', async () => {
    await suspicious(on, linkOf(1));
    const { page } = owner;
    await page.getByRole('link', { name: 'Сигналы', exact: true }).click();
    await heading(page, 'Сигналы').waitFor();
    await page.getByText('Сигнал сам ничего не отклоняет').waitFor();
    const network = card(page, 'network_velocity');
    await network.getByText('Сильный').waitFor();
    expect(await cells(network, 'кликов за час')).toEqual(['480', '60']);
    expect(await cells(network, 'разных посетителей')).toEqual(['12', '—']);
    expect(await cells(card(page, 'link_velocity'), 'кликов за минуту')).toEqual(['480', '120']);
    // A brand stops no links.
    expect(await button(page, 'Снять ссылку').count()).toBe(0);
    await expectSound(owner);
  });

  step('lead to the clicks of their author on their days', async () => {
    const { page } = owner;
    const network = card(page, 'network_velocity');
    await network.getByRole('link', { name: 'Клики', exact: true }).click();
    await heading(page, 'Клики').waitFor();
    await button(page, /^Только Demo/).waitFor();
    await settled(page);
    expect(await page.getByTestId('clicks-clicks').innerText()).toBe('480');
    await expectSound(owner);
  });

  step('let an operator stop the link from where they stand, and start it again', async () => {
    const code = linkOf(1);
    await statusIs(code, 302);
    const { page } = maker;
    await open(on, page, '/ops/signals', 'Сигналы');
    await page.getByLabel('Сигнал', { exact: true }).selectOption({ label: 'Всплеск по ссылке' });
    await card(page, 'network_velocity').waitFor({ state: 'detached' });
    const burst = card(page, 'link_velocity');
    await burst.getByRole('link', { name: /^Demo/ }).waitFor();
    await button(burst, 'Снять ссылку').click();
    const dialog = page.getByRole('dialog', { name: 'Снять ссылку?' });
    expect(await button(dialog, 'Снять ссылку').isDisabled()).toBe(true);
    await dialog.getByLabel('Причина для автора').selectOption({ label: 'Обман' });
    await field(dialog, 'Заметка коллегам').fill('Накрутка, 480 кликов за минуту');
    await expectSound(maker);
    await button(dialog, 'Снять ссылку').click();
    await statusIs(code, 410);
    await burst.getByText('Снята', { exact: true }).waitFor();
    await button(burst, 'Вернуть ссылку').click();
    const back = page.getByRole('dialog', { name: 'Вернуть ссылку?' });
    await field(back, 'Заметка коллегам').fill('Автор всё объяснил');
    await button(back, 'Вернуть ссылку').click();
    await statusIs(code, 302);
    await expectSound(maker);
  });
});

describe('links of a person', () => {
  const step = steps();

  step('stand on their page with their state, and are taken down and restored there', async () => {
    const { page } = maker;
    const code = linkOf(2);
    const { id } = on.data.influencers[2]!;
    await page.goto(deskUrl(on, `/ops/people/${id}?link=${code}`));
    const row = page.getByRole('row', { name: new RegExp(code) });
    await row.getByText('Работает', { exact: true }).waitFor();
    expect(await page.getByRole('row', { name: /снять|вернуть/i }).count()).toBe(1);
    await expectSound(maker);
    await button(row, 'Снять ссылку').click();
    const dialog = page.getByRole('dialog', { name: 'Снять ссылку?' });
    await dialog.getByLabel('Причина для автора').selectOption({ label: 'Не работает' });
    await field(dialog, 'Заметка коллегам').fill('Страницы товара больше нет');
    await button(dialog, 'Снять ссылку').click();
    await statusIs(code, 410);
    await row.getByText('Снята', { exact: true }).waitFor();
    await page.getByLabel('Состояние', { exact: true }).selectOption({ label: 'Работает' });
    await page.getByText('Ничего не нашлось').waitFor();
    await page.getByLabel('Состояние', { exact: true }).selectOption({ label: 'Снята' });
    await button(row, 'Вернуть ссылку').click();
    const back = page.getByRole('dialog', { name: 'Вернуть ссылку?' });
    await field(back, 'Заметка коллегам').fill('Страница снова есть');
    await button(back, 'Вернуть ссылку').click();
    await statusIs(code, 302);
    await page.getByText('Ничего не нашлось').waitFor();
    await expectSound(maker);
  });

  step('are only read by an auditor', async () => {
    const { page } = auditor;
    const code = linkOf(2);
    await page.goto(deskUrl(on, `/ops/people/${on.data.influencers[2]!.id}?link=${code}`));
    const row = page.getByRole('row', { name: new RegExp(code) });
    await row.getByText('Работает', { exact: true }).waitFor();
    expect(await button(row, 'Снять ссылку').count()).toBe(0);
    await expectSound(auditor);
  });
});

describe('a reported link', () => {
  const step = steps();
  let reportId: string;

  step('waits for a decision, with what it is and whose; an auditor only reads it', async () => {
    const { page } = auditor;
    const comment = 'Обещают скидку, а ведут не туда';
    reportId = await reported(on, page, linkOf(0), { comment });
    await open(on, page, '/ops/today', 'Сегодня');
    await page.getByRole('link', { name: /Жалоба на ссылку/ }).click();
    await heading(page, 'Жалобы на ссылки').waitFor();
    await page.getByRole('row', { name: new RegExp(comment) }).click();
    const panel = page.getByRole('dialog', { name: 'Жалоба' });
    await panel.getByText(comment).waitFor();
    await panel.getByText(/^https:\/\/magnum\.kz\/products\/11207/).waitFor();
    await panel.getByRole('link', { name: /^Demo/ }).waitFor();
    await panel.getByText('Ссылку открыл поисковый или другой робот, а не человек.').waitFor();
    for (const act of ['Снять ссылку', 'Отклонить жалобу'])
      expect(await button(panel, act).count()).toBe(0);
    await expectSound(auditor);
    const answer = await asPerson(page, 'GET', '/v1/me');
    expect(answer.body['permissions']).not.toContain('decideLinkReport');
  });

  step('is taken down by the maker and leads nowhere within seconds', async () => {
    const { page } = maker;
    await open(on, page, `/ops/reports?open=${reportId}`, 'Жалобы на ссылки');
    const panel = page.getByRole('dialog', { name: 'Жалоба' });
    await button(panel, 'Снять ссылку').click();
    const dialog = page.getByRole('dialog', { name: 'Снять ссылку?' });
    // What was reported is what the owner is told, unless somebody chooses otherwise.
    expect(await dialog.getByLabel('Причина для автора').inputValue()).toBe('fraud');
    await field(dialog, 'Заметка коллегам').fill('Проверено, обман');
    await button(dialog, 'Снять ссылку').click();
    await statusIs(linkOf(0), 410);
    const shown = await fetch(`${on.platform.urls.redirect}/${linkOf(0)}`, {
      headers: { 'user-agent': PHONE_AGENT, 'accept-language': 'ru' },
    });
    expect(shown.headers.get('content-type')).toContain('text/html');
    await panel.locator('[data-standing=taken_down]').waitFor();
    await panel.getByText('Проверено, обман').waitFor();
    await panel.getByText(/^Марат/).waitFor();
    await expectSound(maker);
  });

  step('is restored from its report', async () => {
    const { page } = maker;
    const panel = page.getByRole('dialog', { name: 'Жалоба' });
    await button(panel, 'Вернуть ссылку').click();
    const dialog = page.getByRole('dialog', { name: 'Вернуть ссылку?' });
    await field(dialog, 'Заметка коллегам').fill('Исправлено');
    await button(dialog, 'Вернуть ссылку').click();
    await statusIs(linkOf(0), 302);
    await panel.locator('[data-standing=works]').waitFor();
    await expectSound(maker);
  });

  step('goes on working when the report is dismissed; no link of ours can only be', async () => {
    const { page } = maker;
    const kept = await reported(on, page, linkOf(0), { reason: 'broken', comment: 'Не открылось' });
    const foreign = await reported(on, page, 'nosuchcode', { reason: 'other' });
    for (const id of [kept, foreign]) {
      await open(on, page, `/ops/reports?open=${id}`, 'Жалобы на ссылки');
      const panel = page.getByRole('dialog', { name: 'Жалоба' });
      await button(panel, 'Отклонить жалобу').waitFor();
      expect(await button(panel, 'Снять ссылку').count()).toBe(id === kept ? 1 : 0);
      await button(panel, 'Отклонить жалобу').click();
      const dialog = page.getByRole('dialog', { name: 'Отклонить жалобу?' });
      await field(dialog, 'Заметка коллегам').fill('Ссылка в порядке');
      await button(dialog, 'Отклонить жалобу').click();
      await panel.getByText('Отклонена').waitFor();
      await expectSound(maker);
    }
    expect(await follow(linkOf(0), PHONE_AGENT)).toBe(302);
  });

  step('stands in the list by state and reason, and in the audit log in words', async () => {
    const { page } = maker;
    await open(on, page, '/ops/reports?state=dismissed&reason=broken', 'Жалобы на ссылки');
    await page.getByRole('row', { name: /Не открылось/ }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    await page.getByLabel('Состояние').selectOption({ label: 'Открыта' });
    await page.getByText('Ничего не нашлось').waitFor();
    await open(on, page, `/ops/audit?subject=${reportId}`, 'Журнал действий');
    await page.getByRole('listitem').filter({ hasText: 'Решение по жалобе' }).waitFor();
    await expectSound(maker);
  });
});

describe('a programme', () => {
  const step = steps();
  step('is told of its app, what chooses a product, and Kaspi', async () => {
    const { page } = owner;
    const { id } = shopOf(on, 'technodom');
    await open(on, page, `/brand/programmes/${id}`, 'Technodom');
    const android = field(page, 'Приложение на Android');
    await android.fill('нет');
    await page.getByText('Например kz.magazin.app').waitFor();
    expect(await button(page, 'Сохранить').isDisabled()).toBe(true);
    await android.fill('https://play.google.com/store/apps/details?id=kz.technodom.app&hl=ru');
    expect(await android.inputValue()).toBe('kz.technodom.app');
    await page.getByRole('switch', { name: /^Приложение на iPhone/ }).check({ force: true });
    await page.getByRole('switch', { name: /^Покупатели ищут/ }).check({ force: true });
    const params = page.getByRole('combobox', { name: 'Параметры, которые выбирают товар' });
    await params.fill('sku');
    await params.press('Enter');
    await expectSound(owner);
    await button(page, 'Сохранить').click();
    await page.getByText('Сохранено').waitFor();
    const { body } = await asPerson(page, 'GET', `/v1/programmes/${id}`);
    expect(body).toMatchObject({
      android_package: 'kz.technodom.app',
      ios_universal: true,
      product_params: ['sku'],
      buyers_prefer_kaspi: true,
    });
    await page.reload();
    await heading(page, 'Technodom').waitFor();
    expect(await android.inputValue()).toBe('kz.technodom.app');
    await expectSound(owner);
  });
});
