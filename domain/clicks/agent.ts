import { BROWSER_MAP, parse } from 'bowser';
import { isbot } from 'isbot';

/** What a User-Agent says of who asks. Claims of the visitor: good for choosing an answer, never for money alone. */
export type Agent = {
  readonly device: 'phone' | 'tablet' | 'desktop' | 'other';
  readonly os: 'android' | 'ios' | 'windows' | 'macos' | 'linux' | 'other';
  /** The app whose built-in browser this is; null in a browser of its own. */
  readonly app: InApp | null;
  /** Of a closed list (strangers write user agents, and statistics keep this); '' when it is none of them. */
  readonly browser: string;
  readonly notPerson: NotPerson | null;
};

/** `other`: a built-in browser (WebView) of an app that is not on the list. */
export const IN_APPS = [
  'instagram',
  'tiktok',
  'facebook',
  'telegram',
  'whatsapp',
  'vk',
  'youtube',
  'threads',
  'other',
] as const;
export type InApp = (typeof IN_APPS)[number];
export type NotPerson = 'fetcher' | 'bot' | 'library' | 'agent_missing';

/**
 * Services that fetch a link once to show its title and picture, because somebody sent it: short and by name, since
 * what is on it gets a page instead of the shop. Names are tokens of their own ("vkShare", never "vk").
 * Signal and some others say WhatsApp/2 at the very beginning; the browser inside WhatsApp begins with Mozilla.
 */
const FETCHERS = new RegExp(
  [
    '^WhatsApp/',
    '^Viber',
    '^Snapchat|Snap URL Preview',
    '\\bTelegramBot\\b',
    '\\bvkShare\\b',
    '\\bOdklBot\\b',
    '\\bfacebookexternalhit/',
    '\\bfacebookcatalog/',
    '\\bFacebot\\b',
    '\\bmeta-externalfetcher/',
    '\\bTwitterbot/',
    '\\bSlackbot-LinkExpanding\\b',
    '\\bSlack-ImgProxy\\b',
    '\\bDiscordbot/',
    '\\bLinkedInBot/',
    '\\bPinterest(?:bot)?/\\d[\\d.]* ?\\(\\+',
    '\\bSkypeUriPreview\\b',
    '\\bMicrosoftPreview/',
    '\\bBingPreview/',
    '\\bredditbot/',
    '\\bCardyb/',
    '\\bIframely/',
    '\\bEmbedly/',
    '\\bkakaotalk-scrap\\b',
    '\\bline-poker/',
    '\\bMattermost-',
  ].join('|'),
  'i',
);

/**
 * Programs whose user agent begins with their own name. isbot knows most; these are stacks of phone apps that it takes
 * for a browser, and a link opened through them is fetched by the app, not shown to anybody.
 */
const LIBRARIES =
  /^(?:Dalvik\/|okhttp\/|[^/]{1,60}\/[^ ]* CFNetwork\/|com\.google\.(?:ios|android)\.youtube\/|VKAndroidApp\/|Instagram [\d.]+ (?:Android|\()|curl\/|Wget\/)/;

/** Order matters: Threads and Instagram are Meta's apps and may carry Facebook's marks too. */
const APPS: readonly (readonly [InApp, RegExp])[] = [
  ['threads', /\bBarcelona \d/],
  ['instagram', /\bInstagram \d/],
  ['whatsapp', /\bWhatsApp\/\d|\bWA4A\b|FBAN\/WhatsApp/],
  [
    'tiktok',
    /\bmusical_ly_\d|\bBytedanceWebview\b|\bBytedance ?Webview\b|\btrill_\d|\bTikTok[ /]\d|\bBytelo?cale\//i,
  ],
  ['facebook', /\bFBA[NV]\/|\[FB(?:_IAB)?[/;]|\bFB_IAB\//],
  ['telegram', /\bTelegram-(?:Android|iOS|iPhone|iPad)\b|\bTelegram\/\d/i],
  ['vk', /\bVKAndroidApp\/|\bcom\.vk\.|\bVKClient\/|\bvkclient\b|\bVK(?:iOS|iPhone)\b/],
  ['youtube', /\bcom\.google\.(?:ios|android)\.youtube\b|\bYouTube\/\d/],
  [
    'other',
    /\bSnapchat\/|\bPinterest\/|\[Pinterest\/|\bLinkedInApp\b|\bLine\/\d|\bMicroMessenger\/|\bViber\b|\bTwitter(?:Android| for )|\bOKApp\b|\bOdnoklassniki\b|\bDiscord\//,
  ],
];

/** Android's WebView says "; wv"; a WKWebView of iOS leaves out "Safari/", which every browser there keeps. */
const isWebView = (userAgent: string): boolean =>
  userAgent.includes('; wv)') ||
  (/\(iP(?:hone|ad|od)/.test(userAgent) &&
    userAgent.includes(' Mobile/') &&
    !userAgent.includes('Safari/'));

const OSES: Readonly<Record<string, Agent['os']>> = {
  Android: 'android',
  HarmonyOS: 'other',
  iOS: 'ios',
  Windows: 'windows',
  macOS: 'macos',
  Linux: 'linux',
  'Chrome OS': 'linux',
};
const BROWSERS: ReadonlySet<string> = new Set(Object.values(BROWSER_MAP));
/** What Chrome itself says after the bracket; another token is another browser on its engine. */
const CHROME_TOKENS = /^(?:AppleWebKit|Version|Chrome|Safari|Mobile)$/;
const DEVICES: Readonly<Record<string, Agent['device']>> = {
  mobile: 'phone',
  tablet: 'tablet',
  desktop: 'desktop',
};

function inApp(userAgent: string): InApp | null {
  for (const [app, marks] of APPS) if (marks.test(userAgent)) return app;
  return isWebView(userAgent) ? 'other' : null;
}

/**
 * Every browser's user agent begins so, and so do crawlers' that pose as one. isbot looks for their names inside;
 * what it finds in an agent that does not begin so calls itself a program.
 */
const BROWSER_LIKE = /^(?:Mozilla|Opera)\//;
const NAMED_BOT = /bot\b|crawl|spider|preview|monitor|headless/i;

function notPerson(userAgent: string, app: InApp | null): NotPerson | null {
  if (userAgent.trim() === '') return 'agent_missing';
  if (FETCHERS.test(userAgent)) return 'fetcher';
  if (LIBRARIES.test(userAgent)) return 'library';
  // A phone inside an app on our list is a person: names of apps and phones ("CUBOT", "Spider") must not hurt.
  if (app !== null && app !== 'other') return null;
  if (!isbot(userAgent)) return null;
  return BROWSER_LIKE.test(userAgent) || NAMED_BOT.test(userAgent) ? 'bot' : 'library';
}

/** The parser takes these for Chrome or Android's own, and they treat intent: addresses differently. */
const OWN_NAMES: readonly (readonly [string, string])[] = [
  ['HuaweiBrowser/', 'Huawei Browser'],
  ['MiuiBrowser/', 'Mi Browser'],
  ['Opera Mini/', 'Opera Mini'],
];

function browserName(userAgent: string, parsed: string, app: InApp | null): string {
  for (const [token, name] of OWN_NAMES) if (userAgent.includes(token)) return name;
  if (parsed === 'Chrome' && app === null && !userAgent.includes('CriOS/')) {
    const rest = userAgent.slice(userAgent.indexOf('AppleWebKit/'));
    for (const [, token = ''] of rest.matchAll(/(?:^| )([A-Za-z][\w.-]*)\//g)) {
      if (!CHROME_TOKENS.test(token)) return 'Chromium';
    }
  }
  return BROWSERS.has(parsed) ? parsed : '';
}

/** Facebook's apps may send their own marks alone, with no system in a browser's words. */
const META_ANDROID = /FB4A|Orca-Android|FBPN\/com\.facebook\.|FBAN\/EMA\b/;
const META_IOS = /FBIOS|MessengerForiOS|FBSN\/i(?:Pad)?OS\b/;
function metaSystem(userAgent: string): Pick<Agent, 'os' | 'device'> | undefined {
  const ios = META_IOS.test(userAgent);
  if (!ios && !META_ANDROID.test(userAgent)) return undefined;
  const tablet = /FBID\/tablet|iPad/i.test(userAgent);
  return { os: ios ? 'ios' : 'android', device: tablet ? 'tablet' : 'phone' };
}

const NOBODY: Agent = {
  device: 'other',
  os: 'other',
  app: null,
  browser: '',
  notPerson: 'agent_missing',
};

/** Reads one User-Agent header. A pure function of its text: callers keep answers, parsing costs some 20 µs. */
export function readAgent(userAgent: string): Agent {
  if (userAgent.trim() === '') return NOBODY;
  const app = inApp(userAgent);
  const kind = notPerson(userAgent, app);
  const { browser, os, platform } = parse(userAgent);
  const read = {
    device: os.name === 'Chrome OS' ? 'desktop' : (DEVICES[platform.type ?? ''] ?? 'other'),
    os: OSES[os.name ?? ''] ?? 'other',
  } as const;
  const told = kind === null && app === 'facebook' && read.os === 'other';
  return {
    ...((told && metaSystem(userAgent)) || read),
    app: kind === null ? app : null,
    browser: browserName(userAgent, browser.name ?? '', app),
    notPerson: kind,
  };
}
