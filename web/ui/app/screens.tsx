import type { Icon } from '@tabler/icons-react';
import { lazy, useState, type ComponentType, type ReactNode } from 'react';
import { matchPath } from 'react-router';

import { loadNamespaces } from '../i18n/i18n';

type ScreenModule = { default: ComponentType };

/** One route of an app: an entry of its `routes.tsx`. */
export type ScreenRoute = {
  /** Relative to the app's base; `:id` parameters as in React Router. */
  readonly path: string;
  readonly element: ReactNode;
  /** Fetches code and texts beforehand; the screen is then drawn at once, without a skeleton before it. */
  readonly prepare: () => Promise<unknown>;
};

/** One entry of the app's navigation. */
export type NavEntry = {
  readonly to: string;
  /** Key with namespace, `shell:nav.home`. */
  readonly label: string;
  readonly icon: Icon;
  /** Shown only to people whose role has this operation. */
  readonly operation?: string;
};

const RELOADED = 'gamma.reloaded';
const RELOAD_AGAIN_MS = 60_000;

/** Once a minute at most: a screen that is broken for good must not reload the page for ever. */
function mayReload(): boolean {
  try {
    const before = Number(window.sessionStorage.getItem(RELOADED) ?? 0);
    if (Date.now() - before < RELOAD_AGAIN_MS) return false;
    window.sessionStorage.setItem(RELOADED, String(Date.now()));
    return true;
  } catch {
    return false;
  }
}

/**
 * Without a line a screen not fetched yet is not missing: its skeleton stands until the line is back. Browsers
 * remember a module that failed for as long as the page lives, and a release takes the files of the one before
 * away: both are mended by loading the page anew.
 */
async function whenOnline<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    if (!navigator.onLine)
      await new Promise((resolve) => window.addEventListener('online', resolve, { once: true }));
    return load().catch((again: unknown) => {
      if (!mayReload()) throw again;
      window.location.reload();
      return new Promise<T>(() => undefined);
    });
  }
}

/**
 * A screen that is fetched when it is opened, together with its texts:
 * `screen('links', () => import('./links/Links'), ['links'])`.
 */
export function screen(
  path: string,
  load: () => Promise<ScreenModule>,
  namespaces: readonly string[],
): ScreenRoute {
  let ready: ComponentType | null = null;
  const prepare = async (): Promise<ScreenModule> => {
    const [module] = await whenOnline(() => Promise.all([load(), loadNamespaces(namespaces)]));
    ready = module.default;
    return module;
  };
  const Later = lazy(prepare);
  function Screen(): ReactNode {
    // Chosen once for as long as it stands: another component in its place would lose what was typed.
    const [Shown] = useState<ComponentType>(() => ready ?? Later);
    return <Shown />;
  }
  return { path, element: <Screen />, prepare };
}

/** The screen of an address below the app's own (`/links`); `base` is where relative paths begin. */
export const screenAt = (
  routes: readonly ScreenRoute[],
  address: string,
  base = '',
): ScreenRoute | undefined =>
  routes.find(({ path }) => matchPath(base ? `${base}/${path}` : path, address) !== null);
