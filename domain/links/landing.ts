import type { InApp } from '../clicks/agent';
import type { Language } from './texts';

/** Words of the page that people inside another app's browser get: one tap, a link to copy, how to leave. */
export type LandingTexts = {
  readonly openApp: (shop: string) => string;
  readonly openShop: (shop: string) => string;
  readonly continueOnSite: string;
  readonly notOpening: string;
  readonly copy: string;
  readonly report: string;
};

export const AD_LABEL = 'Реклама · Жарнама';

export const LANDING_TEXTS: Readonly<Record<Language, LandingTexts>> = {
  ru: {
    openApp: (shop) => `Открыть приложение ${shop}`,
    openShop: (shop) => `Открыть в ${shop}`,
    continueOnSite: 'Продолжить на сайте',
    notOpening: 'Не открывается?',
    copy: 'Или скопируйте ссылку (нажмите и подержите) и вставьте её в браузер:',
    report: 'Пожаловаться на ссылку',
  },
  kk: {
    openApp: (shop) => `${shop} қолданбасын ашу`,
    openShop: (shop) => `${shop} дүкенін ашу`,
    continueOnSite: 'Сайтта жалғастыру',
    notOpening: 'Ашылмай ма?',
    copy: 'Немесе сілтемені басып тұрып көшіріп, браузерге қойыңыз:',
    report: 'Сілтемеге шағымдану',
  },
  en: {
    openApp: (shop) => `Open the ${shop} app`,
    openShop: (shop) => `Open ${shop}`,
    continueOnSite: 'Continue on the website',
    notOpening: 'Does it not open?',
    copy: 'Or press and hold the link to copy it, and paste it into your browser:',
    report: 'Report this link',
  },
};

type Corner = 'above' | 'below';
/** A menu with the words to choose in it; or a compass, which opens Safari by itself. */
type Exit =
  | { readonly menu: '⋯' | '⋮'; readonly corner: Corner; readonly item: 'outside' | 'browser' }
  | { readonly menu: 'compass'; readonly corner: Corner };

/** Where each app keeps its way out. Apps move it now and then, so the sentence names the place and the words. */
const EXITS: Readonly<Record<InApp, { readonly android: Exit; readonly ios: Exit }>> = {
  instagram: same({ menu: '⋯', corner: 'above', item: 'outside' }),
  threads: same({ menu: '⋯', corner: 'above', item: 'outside' }),
  facebook: same({ menu: '⋯', corner: 'above', item: 'outside' }),
  tiktok: same({ menu: '⋯', corner: 'above', item: 'browser' }),
  telegram: {
    android: { menu: '⋮', corner: 'above', item: 'browser' },
    ios: { menu: '⋯', corner: 'above', item: 'browser' },
  },
  whatsapp: {
    android: { menu: '⋮', corner: 'above', item: 'browser' },
    ios: { menu: 'compass', corner: 'below' },
  },
  vk: {
    android: { menu: '⋮', corner: 'above', item: 'browser' },
    ios: { menu: '⋯', corner: 'above', item: 'browser' },
  },
  youtube: {
    android: { menu: '⋮', corner: 'above', item: 'browser' },
    ios: { menu: 'compass', corner: 'below' },
  },
  other: {
    android: { menu: '⋮', corner: 'above', item: 'browser' },
    ios: { menu: '⋯', corner: 'above', item: 'browser' },
  },
};

function same(exit: Exit): { readonly android: Exit; readonly ios: Exit } {
  return { android: exit, ios: exit };
}

const CORNERS: Readonly<Record<Language, Record<Corner, string>>> = {
  ru: { above: 'вверху справа', below: 'внизу справа' },
  kk: { above: 'Жоғарғы оң жақтағы', below: 'Төменгі оң жақтағы' },
  en: { above: 'at the top right', below: 'at the bottom right' },
};

const ITEMS: Readonly<Record<Language, Record<'outside' | 'browser', string>>> = {
  ru: { outside: 'Открыть во внешнем браузере', browser: 'Открыть в браузере' },
  kk: { outside: 'Сыртқы браузерде ашу', browser: 'Браузерде ашу' },
  en: { outside: 'Open in external browser', browser: 'Open in browser' },
};

/** "Tap ⋮ at the top right and choose “Open in browser”." */
export function leaveSentence(language: Language, app: InApp, os: 'android' | 'ios'): string {
  const exit = EXITS[app][os];
  const place = CORNERS[language][exit.corner];
  if (exit.menu === 'compass') {
    if (language === 'ru') return `Нажмите на значок компаса ${place}.`;
    if (language === 'kk') return `${place} компас белгісін басыңыз.`;
    return `Tap the compass ${place}.`;
  }
  const words = ITEMS[language][exit.item];
  if (language === 'ru') return `Нажмите ${exit.menu} ${place} и выберите «${words}».`;
  if (language === 'kk')
    return `${place} ${exit.menu} белгісін басып, «${words}» дегенді таңдаңыз.`;
  return `Tap ${exit.menu} ${place} and choose “${words}”.`;
}
