import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Exchange } from '../exchange';
import { LANGUAGES, languageOf, text } from './texts';

export type Page = {
  readonly title: string;
  /** Markup; every value in it went through `html`. */
  readonly body: Markup;
  readonly narrow?: boolean;
  readonly script?: string;
};

/** Text that is markup already. Only `html` and `raw` make it, so a forgotten escape does not compile. */
export type Markup = { readonly markup: string };

type Part = Markup | string | number | null | readonly Part[];

/** Markup from a template: strings put in are escaped, markup is not, null is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.reduce((all, piece, i) => all + render(parts[i - 1] ?? null) + piece) };
}

export function raw(markup: string): Markup {
  return { markup };
}

function render(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string' || typeof part === 'number') return escape(String(part));
  return 'markup' in part ? part.markup : part.map(render).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const STYLE = readFileSync(join(__dirname, 'style.css'), 'utf8');

/**
 * A page of the sandbox: nothing from anywhere else, scripts and styles by nonce alone. Chromium applies
 * form-action to the redirect after a form too, so the origin a form returns to must be named there.
 */
export function answerPage(
  exchange: Exchange,
  status: number,
  page: Page,
  formAction: readonly string[] = ["'self'"],
): void {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    'img-src data:',
    `form-action ${formAction.join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  exchange.response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
  exchange.response.end(documentOf(exchange, page, nonce).markup);
}

function documentOf(exchange: Exchange, page: Page, nonce: string): Markup {
  const language = languageOf(exchange);
  const script = page.script === undefined ? null : raw(page.script);
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        <title>${page.title}</title>
        <style nonce="${nonce}">
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <div class="${page.narrow ? 'frame narrow' : 'frame'}">
          <header>
            <a class="small" href="/?lang=${language}">${text(language, 'index.title')}</a>
            ${languageLinks(exchange)}
          </header>
          <main>${page.body}</main>
        </div>
        ${
          script &&
          html`<script nonce="${nonce}">
            ${script};
          </script>`
        }
      </body>
    </html>`;
}

function languageLinks(exchange: Exchange): Markup {
  const current = languageOf(exchange);
  const links = LANGUAGES.map((language) => {
    const query = new URLSearchParams(exchange.query);
    query.set('lang', language);
    const mark = language === current ? raw('aria-current="true"') : null;
    const name = text(language, 'language');
    return html`<a ${mark} lang="${language}" hreflang="${language}" href="?${query.toString()}"
      >${name}</a
    >`;
  });
  return html`<nav class="small" aria-label="Language">${links}</nav>`;
}
