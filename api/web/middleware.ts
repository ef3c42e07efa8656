import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { send } from '@koa/send';
import type { Context, Middleware } from 'koa';

import {
  ASSET_HEADERS,
  contentSecurityPolicy,
  NONCE_MARK,
  SECURITY_HEADERS,
  SESSION_MARK,
} from './headers';
import { createSiteReader, type Site } from './site';

export type WebOptions = {
  /** dist/web: one folder an app, as scripts/build-web.mjs makes them. */
  readonly root: string;
  /** Origin of the payment provider's card form; null when there is none. */
  readonly cardFormOrigin: string | null;
};

type Mount = {
  /** `/app`: the app is served under it and a slash. */
  readonly base: string;
  readonly folder: string;
  readonly read: () => Promise<Site | null>;
};

const FOLDERS = { '/app': 'influencer', '/desk': 'brand', '/docs': 'docs' } as const;
/** Of api/access/cookies.ts; whether it is worth anything is for /v1/me to say. */
const SESSION_COOKIE = /(?:^|;\s*)(?:__Host-)?gamma_session=/;
/** Files by fixed names; the service worker's own requests go by the policy of its file. */
const WORKER_HEADERS = {
  ...SECURITY_HEADERS,
  'Content-Security-Policy': contentSecurityPolicy({ scriptHashes: [], cardFormOrigin: null }),
};
const YEAR_MS = 365 * 24 * 3_600_000;
const REDIRECTS: Readonly<Record<string, string>> = {
  '/': '/app/',
  '/app': '/app/',
  '/desk': '/desk/',
};

function setHeaders(context: Context, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) context.set(name, value);
}

function redirect(context: Context, place: string): void {
  setHeaders(context, SECURITY_HEADERS);
  context.set('Cache-Control', 'no-cache');
  context.redirect(place + context.search);
}

/** The page itself: a fresh nonce each time, so it is never kept without asking. */
function sendPage(context: Context, site: Site, cardFormOrigin: string | null): void {
  const nonce = randomBytes(18).toString('base64');
  const { scriptHashes } = site;
  context.status = 200;
  setHeaders(context, SECURITY_HEADERS);
  context.set(
    'Content-Security-Policy',
    contentSecurityPolicy({ scriptHashes, nonce, cardFormOrigin }),
  );
  context.set('Cache-Control', 'no-cache');
  context.type = 'text/html; charset=utf-8';
  const session = SESSION_COOKIE.test(context.get('cookie')) ? 'maybe' : 'none';
  context.body = site.html.replaceAll(NONCE_MARK, nonce).replace(SESSION_MARK, session);
}

/** A file the build has made, packed as the caller takes it. */
async function sendFile(context: Context, mount: Mount, site: Site, name: string): Promise<void> {
  const file = site.files.get(name);
  if (!file) return;
  setHeaders(context, file.immutable ? ASSET_HEADERS : WORKER_HEADERS);
  context.vary('Accept-Encoding');
  const encoding = context.acceptsEncodings('br', 'gzip', 'identity');
  context.set('ETag', `"${file.etag}${typeof encoding === 'string' ? `-${encoding}` : ''}"`);
  context.set(
    'Cache-Control',
    file.immutable ? `public, max-age=${YEAR_MS / 1000}, immutable` : 'no-cache',
  );
  context.status = 200;
  if (context.fresh) {
    context.status = 304;
    return;
  }
  await send(context, name, { root: mount.folder });
}

/** Addresses of screens: plain words and ids. The page answers them all; anything else is a file or nothing. */
const SCREEN = /^(index\.html|([\w-]+\/)*[\w-]*)$/;

async function serve(context: Context, mount: Mount, cardFormOrigin: string | null): Promise<void> {
  const site = await mount.read();
  if (!site) return;
  const name = context.path.slice(mount.base.length + 1);
  if (site.files.has(name)) return sendFile(context, mount, site, name);
  if (SCREEN.test(name) && !name.startsWith('assets/')) sendPage(context, site, cardFormOrigin);
}

/**
 * Serves the built apps: `/app/…`, `/desk/…` and the API reference at `/docs`; `/` leads to the phone app.
 * What it does not know it leaves to the next middleware, whose 404 is a problem like any other.
 */
export function createWebMiddleware({ root, cardFormOrigin }: WebOptions): Middleware {
  const mounts: Mount[] = Object.entries(FOLDERS).map(([base, name]) => {
    const folder = join(root, name);
    return { base, folder, read: createSiteReader(folder) };
  });
  return async (context, next) => {
    const { method, path } = context;
    if (method === 'GET' || method === 'HEAD') {
      const place = REDIRECTS[path];
      if (place !== undefined) return redirect(context, place);
      const mount = mounts.find(({ base }) => path === base || path.startsWith(`${base}/`));
      if (mount) await serve(context, mount, cardFormOrigin);
      if (context.status !== 404) return;
    }
    await next();
  };
}
