import { formatTenge } from '../../domain/money';
import type { Text } from '../../domain/conversions/reasons';
import { productOf } from '../../domain/links/product';
import { linkName } from '../../domain/links/name';
import { shareTextsByNetwork } from '../../domain/links/share';
import { linkStanding, type LinkStanding } from '../../domain/links/standing';
import { TAKEDOWN_TEXTS } from '../../domain/links/takedown';
import { LINK_TEXTS, type LinkErrorCode } from '../../domain/links/texts';
import { totalsByLink, type OwnLink } from '../../store/postgres/influencerLinks';
import type { ProgrammeState } from '../../store/postgres/links';
import type { ApiDeps } from '../handler';
import { programme, type Coded } from './words';

export const SUB_NAMES = ['sub1', 'sub2', 'sub3', 'sub4', 'sub5'] as const;
export type SubIds = Readonly<Partial<Record<(typeof SUB_NAMES)[number], string>>>;

const EXPIRED: Text = {
  ru: 'Срок ссылки закончился. Продлите её или сделайте новую.',
  kk: 'Сілтеменің мерзімі бітті. Оны ұзартыңыз немесе жаңасын жасаңыз.',
  en: 'The link has come to its end. Extend it or make a new one.',
};

const standingOf = (link: OwnLink): LinkStanding =>
  linkStanding({
    state: link.state,
    takenDown: link.taken_down_at !== null,
    expired: link.expired,
  });

const STOPPED_BY_OWNER = { paused: 'link_paused', deleted: 'link_deleted' } as const;
const STOPPED_BY_SHOP: Readonly<Record<ProgrammeState, LinkErrorCode | undefined>> = {
  active: undefined,
  paused: 'programme_paused',
  ended: 'programme_ended',
};

/** What a visitor would be shown instead of the shop, told to the owner. */
function stopOf(link: OwnLink): Coded | null {
  const standing = standingOf(link);
  if (standing === 'taken_down')
    return { code: 'link_taken_down', ...TAKEDOWN_TEXTS[link.taken_down_reason ?? 'other'] };
  if (standing === 'expired') return { code: 'link_expired', ...EXPIRED };
  const code =
    standing === 'works' ? STOPPED_BY_SHOP[link.programme_state] : STOPPED_BY_OWNER[standing];
  if (!code) return null;
  const { ru, kk, en } = LINK_TEXTS[code];
  return { code, ru: ru.sentence, kk: kk.sentence, en: en.sentence };
}

/** What is shared: the short address, or for an open link the click address of the shop's first page. */
export function addressOf(origin: string, link: OwnLink, subIds: SubIds): string {
  const url = new URL(link.code === null ? '/click' : `/${link.code}`, origin);
  if (link.code === null) {
    url.searchParams.set('ref', link.ref);
    url.searchParams.set('target', `https://${link.hosts[0] ?? ''}/`);
  }
  // In their order, whatever order they were given in: one link is one text.
  for (const name of SUB_NAMES) {
    const value = subIds[name];
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}

/** Where a link leads, as people read a host. */
function placeOf(link: OwnLink): Pick<URL, 'hostname'> | undefined {
  if (link.target_url !== null) return new URL(link.target_url);
  const [host] = link.hosts;
  return host === undefined ? undefined : { hostname: host };
}

/** What a buyer sees of the link before opening it, and what opens. */
const previewOf = (link: OwnLink, title: string): unknown => ({
  title,
  host: (placeOf(link)?.hostname ?? '').replace(/^www\./, ''),
  image_url: link.image_url,
  opens: link.opens_app ? 'app' : 'browser',
});

function productView(link: OwnLink): unknown {
  if (link.target_url === null) return null;
  const target = { href: link.target_url, host: new URL(link.target_url).hostname };
  // As clicks are told apart now: the programme may have named other parameters since the link was made.
  return productOf(target, link.product_params);
}

const titleOf = (link: OwnLink): string =>
  linkName({ title: link.title, targetUrl: link.target_url, programme: link.programme_name });

/** Links with their numbers, by link number; two questions for a whole page. */
export async function describeLinks(
  { pool, influencers }: Pick<ApiDeps, 'pool' | 'influencers'>,
  influencerId: string,
  links: readonly OwnLink[],
  subIds: SubIds = {},
): Promise<ReadonlyMap<number, unknown>> {
  const numbers = links.map((link) => link.number);
  const [totals, clicks] = await Promise.all([
    totalsByLink(pool, influencerId, numbers),
    influencers.clicks.byLink(influencerId, numbers),
  ]);
  const described = links.map(
    (link) =>
      [
        link.number,
        linkShape(influencers.redirectOrigin, link, subIds, {
          clicks: clicks === null ? null : (clicks.get(link.number) ?? 0),
          orders: totals.get(link.number)?.orders ?? 0,
          earned: formatTenge(totals.get(link.number)?.earned ?? 0n),
        }),
      ] as const,
  );
  return new Map(described);
}

function linkShape(origin: string, link: OwnLink, subIds: SubIds, stats: unknown): unknown {
  const address = addressOf(origin, link, subIds);
  const title = titleOf(link);
  const shared = {
    title,
    url: address,
    shop: link.programme_name,
    buyersPreferKaspi: link.buyers_prefer_kaspi,
  };
  const texts = shareTextsByNetwork(shared);
  return {
    id: link.id,
    kind: link.kind,
    state: link.state,
    works: stopOf(link),
    code: link.code,
    slug: link.code_chosen ? link.code : null,
    short_url: address,
    target_url: link.target_url,
    title,
    product: productView(link),
    preview: previewOf(link, title),
    programme: programme(link.programme_id, link.programme_name),
    created_at: link.created_at,
    expires_at: link.expires_at,
    taken_down_at: link.taken_down_at,
    stats,
    share: texts.plain,
    share_texts: texts,
  };
}
