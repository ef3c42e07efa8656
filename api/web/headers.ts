import { createHash } from 'node:crypto';

/** Sent with every page and file of the apps. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), ' +
    'microphone=(), midi=(), payment=(), usb=(), clipboard-write=(self)',
};

/**
 * For files under assets/: never opened as a page, and there are dozens of them, so that the full set would
 * be a fifth of a first load.
 */
export const ASSET_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': "default-src 'none'",
};

/** What the build leaves where the nonce of an answer belongs (web/vite.mjs). */
export const NONCE_MARK = '__CSP_NONCE__';

/** Becomes `none` when the request carried no session cookie, so that the app need not ask to be refused. */
export const SESSION_MARK = '__SESSION__';

/** CSP sources of the inline scripts of a page: they run by their hash, so no others can. */
export function inlineScriptHashes(html: string): string[] {
  const scripts = html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g);
  return [...scripts].map(
    ([, code = '']) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`,
  );
}

export type PolicyOptions = {
  readonly scriptHashes: readonly string[];
  /** Of this answer; the component library's style elements carry it. Absent for pages without inline styles. */
  readonly nonce?: string;
  /** Where the payment provider's card form lives; null when cards are not taken. */
  readonly cardFormOrigin: string | null;
};

export function contentSecurityPolicy(options: PolicyOptions): string {
  const { scriptHashes, nonce, cardFormOrigin } = options;
  const directives: [string, ...string[]][] = [
    ['default-src', "'self'"],
    ['script-src', "'self'", ...scriptHashes],
    ['style-src', "'self'", ...(nonce === undefined ? [] : [`'nonce-${nonce}'`])],
    ['img-src', "'self'", 'data:'],
    ['font-src', "'self'"],
    ['connect-src', "'self'"],
    ['worker-src', "'self'"],
    ['manifest-src', "'self'"],
    ['object-src', "'none'"],
    ['frame-src', "'none'"],
    ['frame-ancestors', "'none'"],
    ['base-uri', "'none'"],
    ['form-action', "'self'", ...(cardFormOrigin === null ? [] : [cardFormOrigin])],
  ];
  return directives.map((directive) => directive.join(' ')).join('; ');
}
