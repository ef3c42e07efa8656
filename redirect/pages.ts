import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

import { LINK_TEXTS, LANGUAGES, type Language, type LinkErrorCode } from '../domain/links/texts';

const STATUS: Readonly<Record<LinkErrorCode, number>> = {
  target_missing: 400,
  target_too_long: 400,
  target_control_character: 400,
  target_backslash: 400,
  target_not_https: 400,
  target_malformed: 400,
  target_userinfo: 400,
  target_port: 400,
  target_ip_address: 400,
  target_host_not_listed: 400,
  ref_missing: 400,
  parameter_repeated: 400,
  address_malformed: 400,
  target_half_escaped: 400,
  request_malformed: 400,
  link_unknown: 404,
  ref_unknown: 404,
  method_not_allowed: 405,
  link_paused: 410,
  link_deleted: 410,
  link_expired: 410,
  link_taken_down: 410,
  programme_paused: 410,
  programme_ended: 410,
  too_many_requests: 429,
  come_yourself: 503,
  temporarily_unavailable: 503,
};

const STYLE =
  'body{font:18px/1.5 system-ui,sans-serif;margin:0;background:#fff;color:#1b1b1f}' +
  'main{max-width:32rem;margin:15vh auto 0;padding:0 1.25rem}h1{font-size:1.5rem;line-height:1.25}' +
  'small{color:#5d5e66}@media(prefers-color-scheme:dark){body{background:#131316;color:#e6e6ea}' +
  'small{color:#a4a5ad}}';

/** The one style sheet on a page is allowed by its hash; nothing else is, from anywhere. */
export function pagePolicy(styleHash?: string): string {
  const style = styleHash === undefined ? '' : `style-src 'sha256-${styleHash}'; `;
  return `default-src 'none'; ${style}base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
const POLICY = pagePolicy(createHash('sha256').update(STYLE).digest('base64'));

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** Nothing of the request is on the page, so there is nothing in it to inject. */
function render(code: LinkErrorCode, language: Language): Buffer {
  const { title, sentence } = LINK_TEXTS[code][language];
  return Buffer.from(
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8">` +
      '<meta name="viewport" content="width=device-width,initial-scale=1">' +
      `<meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>` +
      `<body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(sentence)}</p>` +
      `<p><small>${escapeHtml(code)}</small></p></main></body></html>\n`,
  );
}

const PAGES = new Map<string, Buffer>();
for (const code of Object.keys(STATUS) as LinkErrorCode[]) {
  for (const language of LANGUAGES) PAGES.set(`${code} ${language}`, render(code, language));
}

/**
 * The reader's language by Accept-Language; Russian when none of ours is asked for. `kz` is what some
 * phones sold here send for Kazakh.
 */
export function preferredLanguage(header: string): Language {
  let best: Language = 'ru';
  let bestWeight = 0;
  for (const part of header.slice(0, 200).split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const primary = tag.split('-', 1)[0] ?? '';
    const language = primary === 'kz' ? 'kk' : LANGUAGES.find((one) => one === primary);
    if (!language) continue;
    const quality = parameters.map((one) => one.trim()).find((one) => one.startsWith('q='));
    const weight = quality === undefined ? 1 : Number(quality.slice(2));
    if (weight > bestWeight) [best, bestWeight] = [language, weight];
  }
  return best;
}

export type PageRequest = {
  readonly language: string;
  readonly head: boolean;
  /** For too_many_requests. */
  readonly retryAfterSeconds?: number;
};

/** Answers with words instead of a redirect. Never sets Location. */
export function sendPage(
  response: ServerResponse,
  code: LinkErrorCode,
  request: PageRequest,
): void {
  const status = STATUS[code];
  const language = preferredLanguage(request.language);
  const page = PAGES.get(`${code} ${language}`)!;
  const headers: string[] = [
    ...['Content-Type', 'text/html; charset=utf-8'],
    ...['Content-Length', String(page.length)],
    ...['Content-Language', language],
    ...['Cache-Control', 'no-store'],
    ...['Content-Security-Policy', POLICY],
    ...['Referrer-Policy', 'no-referrer'],
    ...['X-Content-Type-Options', 'nosniff'],
    ...['X-Gamma-Code', code],
  ];
  // A browser told when to come back to a page it only guessed at would guess again.
  if (code === 'temporarily_unavailable') headers.push('Retry-After', '2');
  if (status === 429) headers.push('Retry-After', String(request.retryAfterSeconds ?? 1));
  if (status === 405) headers.push('Allow', 'GET, HEAD');
  response.writeHead(status, headers);
  response.end(request.head ? undefined : page);
}
