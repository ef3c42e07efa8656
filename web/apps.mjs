// What the build knows of each app: where it is served, what comes first, and what is fetched together.

/** Texts of an app that are one file a language, by the file's name; any other namespace is a file of its own. */
const DESK_TEXTS = {
  first: ['ui', 'shell', 'signIn'],
  brand: ['brand', 'overview'],
  ops: ['ops', 'opsToday', 'opsStuck'],
};

/** Of the phone app: screens that are opened from others. */
const PHONE_LATER = ['problems', 'linkEdit', 'report', 'statistics', 'uploads'];

const BRAND_HOME = {
  modules: ['brand/BrandArea.tsx', 'brand/overview/Overview.tsx'],
  texts: ['brand'],
};
const OPS_HOME = {
  modules: ['ops/OpsArea.tsx', 'ops/today/Today.tsx'],
  texts: ['ops'],
  reads: ['/v1/ops/summary'],
};

/**
 * App → folder under web/. `base` is the path it is served under, `texts` gives the file a namespace is in, and code
 * that `sharedBy` lazily loaded parts take is one file. The rest names what app/boot.js asks for before any code runs,
 * for people without a session (`signIn`), by path (`screens`), and by kind of tenant at the bare base (`areas`):
 *
 * - `modules`: files with a chunk of their own; what they import comes along
 * - `texts`: files of texts besides `first`
 * - `reads`: what the screen asks the API for as soon as it stands, exactly as it sends it
 */
export const APPS = {
  influencer: {
    base: '/app/',
    texts: (namespace) => (PHONE_LATER.includes(namespace) ? namespace : 'first'),
    sharedBy: 2,
    signIn: { modules: ['signIn/SignIn.tsx'] },
    screens: {
      '/app/': { modules: ['home/Home.tsx'], reads: ['/v1/influencers/{tenant}/home'] },
      '/app/links': { modules: ['links/Links.tsx'], reads: ['/v1/influencers/{tenant}/links'] },
      '/app/orders': { modules: ['orders/Orders.tsx'], reads: ['/v1/influencers/{tenant}/orders'] },
      '/app/wallet': {
        modules: ['wallet/WalletPage.tsx'],
        reads: ['/v1/influencers/{tenant}/wallet', '/v1/influencers/{tenant}/wallet/entries'],
      },
    },
    areas: {},
  },
  brand: {
    base: '/desk/',
    texts: (namespace) =>
      Object.keys(DESK_TEXTS).find((name) => DESK_TEXTS[name].includes(namespace)) ?? namespace,
    sharedBy: 8,
    signIn: { modules: ['signIn/SignIn.tsx'] },
    screens: { '/desk/brand': BRAND_HOME, '/desk/ops/today': OPS_HOME },
    areas: { brand: BRAND_HOME, ops: OPS_HOME },
  },
};
