import type { Agent, InApp } from './agent';
import type { NotBillable } from './reasons';

/** How a programme's app can be opened (programmes.android_package, programmes.ios_universal). */
export type AppOpening = {
  readonly androidPackage: string | null;
  readonly iosUniversal: boolean;
};

/**
 * - `redirect`     302 to the shop's address with the click id.
 * - `intent`       302 to an intent: address that opens the shop's Android app, or else the same page.
 * - `universal`    302 to the shop's address, which iOS may hand to the shop's app.
 * - `landing`      our page with one tap, inside another app's browser.
 * - `preview_page` title and picture for a messenger; no click id.
 * - `plain`        302 to the shop's address without a click id: not a person.
 * - `declined`     503: a browser guessing ahead is to come itself; no click id.
 */
export type OpeningWay =
  'redirect' | 'intent' | 'universal' | 'landing' | 'preview_page' | 'plain' | 'declined';

export type OpeningWhy =
  | 'request_says_no_visit'
  | 'guessing_ahead'
  | 'messenger_preview'
  | 'not_a_person'
  | 'no_phone'
  | 'in_app_browser'
  | 'unknown_webview'
  | 'unknown_webview_with_app'
  | 'android_app'
  | 'browser_without_intent'
  | 'ios_app'
  | 'no_app';

export type Opening = { readonly way: OpeningWay; readonly why: OpeningWhy };

/**
 * Android browsers that follow a 302 to intent: as Chrome does (same engine and the same code for leaving to an app):
 * with a tap behind it the app opens, without one or without the app S.browser_fallback_url is loaded. Others
 * (Firefox asks or stays, WebView browsers of phone makers show an unknown-address error) get the shop's page.
 */
const FOLLOW_INTENT: ReadonlySet<string> = new Set([
  'Chrome',
  'Samsung Internet for Android',
  'Yandex Browser',
  'Opera',
  'Microsoft Edge',
  'Vivaldi',
  'Brave',
]);

const decide = (way: OpeningWay, why: OpeningWhy): Opening => ({ way, why });

function notPerson(agent: Agent, reason: NotBillable): Opening {
  if (reason === 'prefetch' || reason === 'prerender' || reason === 'preview') {
    return decide('declined', 'guessing_ahead');
  }
  // Asked first, so that a fetcher's HEAD says the same as its GET would.
  if (agent.notPerson === 'fetcher') return decide('preview_page', 'messenger_preview');
  return decide('plain', reason === 'head' ? 'request_says_no_visit' : 'not_a_person');
}

/** Whether the programme opens an app on the visitor's system at all. */
export function opensApp(agent: Agent, opening: AppOpening): boolean {
  if (agent.os === 'android') return opening.androidPackage !== null;
  return agent.os === 'ios' && opening.iosUniversal;
}

/**
 * What a visitor gets. `reason` is why the click does not count, null for a person.
 *
 * iOS: a universal link opens the app only out of a tap. Safari and Chrome keep the tap through a server's 302 (a
 * script's redirect loses it), and when they do not, the shop's own page offers the app at its top: one hop, never
 * a page of ours in between. Inside another app's browser a 302 never opens anything, so there the tap is asked for.
 * `appByHeaders` is an app that only headers tell of an agent which names none: it may pose as Chrome and choke on a 302
 * to intent:, so it gets the page in its place; whatever works everywhere it gets like others.
 */
export function chooseOpening(
  agent: Agent,
  reason: NotBillable | null,
  opening: AppOpening,
  appByHeaders: InApp | null = null,
): Opening {
  if (reason !== null) return notPerson(agent, reason);
  const { os, app } = agent;
  if (os !== 'android' && os !== 'ios') return decide('redirect', 'no_phone');
  const canOpen = opensApp(agent, opening);
  if (app !== null && app !== 'other') return decide('landing', 'in_app_browser');
  if (app === 'other') {
    // It may be somebody's everyday browser: our page only where its one tap gains the shop's app.
    return canOpen
      ? decide('landing', 'unknown_webview_with_app')
      : decide('redirect', 'unknown_webview');
  }
  if (!canOpen) return decide('redirect', 'no_app');
  if (os === 'ios') return decide('universal', 'ios_app');
  if (!FOLLOW_INTENT.has(agent.browser)) return decide('redirect', 'browser_without_intent');
  if (appByHeaders === 'other') return decide('landing', 'unknown_webview_with_app');
  return appByHeaders === null
    ? decide('intent', 'android_app')
    : decide('landing', 'in_app_browser');
}

/** Location = head + click id + middle + click id + tail. */
export type IntentSlot = { readonly head: string; readonly middle: string; readonly tail: string };

const PACKAGE = /^[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)+$/;

/**
 * The intent: address for a checked https address cut at its click id (`clickIdSlot` of domain/links/target).
 * Android reads what follows the last "#" as instructions, split at ";": the target's own fragment is left out
 * (no app is chosen by it, and the fallback keeps it) and its ";" are escaped, so a target can say nothing
 * there. The fallback is encoded whole. Undefined for a package name that is none.
 */
export function intentSlot(
  slot: { readonly head: string; readonly tail: string },
  androidPackage: string,
): IntentSlot | undefined {
  if (!PACKAGE.test(androidPackage) || !slot.head.startsWith('https://')) return undefined;
  // The id stands in the query; a "#" before it would be no target of ours.
  if (slot.head.includes('#')) return undefined;
  const [query = ''] = slot.tail.split('#', 1);
  const safe = (part: string): string => part.replaceAll(';', '%3B');
  return {
    head: `intent${safe(slot.head.slice('https'.length))}`,
    middle:
      `${safe(query)}#Intent;scheme=https;action=android.intent.action.VIEW;` +
      `category=android.intent.category.BROWSABLE;package=${androidPackage};` +
      `S.browser_fallback_url=${encodeURIComponent(slot.head)}`,
    tail: `${encodeURIComponent(slot.tail)};end`,
  };
}
