// The Vite configuration of both apps; scripts/build-web.mjs and scripts/dev-web.mjs run it.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { VitePWA } from 'vite-plugin-pwa';

const web = dirname(fileURLToPath(import.meta.url));

/** App → folder under web/, and the path it is served under. */
export const APPS = {
  influencer: { base: '/app/' },
  brand: { base: '/desk/' },
};

/** What api/web replaces in every answer by that answer's nonce. */
const CSP_NONCE = '__CSP_NONCE__';

/** Colour scheme and language before the first paint, and something to look at while the code comes. */
function firstPaint() {
  const piece = (name) => readFileSync(join(web, 'ui', 'app', name), 'utf8').trim();
  return {
    name: 'gamma-first-paint',
    transformIndexHtml: {
      order: 'post',
      handler: (html) =>
        html
          .replace(
            '<!--boot-->',
            () =>
              `<style nonce="${CSP_NONCE}">${piece('splash.css')}</style><script>${piece('boot.js')}</script>`,
          )
          .replace('<!--splash-->', () => piece('splash.html')),
    },
  };
}

/** Offline shell of the phone app. Nothing under /v1 is ever kept: money is shown fresh or not at all. */
function pwa() {
  return VitePWA({
    strategies: 'generateSW',
    registerType: 'prompt',
    injectRegister: null,
    scope: '/app/',
    manifest: {
      id: '/app/',
      name: 'Gamma',
      short_name: 'Gamma',
      lang: 'ru',
      start_url: '/app/',
      scope: '/app/',
      display: 'standalone',
      orientation: 'portrait',
      background_color: '#f6f8f9',
      theme_color: '#0b7580',
      icons: [
        { src: 'icons/icon-192.png', sizes: '192x192', type: 'image/png' },
        { src: 'icons/icon-512.png', sizes: '512x512', type: 'image/png' },
        {
          src: 'icons/icon-maskable-512.png',
          sizes: '512x512',
          type: 'image/png',
          purpose: 'maskable',
        },
        { src: 'icons/icon.svg', sizes: 'any', type: 'image/svg+xml' },
      ],
    },
    workbox: {
      // Texts of the other languages and charts come when asked for (runtimeCaching), not with the shell.
      globPatterns: ['index.html', 'assets/*.{js,css,woff2}'],
      globIgnores: ['assets/*.text-*.js', 'assets/charts-*.js'],
      navigateFallback: '/app/index.html',
      navigateFallbackAllowlist: [/^\/app\//],
      cleanupOutdatedCaches: true,
      sourcemap: false,
      runtimeCaching: [
        {
          urlPattern: /^https?:\/\/[^/]+\/app\/assets\//,
          handler: 'CacheFirst',
          options: { cacheName: 'gamma-assets', expiration: { maxEntries: 120 } },
        },
      ],
    },
  });
}

/** `…/locales/ru/orders.json` → a chunk named so that the service worker can tell texts from code. */
function chunkName(chunk) {
  const text = /\/locales\/(\w+)\/(\w+)\.json$/.exec(chunk.facadeModuleId ?? '');
  return text ? `assets/${text[2]}-${text[1]}.text-[hash].js` : 'assets/[name]-[hash].js';
}

/** Changes rarely and is needed by every screen: one file that stays in the cache over releases. */
const PLATFORM =
  /node_modules\/(react|react-dom|scheduler|react-router|i18next|react-i18next|openapi-fetch|@tanstack\/(query-core|react-query))\//;

/** Everything but texts, of which only one language is fetched, and the entries themselves. */
const CODE = /^(?!.*(\/locales\/|\/main\.tsx)).*\.(mjs|js|ts|tsx)$/;

/** Small pieces that nearly every screen takes several of. */
const CONTROLS =
  /@mantine\/core\/esm\/components\/(ActionIcon|Anchor|Badge|Card|Divider|Input|InputBase|NativeSelect|SimpleGrid|TextInput|ThemeIcon)\//;

export function viteConfig(app, { outDir, mode }) {
  return {
    root: join(web, app),
    base: APPS[app].base,
    configFile: false,
    mode,
    publicDir: join(web, app, 'public'),
    cacheDir: join(web, '..', 'node_modules', '.cache', `vite-${app}`),
    html: mode === 'production' ? { cspNonce: CSP_NONCE } : {},
    plugins: [react(), firstPaint(), ...(app === 'influencer' ? [pwa()] : [])],
    css: { modules: { localsConvention: 'camelCaseOnly' } },
    build: {
      outDir,
      emptyOutDir: true,
      target: ['chrome109', 'safari16', 'firefox115'],
      manifest: true,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 900,
      rolldownOptions: {
        output: {
          entryFileNames: 'assets/main-[hash].js',
          chunkFileNames: chunkName,
          assetFileNames: 'assets/[name]-[hash][extname]',
          // What the first screen needs in three files instead of dozens: on a slow line each request costs more
          // than the kilobyte it brings. Groups must not make chunks import in a circle (build-web.mjs checks).
          codeSplitting: {
            groups: [
              { name: 'platform', test: PLATFORM, priority: 10 },
              { name: 'base', test: CODE, tags: ['$initial'], priority: 5 },
              { name: 'icons', test: /\/icons-react\/dist\/esm\/icons\//, priority: 3 },
              { name: 'controls', test: CONTROLS, priority: 2 },
            ],
          },
        },
      },
    },
    server: { fs: { allow: [join(web, '..')] } },
    logLevel: 'warn',
  };
}
