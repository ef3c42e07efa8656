import { shopOf, siteOf } from './product';
import type { Target } from './target';

/**
 * Addresses that a programme's parser takes and that still lead a buyer nowhere, and better words for a site that
 * no programme has. A category, a search or the first page of a shop are no mistake: people share them.
 */
export type UnsuitableCode = 'target_private_page';
export type UnlistedCode =
  'target_short_link' | 'target_kaspi_wall' | 'target_other_site' | 'target_host_not_listed';

/** Pages that show each visitor their own things: a buyer sees their own cart, not what was shared. */
const PRIVATE: ReadonlySet<string> = new Set([
  ...[
    'cart',
    'basket',
    'checkout',
    'korzina',
    'login',
    'logout',
    'signin',
    'sign-in',
    'signup',
    'sign-up',
  ],
  ...['lk', 'my-account', 'wishlist', 'favorites', 'favourites', 'izbrannoe'],
]);

export function unsuitablePage({ href, host }: Target): UnsuitableCode | undefined {
  const path = href.slice(`https://${host}`.length).split(/[?#]/, 1)[0] ?? '';
  const segments = path.toLowerCase().split('/').filter(Boolean);
  return segments.slice(0, 4).some((segment) => PRIVATE.has(segment))
    ? 'target_private_page'
    : undefined;
}

/** Apps and shorteners share these: where they lead is known only to who opens them. */
const SHORT_HOSTS: ReadonlySet<string> = new Set([
  ...[
    'l.kaspi.kz',
    'wbapp.ru',
    'bit.ly',
    'clck.ru',
    'goo.su',
    'is.gd',
    'tinyurl.com',
    't.ly',
    'cutt.ly',
    'vk.cc',
  ],
  ...[
    't.co',
    'rebrand.ly',
    'u.to',
    'ali.click',
    'taplink.cc',
    'lnk.to',
    'linktr.ee',
    's.id',
    'qps.ru',
    'vm.tiktok.com',
  ],
]);
const SHORT_PARENTS = /\.(?:onelink\.me|app\.link|page\.link|go\.link|adj\.st)$/;

/** Why a host of no programme cannot be linked to; `listed`: hosts of the programmes that run. */
export function unlistedCode(host: string, listed: readonly string[]): UnlistedCode {
  if (SHORT_HOSTS.has(host) || SHORT_PARENTS.test(host)) return 'target_short_link';
  if (sameShop(host, listed).length > 0) return 'target_other_site';
  return shopOf(host) === 'kaspi' ? 'target_kaspi_wall' : 'target_host_not_listed';
}

/** Listed hosts of the same shop: its site of another country, or the same site with or without www. */
export function sameShop(host: string, listed: readonly string[]): string[] {
  const shop = shopOf(host);
  return listed.filter(
    (one) => siteOf(one) === siteOf(host) || (shop !== null && shopOf(one) === shop),
  );
}
