import type { Text } from '../conversions/reasons';

/**
 * The label that Kazakh law wants on advertising (order 59-NK of 2024-02-16: a text, seen at once; accepted
 * words in kz-domain.md A7). It comes first, because messengers cut the end of a long text.
 */
export const AD_LABELS = { ru: 'Реклама', kk: 'Жарнама', en: 'Реклама / Жарнама' } as const;

export const NETWORKS = [
  'plain',
  'instagram',
  'tiktok',
  'telegram',
  'whatsapp',
  'youtube',
  'vk',
  'threads',
] as const;
export type Network = (typeof NETWORKS)[number];

/** Captions there show an address as dead letters: the link stands in the profile, and the text says so. */
const IN_PROFILE: ReadonlySet<Network> = new Set(['instagram', 'tiktok']);

export type Shared = {
  readonly title: string;
  readonly url: string;
  /** The shop's name as its programme has it. */
  readonly shop: string;
  /** Buyers look for this shop's goods at Kaspi, where no order can be counted. */
  readonly buyersPreferKaspi: boolean;
};

const PROFILE_LINES = {
  ru: (shop: string) => `Ссылка на ${shop} в описании профиля`,
  kk: (shop: string) => `${shop} сілтемесі профиль сипаттамасында`,
  en: (shop: string) => `Link to ${shop} in the profile description`,
} as const;

/** Where the order counts, said plainly; nothing about prices or terms, which we do not know. */
const COUNTED_LINES = {
  ru: (shop: string, where: string) =>
    `Заказ засчитывается на сайте ${shop} ${where}, на Kaspi не засчитывается`,
  kk: (shop: string, where: string) =>
    `Тапсырыс ${shop} сайтында ${where} жасалса есептеледі, Kaspi-де есептелмейді`,
  en: (shop: string, where: string) =>
    `The order counts on the site of ${shop} ${where}, not on Kaspi`,
} as const;
const WHERE = {
  ru: { here: 'по этой ссылке', profile: 'по ссылке из профиля' },
  kk: { here: 'осы сілтеме арқылы', profile: 'профильдегі сілтеме арқылы' },
  en: { here: 'by this link', profile: 'by the link in the profile' },
} as const;

function textFor(network: Network, language: keyof Text, shared: Shared): string {
  const { title, url, shop, buyersPreferKaspi } = shared;
  const inProfile = IN_PROFILE.has(network);
  const where = WHERE[language][inProfile ? 'profile' : 'here'];
  return [
    `${AD_LABELS[language]}. ${title}`,
    ...(inProfile ? [PROFILE_LINES[language](shop)] : [url]),
    ...(buyersPreferKaspi ? [COUNTED_LINES[language](shop, where)] : []),
  ].join('\n');
}

/** A text to send with a link: label, what it is, the address, and for a shop behind the Kaspi wall where to order. */
export function shareTexts(shared: Shared, network: Network = 'plain'): Text {
  return {
    ru: textFor(network, 'ru', shared),
    kk: textFor(network, 'kk', shared),
    en: textFor(network, 'en', shared),
  };
}

/** The texts of every network. */
export const shareTextsByNetwork = (shared: Shared): Readonly<Record<Network, Text>> =>
  Object.fromEntries(NETWORKS.map((network) => [network, shareTexts(shared, network)])) as Record<
    Network,
    Text
  >;

const MAX_TITLE = 80;

/** What a link is called when nobody named it: host and the readable end of its path. */
export function placeTitle(href: string, host: string): string {
  const path = href.slice(`https://${host}`.length).split(/[?#]/, 1)[0] ?? '';
  const readable = decoded(path).replace(/\/+$/, '');
  const name = `${host.replace(/^www\./, '')}${readable}`;
  return name.length > MAX_TITLE ? `${name.slice(0, MAX_TITLE - 1)}…` : name;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
