import { IN_APPS, type InApp } from './agent';

/** Lower-case host of a Referer, '' for none or one that is not a host (strangers write it). */
export function referrerHost(referrer: string): string {
  const [, host = ''] =
    /^[a-z][a-z0-9+.-]{0,20}:\/\/([^/?#@:\s]{1,253})(?=[/?#:]|$)/i.exec(referrer) ?? [];
  return /^[a-z0-9_.-]+$/i.test(host) ? host.toLowerCase() : '';
}

/** Apps by the hosts of their sites and the names of their packages. */
const NAMES: readonly (readonly [app: InApp, names: RegExp])[] = [
  ['threads', /(?:^|\.)threads\.(?:net|com)$|^com\.instagram\.barcelona/],
  ['instagram', /(?:^|\.)instagram\.com$|^com\.instagram\./],
  ['tiktok', /(?:^|\.)tiktok\.com$|^com\.zhiliaoapp\.musically|^com\.ss\.android\.ugc\./],
  [
    'telegram',
    /(?:^|\.)(?:t\.me|telegram\.(?:org|me|dog))$|^org\.telegram\.|^org\.thunderdog\.challegram/,
  ],
  ['facebook', /(?:^|\.)(?:facebook|fb|messenger)\.com$|^com\.facebook\./],
  ['whatsapp', /(?:^|\.)(?:whatsapp\.com|wa\.me)$|^com\.whatsapp/],
  ['youtube', /(?:^|\.)(?:youtube\.com|youtu\.be)$|^com\.google\.android\.youtube/],
  ['vk', /(?:^|\.)vk\.(?:com|ru)$|^com\.vkontakte\./],
];
const PACKAGE = /^[a-z]\w*(?:\.\w+)+$/i;

const named = (name: string): InApp | null =>
  name === '' ? null : (NAMES.find(([, names]) => names.test(name))?.[0] ?? null);

/** Where somebody comes from, by the Referer; android-app://<package>/ of an app that opens Chrome is one too. */
export const appOfReferrer = (referrer: string): InApp | null => named(referrerHost(referrer));

/**
 * By X-Requested-With: a browser inside an Android app sends its app's package, whatever agent it poses as; a browser of
 * its own sends nothing. `other`: an app that is not on the list.
 */
export const appOfPackage = (requestedWith: string): InApp | null => {
  if (!PACKAGE.test(requestedWith)) return null;
  return named(requestedWith.toLowerCase()) ?? 'other';
};

const isKnown = (app: InApp | null): app is InApp => app !== null && app !== 'other';

/**
 * The app a visitor comes from: the one rule for the answer they get and for what statistics call the click. What the
 * agent says of itself counts first, then the package, then the referrer.
 */
export function appOf(
  byAgent: InApp | null,
  byPackage: InApp | null,
  byReferrer: InApp | null,
): InApp | null {
  if (isKnown(byAgent)) return byAgent;
  if (isKnown(byPackage)) return byPackage;
  return byReferrer ?? byAgent ?? byPackage;
}

/** An app as a line of the log names it; null for any other text. */
export const readApp = (text: string | undefined): InApp | null =>
  IN_APPS.find((app) => app === text) ?? null;
