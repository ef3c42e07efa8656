// The Vite configuration of both apps; scripts/build-web.mjs and scripts/dev-web.mjs run it.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { VitePWA } from 'vite-plugin-pwa';

import { APPS } from './apps.mjs';
import { CSP_NONCE, firstPaint } from './firstPaint.mjs';
import { usedMantineStyles } from './mantineStyles.mjs';

const web = dirname(fileURLToPath(import.meta.url));

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

/** Changes rarely and is needed by every screen: one file that stays in the cache over releases. */
const PLATFORM =
  /node_modules\/(react|react-dom|scheduler|react-router|i18next|react-i18next|openapi-fetch|@tanstack\/(query-core|react-query))\//;

/** Everything but texts, of which only one language is fetched, and the entries themselves. */
const CODE = /^(?!.*(\/locales\/|\/locale\/|\/main\.tsx)).*\.(mjs|js|ts|tsx)$/;

/** Small pieces that nearly every screen takes several of, and all that overlays share with them. */
const CONTROLS = new RegExp(
  [
    '@mantine/core/esm/core/',
    '@mantine/core/esm/components/(ActionIcon|Anchor|Badge|Card|Divider|Input|InputBase|List|NativeSelect|Portal|SimpleGrid|TextInput|ThemeIcon)/',
    '@mantine/core/esm/components/(Checkbox/CheckIcon|Radio/RadioIcon|ScrollArea/utils/to-int)\\.',
    '@mantine/hooks/esm/use-(debounced-callback|debounced-value|disclosure|merged-ref|uncontrolled|window-event)/',
    '/@tanstack/(query-core|react-query)/',
    '/icons-react/dist/esm/icons/',
  ].join('|'),
);

/** What lies over a page: no screen needs it to be read, and it is as heavy as several of them. */
const OVERLAYS =
  /\/(@floating-ui|react-remove-scroll|@mantine\/core\/esm\/components\/(Combobox|Drawer|FocusTrap|Menu|Modal|ModalBase|Popover|ScrollArea|Tooltip))\//;

/** Heavy, and not for every screen. */
const BY_THEMSELVES =
  /\/(ConfirmDialog|StepUpDialog|Notifications|DataTable\w*)\.tsx$|\/web\/influencer\/payee\//;

/** Pieces of the project; what they need of packages comes along. */
const OWN = /\/(web\/(ui|influencer|brand)|domain)\/(?!.*\/locales\/).*\.tsx?$/;

const isShared = (id) => OWN.test(id) && !OVERLAYS.test(id) && !BY_THEMSELVES.test(id);

/** Texts and the names of months: one file a language for what is read first, the others by themselves. */
const TEXT = /\/locales\/(\w+)\/(\w+)\.json$|\/dayjs\/locale\/(ru|kk)\.js$/;

function textName(app, id) {
  const [, language, namespace, months] = TEXT.exec(id);
  const together = months ? 'first' : APPS[app].texts(namespace);
  // `.text` is what the service worker tells texts from code by.
  return `${together}-${language ?? months}.text`;
}

/**
 * What a first screen needs in a handful of files instead of dozens: on a slow line each request costs more
 * than the kilobytes it brings. Groups must not make chunks import in a circle (build-web.mjs checks).
 */
const groups = (app) => [
  { name: 'platform', test: PLATFORM, tags: ['$initial'], priority: 10 },
  { name: 'base', test: CODE, tags: ['$initial'], priority: 9 },
  { name: (id) => textName(app, id), test: TEXT, priority: 8, debugName: 'texts' },
  { name: 'controls', test: CONTROLS, priority: 7 },
  { name: 'kit', test: isShared, minShareCount: APPS[app].sharedBy, priority: 6 },
  { name: 'overlays', test: OVERLAYS, priority: 5 },
];

export function viteConfig(app, { outDir, mode }) {
  return {
    root: join(web, app),
    base: APPS[app].base,
    configFile: false,
    mode,
    publicDir: join(web, app, 'public'),
    cacheDir: join(web, '..', 'node_modules', '.cache', `vite-${app}`),
    html: mode === 'production' ? { cspNonce: CSP_NONCE } : {},
    plugins: [
      react(),
      usedMantineStyles(),
      firstPaint(app),
      ...(app === 'influencer' ? [pwa()] : []),
    ],
    css: { modules: { localsConvention: 'camelCaseOnly' } },
    build: {
      outDir,
      emptyOutDir: true,
      target: ['chrome109', 'safari16', 'firefox115'],
      manifest: true,
      modulePreload: { polyfill: false },
      // Only what is used is in it (mantineStyles.mjs): one file costs less than one for each chunk.
      cssCodeSplit: false,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 900,
      rolldownOptions: {
        output: {
          entryFileNames: 'assets/main-[hash].js',
          chunkFileNames: 'assets/[name]-[hash].js',
          assetFileNames: 'assets/[name]-[hash][extname]',
          codeSplitting: { groups: groups(app) },
        },
      },
    },
    server: { fs: { allow: [join(web, '..')] } },
    logLevel: 'warn',
  };
}
