import type { DemoData, DemoInfluencer } from '../seed';
import { call, DemoFailure } from './http';
import type { PlatformUrls } from './purchase';

/**
 * What a fresh platform shows to brands and operators: clicks of several kinds, a burst that no people make, reports
 * of links, and a shop whose app is opened. All of it comes in as it would from outside: through redirects, and from strangers.
 */
export type Attention = { readonly clicks: number; readonly reports: number };

const ANDROID = (model: string): string =>
  `Mozilla/5.0 (Linux; Android 14; ${model}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36`;
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1';
const DESK =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';

type Visit = { readonly agent: string; readonly referer?: string };

/** A morning of one link: people from several apps, and what is counted by nobody. */
const VISITS: readonly Visit[] = [
  { agent: ANDROID('SM-A556E'), referer: 'https://t.me/' },
  { agent: ANDROID('SM-S918B'), referer: 'https://t.me/' },
  { agent: ANDROID('Redmi Note 13'), referer: 'https://l.instagram.com/' },
  { agent: IPHONE, referer: 'https://l.instagram.com/' },
  { agent: ANDROID('CPH2577') },
  { agent: DESK, referer: 'https://www.youtube.com/' },
  { agent: 'TelegramBot (like TwitterBot)' },
  { agent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' },
];

/** Four times what `link_velocity` takes for a burst, so that it shows also when a minute ends in its middle. */
const BURST = 480;
const BURST_AGENTS = 12;
const AT_ONCE = 16;

const REPORTS = [
  { person: 2, shop: 'magnum', reason: 'fraud', comment: 'Обещают скидку 90 %, а ведут не туда' },
  { person: 1, shop: 'technodom', reason: 'broken', comment: 'Страница товара не открывается' },
] as const;
/** Strangers report what they see, also what is no link of ours. */
const FOREIGN = { address: 'https://example.com/sale', reason: 'other' } as const;

function codeOf(data: DemoData, person: number, shop: string): string {
  const programme = data.programmes.find((one) => one.shop === shop);
  const influencer: DemoInfluencer | undefined = data.influencers[person];
  const link = influencer?.links.find(({ programmeId }) => programmeId === programme?.id);
  if (!link) throw new DemoFailure(`the demo data has no link of person ${person} to ${shop}`);
  return link.code;
}

async function visit(url: string, { agent, referer }: Visit): Promise<void> {
  const response = await fetch(url, {
    redirect: 'manual',
    headers: { 'user-agent': agent, ...(referer && { referer }) },
    signal: AbortSignal.timeout(10_000),
  });
  await response.arrayBuffer();
  if (response.status >= 400) throw new DemoFailure(`${url} answered ${response.status}`);
}

async function burst(url: string): Promise<void> {
  for (let sent = 0; sent < BURST; sent += AT_ONCE)
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, n) =>
        visit(url, { agent: ANDROID(`Phone ${(sent + n) % BURST_AGENTS}`) }),
      ),
    );
}

/** The one shop of the demo whose Android app is known by name; its links then open it on phones. */
async function openApp(urls: PlatformUrls, data: DemoData): Promise<void> {
  const programme = data.programmes.find(({ shop }) => shop === 'wildberries');
  if (!programme) throw new DemoFailure('the demo data has no Wildberries programme');
  await call('PATCH', `${urls.api}/v1/programmes/${programme.id}`, {
    key: data.apiKeys.brand,
    body: { android_package: 'com.wildberries.ru' },
  });
}

/** Once in the life of the data: a platform that has reports already is left as its people left it. */
export async function askForAttention(
  urls: PlatformUrls,
  data: DemoData,
): Promise<Attention | undefined> {
  const list = `${urls.api}/v1/ops/link-reports?limit=1`;
  const { body } = await call('GET', list, { key: data.apiKeys.opsMaker });
  if ((body['items'] as unknown[]).length > 0) return undefined;
  await openApp(urls, data);
  const shared = `${urls.redirect}/${codeOf(data, 0, 'magnum')}`;
  for (const one of VISITS) await visit(shared, one);
  await burst(`${urls.redirect}/${codeOf(data, 2, 'magnum')}`);
  const reports = [
    ...REPORTS.map(({ person, shop, ...said }) => ({
      address: `${urls.redirect}/${codeOf(data, person, shop)}`,
      ...said,
    })),
    FOREIGN,
  ];
  for (const report of reports)
    await call('POST', `${urls.api}/v1/link-reports`, { body: report, expect: [202] });
  return { clicks: VISITS.length + BURST, reports: reports.length };
}
