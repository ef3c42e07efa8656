import { createHash } from 'node:crypto';

import type { Agent } from '../domain/clicks/agent';
import { AD_LABEL, LANDING_TEXTS, leaveSentence } from '../domain/links/landing';
import type { Language } from '../domain/links/texts';
import { plainAddress, type Destination } from './links';
import { escapeHtml, pagePolicy, preferredLanguage } from './pages';

/** Where people reach us; each part of a page that needs one is left out without it. */
export type Origins = {
  /** https://host of short links: what people copy. */
  readonly links: string | undefined;
  /** https://host of the apps: where a link is reported. */
  readonly apps: string | undefined;
};

export type LinkPage = { readonly headers: readonly string[]; readonly body: Buffer };

const STYLE =
  ':root{color-scheme:light dark;--ink:#1b1b1f;--soft:#5d5e66;--line:#dcdce2;--bg:#fff;--go:#4338ca;--on:#fff}' +
  '@media(prefers-color-scheme:dark){:root{--ink:#e6e6ea;--soft:#a4a5ad;--line:#3a3a42;--bg:#131316;--go:#a5b4fc;--on:#16163a}}' +
  '*{box-sizing:border-box}body{font:17px/1.5 system-ui,sans-serif;margin:0;background:var(--bg);color:var(--ink)}' +
  'main{max-width:30rem;margin:0 auto;padding:1.5rem 1.25rem 2rem;overflow-wrap:anywhere}' +
  '.ad{margin:0 0 1.25rem;font-size:.875rem;color:var(--soft)}' +
  'h1{margin:0 0 .25rem;font-size:1.375rem;line-height:1.3;display:-webkit-box;-webkit-line-clamp:4;-webkit-box-orient:vertical;overflow:hidden}' +
  '.shop{margin:0 0 1.5rem;color:var(--soft)}' +
  'a{color:var(--go)}.go{display:block;padding:1rem;border-radius:.75rem;background:var(--go);color:var(--on);font-size:1.125rem;font-weight:600;text-align:center;text-decoration:none}' +
  '.site{display:block;margin-top:.25rem;padding:.75rem;text-align:center}' +
  'section{margin-top:2rem;padding-top:1.25rem;border-top:1px solid var(--line)}h2{margin:0 0 .5rem;font-size:1rem}p{margin:0 0 .75rem}' +
  '.copy{padding:.75rem;border:1px solid var(--line);border-radius:.5rem;font-size:.9375rem;max-height:7.5em;overflow:auto;-webkit-user-select:all;user-select:all}' +
  '.report{display:inline-block;margin-top:1rem;padding:.5rem 0;font-size:.875rem;color:var(--soft)}';
const POLICY = pagePolicy(createHash('sha256').update(STYLE).digest('base64'));

const page = (language: Language, head: string, body: string, policy: string): LinkPage => {
  const bytes = Buffer.from(
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8">` +
      '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">' +
      `${head}</head><body>${body}</body></html>\n`,
  );
  const headers = [
    ...['Content-Type', 'text/html; charset=utf-8'],
    ...['Content-Length', String(bytes.length)],
    ...['Content-Language', language],
    ...['Cache-Control', 'no-store'],
    ...['Content-Security-Policy', policy],
    ...['Referrer-Policy', 'strict-origin-when-cross-origin'],
    ...['X-Content-Type-Options', 'nosniff'],
  ];
  return { headers, body: bytes };
};

/** The address as it was opened; a long one of /click is kept whole, since every part of it is needed. */
const ownAddress = (origin: string, url: string): string =>
  /^\/[\x21-\x7e]*$/.test(url) ? origin + url : origin;

export type LandingRequest = {
  readonly to: Destination;
  readonly id: string;
  readonly agent: Agent;
  /** Path and query as they came. */
  readonly url: string;
  readonly acceptLanguage: string;
};

type Buttons = { readonly main: string; readonly mainText: string; readonly second?: string };

/** What the tap opens. An app's browser we know hands intent: on; an unknown one may not, so there it comes second. */
function buttons({ to, id, agent }: LandingRequest, language: Language): Buttons {
  const texts = LANDING_TEXTS[language];
  const site = to.head + id + to.tail;
  const openShop = texts.openShop(to.shown.shop);
  if (agent.os !== 'android' || !to.intent) return { main: site, mainText: openShop };
  const app = to.intent.head + id + to.intent.middle + id + to.intent.tail;
  const link = (href: string, text: string): string =>
    `<a class="site" href="${escapeHtml(href)}">${escapeHtml(text)}</a>`;
  const openApp = texts.openApp(to.shown.shop);
  return agent.app === 'other'
    ? { main: site, mainText: openShop, second: link(app, openApp) }
    : { main: app, mainText: openApp, second: link(site, texts.continueOnSite) };
}

/** One tap to the shop, inside another app's browser. No script, nothing loaded from anywhere. */
export function landingPage(request: LandingRequest, origins: Origins): LinkPage {
  const { to, id, agent, url } = request;
  const language = preferredLanguage(request.acceptLanguage);
  const texts = LANDING_TEXTS[language];
  const { title, shop, host } = to.shown;
  const { main, mainText, second = '' } = buttons(request, language);
  const own = origins.links === undefined ? undefined : ownAddress(origins.links, url);
  const copied = own ?? to.head + id + to.tail;
  const leave = leaveSentence(
    language,
    agent.app ?? 'other',
    agent.os === 'ios' ? 'ios' : 'android',
  );
  const report =
    origins.apps === undefined
      ? ''
      : `<a class="report" href="${escapeHtml(`${origins.apps}/app/report?address=${encodeURIComponent(own ?? url)}`)}">${texts.report}</a>`;
  const body =
    `<main><p class="ad">${AD_LABEL}</p><h1><bdi>${escapeHtml(title)}</bdi></h1>` +
    `<p class="shop">${escapeHtml(shop)} · ${escapeHtml(host)}</p>` +
    `<a class="go" href="${escapeHtml(main)}">${escapeHtml(mainText)}</a>${second}` +
    `<section><h2>${texts.notOpening}</h2><p>${escapeHtml(leave)}</p><p>${texts.copy}</p>` +
    `<p class="copy">${escapeHtml(copied)}</p></section>${report}</main>`;
  return page(language, `<title>${escapeHtml(title)}</title><style>${STYLE}</style>`, body, POLICY);
}

const PREVIEW_POLICY = pagePolicy();

/** What a messenger reads to show the link: title, picture, shop. Its link carries no click id. */
export function previewPage(
  to: Destination,
  url: string,
  acceptLanguage: string,
  origins: Origins,
): LinkPage {
  const language = preferredLanguage(acceptLanguage);
  const { title, shop, host, imageUrl } = to.shown;
  const meta = (name: string, content: string): string =>
    `<meta property="og:${name}" content="${escapeHtml(content)}">`;
  const description = `${shop} · ${host} · ${AD_LABEL}`;
  const hasImage = imageUrl !== null && /^https:\/\/[\x21-\x7e]+$/.test(imageUrl);
  const head =
    `<title>${escapeHtml(title)}</title>` +
    `<meta name="description" content="${escapeHtml(description)}">` +
    meta('type', 'website') +
    meta('site_name', shop) +
    meta('title', title) +
    meta('description', description) +
    (origins.links === undefined ? '' : meta('url', ownAddress(origins.links, url))) +
    (hasImage ? meta('image', imageUrl) : '') +
    `<meta name="twitter:card" content="${hasImage ? 'summary_large_image' : 'summary'}">`;
  const body = `<p><a href="${escapeHtml(plainAddress(to))}">${escapeHtml(title)}</a></p>`;
  return page(language, head, body, PREVIEW_POLICY);
}
