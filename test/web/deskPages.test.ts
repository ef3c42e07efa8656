import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { parse } from 'yaml';

import { until } from '../../sandbox/demo/http';
import type { DemoLogin } from '../../sandbox/people';
import type { DemoInfluencer } from '../../sandbox/seed';
import { repoRoot } from '../../stack/root';
import {
  axeFindings,
  cutOff,
  DESK,
  launchBrowser,
  PHONE,
  visit,
  type Visitor,
} from '../support/browser';
import {
  approve,
  conversionIs,
  order,
  payoutIs,
  requestPayout,
  turnDial,
} from '../support/journey';
import { linkIn, mailTo, sandboxOutbox } from '../support/mail';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import { reported, suspicious } from './abuse';
import { asPerson, deskOf, deskUrl, expectQuiet, heading, settled } from './desk';
import { owed } from './owed';

/** Every page of the desk, in both appearances, with somebody's data in it. */

jest.setTimeout(300_000);

let on: TestPlatform;
let browser: Browser;
let people: Record<'owner' | 'analyst' | 'maker' | 'auditor', Visitor>;
/** What stands for `:programmeId` and its like. */
let ids: Record<string, string>;
let invitation: string;
let recovery: string;

/** Paths of an area's registry, read from its source: a page added there is tried here. */
function pathsOf(area: 'brand' | 'ops'): string[] {
  const source = readFileSync(join(repoRoot(), 'web', 'brand', area, 'routes.tsx'), 'utf8');
  const paths = [...source.matchAll(/^ {2}screen\('([^']*)'/gm)].map(([, path]) => path!);
  expect(paths).toHaveLength(source.match(/\bscreen\(/g)!.length);
  return paths.map((path) =>
    [`/${area}`, path]
      .filter((part) => part !== '')
      .join('/')
      .replace(/:(\w+)/g, (_, name: string) => ids[name]!),
  );
}

/** A payout of which less arrived than was sent: its id. */
async function inReview(payee: DemoInfluencer): Promise<string> {
  const sale = await order(on, payee, { status: 'approved' });
  await conversionIs(on, sale, 'PAYABLE');
  const { id, batchId } = await requestPayout(on, payee);
  await turnDial(on, { reference: id, mode: 'wrong_amount' });
  await approve(on, batchId);
  await payoutIs(on, payee, id, 'review', 60_000);
  return id;
}

const deadLetter = (subjectId: string): Promise<unknown> =>
  on.db.owner.query(
    `insert into outbox_dead_letters (id, topic, subject_id, payload, attempts, last_error, created_at)
     values (900001, 'payout.item', $1, '{}', 12, 'failed_precondition', now() - interval '2 hours')`,
    [subjectId],
  );

beforeAll(async () => {
  on = await startTestPlatform({ name: 'web-pages' });
  browser = await launchBrowser();
  const { logins } = on.data;
  const payoutId = await inReview(on.data.influencers[2]!);
  await deadLetter(payoutId);
  const influencer = on.data.influencers[3]!;
  const { debtId } = await owed(on, on.data.influencers[1]!);
  await on.db.owner.query(`update debts set created_at = created_at - interval '366 days'`);
  const id = await order(on, influencer, { status: 'approved', sale: '100000.00' });
  await order(on, influencer, { status: 'pending' });
  await conversionIs(on, id, 'PAYABLE');
  const payout = await requestPayout(on, influencer);
  ids = {
    programmeId: on.data.programmes[0]!.id,
    influencerId: influencer.id,
    batchId: payout.batchId,
    payoutId,
    conversionId: id,
    brandId: logins.brandOwner.tenantId,
    debtId,
  };
  const at = (person: DemoLogin): Promise<Visitor> => deskOf(on, browser, person);
  people = {
    owner: await at(logins.brandOwner),
    analyst: await at(logins.brandAnalyst),
    maker: await at(logins.opsMaker),
    auditor: await at(logins.opsAuditor),
  };
  const made = await asPerson(people.maker.page, 'POST', '/v1/ops/brands', {
    name: 'Новый магазин',
    owner_email: 'owner@pages.example',
  });
  expect(made.status).toBe(201);
  ids['reportId'] = await reported(on, people.maker.page, influencer.linkCode);
  await suspicious(on, influencer.linkCode);
  const outbox = sandboxOutbox(on.platform.urls.sandbox);
  invitation = linkIn(await mailTo(outbox, 'owner@pages.example'));
  await asPerson(people.maker.page, 'POST', '/v1/auth/recovery', {
    email: logins.brandOwner.email,
  });
  recovery = linkIn(await mailTo(outbox, logins.brandOwner.email));
});

afterAll(async () => {
  await browser?.close();
  await on?.stop();
});

type Look = {
  readonly size: typeof DESK;
  readonly dark?: boolean;
  readonly lang?: string;
  readonly expected?: readonly RegExp[];
};

/** The same person at another device. */
async function seenAs(person: Visitor | null, { lang, ...look }: Look): Promise<Visitor> {
  const visitor = await visit(browser, look);
  if (person) await visitor.context.addCookies(await person.context.cookies());
  // The tab keeps the language it was asked for.
  if (lang) await visitor.page.goto(deskUrl(on, `/sign-in?lang=${lang}`));
  return visitor;
}

/** Opens every page and gathers what `judge` finds on it, and what went wrong by itself. */
async function sweep(
  person: Visitor | null,
  look: Look,
  urls: readonly string[],
  judge: (page: Page) => Promise<string[]>,
): Promise<string[]> {
  const visitor = await seenAs(person, look);
  const { page, watch } = visitor;
  const found: string[] = [];
  for (const url of urls) {
    await page.goto('about:blank');
    await page.goto(url);
    await settled(page);
    const findings = [
      ...(await judge(page)),
      ...(await watch.moneyShifts()),
      ...(await watch.unusedReads()),
    ];
    found.push(...findings.map((one) => `${url}: ${one}`));
  }
  found.push(...watch.consoleErrors, ...watch.failedRequests);
  await visitor.context.close();
  return found;
}

const brandUrls = (): string[] => pathsOf('brand').map((path) => deskUrl(on, path));
const opsUrls = (): string[] => pathsOf('ops').map((path) => deskUrl(on, path));
/** What stands behind a click on the pages above. */
const innerUrls = (): string[] => [
  ...['console', 'secrets', 'snippets'].map((tab) => deskUrl(on, `/brand/integration?tab=${tab}`)),
  deskUrl(on, `/brand/orders?order=${ids['conversionId']}`),
];
const opsInnerUrls = (): string[] => [
  ...opsUrls(),
  deskUrl(on, `/ops/reports?open=${ids['reportId']}`),
  deskUrl(on, `/ops/debts?open=${ids['debtId']}`),
];
const doorUrls = (): string[] => [
  deskUrl(on, '/sign-in'),
  invitation,
  deskUrl(on, '/recovery'),
  recovery,
  deskUrl(on, '/recovery#stop=rec_0000.x'),
];

/** What changes something; a reader's pages have none of it. */
const WRITES = [
  'Создать программу',
  'Новый секрет',
  'Создать секрет',
  'Отключить',
  'Поставить на паузу',
  'Завершить',
  'Сохранить',
  'Сохранить условия',
  'Новые условия',
  'Пригласить',
  'Новый ключ',
  'Подтвердить',
  'Отклонить',
  'Отправить',
  'Подготовить к утверждению',
  'Проверить и утвердить',
  'Остановить выплаты',
  'Новый бренд',
  'Пригласить владельца',
  'Остановить карту',
  'Добавить',
  'Применить',
  'Сдвинуть',
  '+ 1 день',
  'Снять ссылку',
  'Отклонить жалобу',
  'Вернуть ссылку',
  'Ещё',
  'Спросить сейчас',
  'Предложить: выплачено',
  'Предложить возврат',
  'Предложить отправку',
  'Предложить списание',
  'Списать',
  'Изменить пределы',
];

async function writeControls(page: Page): Promise<string[]> {
  // One's own account is everybody's to change.
  if (new URL(page.url()).pathname.endsWith('/account')) return [];
  const found: string[] = [];
  for (const role of ['button', 'link', 'checkbox'] as const)
    for (const control of await page.getByRole(role).all()) {
      const name = (
        (await control.getAttribute('aria-label')) ?? (await control.innerText())
      ).trim();
      // A control of one row is named with what it acts on: `Изменить пределы: Magnum`.
      const write = WRITES.find((one) => name === one || name.startsWith(`${one}: `));
      if (role === 'checkbox' || write) found.push(`${role} ${write ?? name}`);
    }
  return found;
}

const PHONE_LOOK = { size: PHONE, dark: true, lang: 'en-XA' };

const groups = [
  [
    'brand',
    () => people.owner,
    () => [...brandUrls(), ...innerUrls()],
    ['Создать программу', 'Новые условия', 'Пригласить', 'Сохранить', 'Отправить'],
  ],
  [
    'ops',
    () => people.maker,
    opsInnerUrls,
    [
      'Новый бренд',
      'Остановить выплаты',
      'Подготовить к утверждению',
      'Добавить',
      'Применить',
      'Снять ссылку',
      'Отклонить жалобу',
      'Ещё',
      'Спросить сейчас',
      'Предложить: выплачено',
      'Предложить списание',
      'Изменить пределы',
    ],
  ],
  ['doors', () => null, doorUrls, []],
] as const;

describe.each(groups)('%s', (_name, person, urls, writes) => {
  it('light at a desk: nothing serious to axe, and what a writer needs', async () => {
    const seen: string[] = [];
    const found = await sweep(person(), { size: DESK }, urls(), async (page) => {
      seen.push(...(await writeControls(page)));
      return axeFindings(page);
    });
    expect(found).toEqual([]);
    const names = seen.map((one) => one.replace(/^\w+ /, ''));
    for (const name of writes) expect(names).toContain(name);
  });

  it('dark on a phone, long texts: nothing serious to axe, nothing cut off', async () => {
    const judge = async (page: Page): Promise<string[]> => [
      ...(await axeFindings(page)),
      ...(await cutOff(page)),
    ];
    expect(await sweep(person(), PHONE_LOOK, urls(), judge)).toEqual([]);
  });
});

/** Operations in the contract as it is served, without those of our own operators. */
async function operationsOfOthers(): Promise<number> {
  const answer = await fetch(`${on.platform.urls.api}/openapi.yaml`);
  const { paths } = parse(await answer.text()) as {
    paths: Record<string, Record<string, { tags?: string[] }>>;
  };
  const tags = Object.values(paths).flatMap((path) => Object.values(path).map((one) => one.tags));
  return tags.filter((of) => of !== undefined && !of.includes('ops')).length;
}

it.each([
  ['light at a desk', { size: DESK }],
  ['dark on a phone', { size: PHONE, dark: true }],
] as const)('the API reference, %s: nothing serious to axe', async (_, look) => {
  const visitor = await seenAs(null, look);
  await visitor.page.goto(`${on.platform.urls.api}/docs`);
  // All of it at once, without a scroll: the browser's own search finds what is drawn only.
  const rows = await operationsOfOthers();
  await until(
    'every operation that others call is drawn',
    () => visitor.page.locator('.opblock').count(),
    (drawn) => drawn === rows,
    60_000,
  );
  expect(await axeFindings(visitor.page)).toEqual([]);
  await expectQuiet(visitor);
  await visitor.context.close();
});

it('an analyst of a brand is shown nothing to change', async () => {
  // Pages for the owner only: not in an analyst's navigation, refused under their address.
  const expected = [/^403 \/v1\/brands\/[^/]+\/(api-keys|audit)$/];
  const urls = [...brandUrls(), ...innerUrls()];
  const found = await sweep(people.analyst, { size: DESK, expected }, urls, writeControls);
  expect(found).toEqual([]);
});

it('an auditor is shown nothing to change', async () => {
  expect(await sweep(people.auditor, { size: DESK }, opsInnerUrls(), writeControls)).toEqual([]);
});

it('the other area leads to one’s own', async () => {
  const { page } = people.analyst;
  await page.goto(deskUrl(on, '/ops/runs'));
  await heading(page, 'Обзор').waitFor();
  await expectQuiet(people.analyst);
});
