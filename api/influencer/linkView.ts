import { formatTenge } from '../../domain/money';
import { placeTitle, shareTexts } from '../../domain/links/share';
import { LINK_TEXTS, type LinkErrorCode } from '../../domain/links/texts';
import { totalsByLink, type OwnLink } from '../../store/postgres/influencerLinks';
import type { ApiDeps } from '../handler';
import { programme, type Coded } from './words';

export type SubIds = Readonly<Partial<Record<'sub1' | 'sub2' | 'sub3' | 'sub4' | 'sub5', string>>>;

/** What a visitor would be shown instead of the shop. */
function stopOf(link: OwnLink): Coded | null {
  const code: LinkErrorCode | undefined =
    link.state === 'paused'
      ? 'link_paused'
      : link.programme_state === 'active'
        ? undefined
        : link.programme_state === 'paused'
          ? 'programme_paused'
          : 'programme_ended';
  if (!code) return null;
  const { ru, kk, en } = LINK_TEXTS[code];
  return { code, ru: ru.sentence, kk: kk.sentence, en: en.sentence };
}

/** What is shared: the short address, or for an open link the click address of the shop's first page. */
function addressOf(origin: string, link: OwnLink, subIds: SubIds): string {
  const url = new URL(link.code === null ? '/click' : `/${link.code}`, origin);
  if (link.code === null) {
    url.searchParams.set('ref', link.ref);
    url.searchParams.set('target', `https://${link.hosts[0] ?? ''}/`);
  }
  for (const [name, value] of Object.entries(subIds)) url.searchParams.set(name, value);
  return url.href;
}

const titleOf = (link: OwnLink): string => {
  if (link.title !== '') return link.title;
  if (link.target_url === null) return link.programme_name;
  return placeTitle(link.target_url, new URL(link.target_url).host);
};

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
  const described = links.map((link) => {
    const address = addressOf(influencers.redirectOrigin, link, subIds);
    const title = titleOf(link);
    const earned = totals.get(link.number);
    return [
      link.number,
      {
        id: link.id,
        kind: link.kind,
        state: link.state,
        works: stopOf(link),
        short_url: address,
        target_url: link.target_url,
        title,
        programme: programme(link.programme_id, link.programme_name),
        created_at: link.created_at,
        stats: {
          clicks: clicks === null ? null : (clicks.get(link.number) ?? 0),
          orders: earned?.orders ?? 0,
          earned: formatTenge(earned?.earned ?? 0n),
        },
        share: shareTexts(title, address),
      },
    ] as const;
  });
  return new Map(described);
}
