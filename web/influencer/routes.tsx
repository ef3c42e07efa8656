import { IconHome, IconLink, IconShoppingBag, IconUser, IconWallet } from '@tabler/icons-react';

import { screen, type NavEntry, type ScreenRoute } from '../ui/app/screens';

/** Every screen of the influencer app behind sign-in. A new one is a line here and a folder beside this file. */
export const routes: readonly ScreenRoute[] = [
  screen('/', () => import('./home/Home'), ['home', 'orders', 'links']),
  screen('/links', () => import('./links/Links'), ['links']),
  screen('/links/new', () => import('./links/NewLink'), ['links', 'linkEdit']),
  screen('/links/uploads', () => import('./uploads/Uploads'), ['links', 'uploads']),
  screen('/links/uploads/:importId', () => import('./uploads/Upload'), ['links', 'uploads']),
  screen('/links/:linkId', () => import('./links/LinkPage'), ['links']),
  screen('/links/:linkId/edit', () => import('./links/EditLink'), ['links', 'linkEdit']),
  screen('/statistics', () => import('./statistics/Statistics'), ['links', 'statistics']),
  screen('/statistics/clicks', () => import('./statistics/Clicks'), ['links', 'statistics']),
  screen('/orders', () => import('./orders/Orders'), ['orders']),
  screen('/orders/:conversionId', () => import('./orders/OrderPage'), ['orders']),
  screen('/wallet', () => import('./wallet/WalletPage'), ['wallet']),
  screen('/wallet/payout', () => import('./wallet/AskPayout'), ['wallet', 'payee']),
  screen('/wallet/debts', () => import('./wallet/Debts'), ['wallet']),
  screen('/wallet/payouts', () => import('./wallet/Payouts'), ['wallet']),
  screen('/wallet/payouts/:payoutId', () => import('./wallet/PayoutPage'), ['wallet']),
  screen('/notices', () => import('./notices/Notices'), ['notices']),
  screen('/profile', () => import('./profile/Profile'), ['profile', 'payee']),
  screen('/profile/sessions', () => import('./profile/Sessions'), ['profile']),
  screen('/profile/data', () => import('./profile/KeptData'), ['profile']),
  screen('/profile/keys', () => import('./profile/Keys'), ['profile']),
  screen('/profile/:part', () => import('./profile/PayeePart'), ['profile', 'payee']),
  screen('/card-return', () => import('./payee/CardReturn'), ['payee']),
];

/** One thing at a time, without the navigation around it. */
export const plainRoutes: readonly ScreenRoute[] = [
  screen('/start/:step?', () => import('./start/Start'), ['start', 'payee']),
];

/** The bottom bar: three to five entries, the first is `/`. */
export const navigation: readonly NavEntry[] = [
  { to: '/', label: 'shell:nav.home', icon: IconHome },
  { to: '/links', label: 'shell:nav.links', icon: IconLink, operation: 'listLinks' },
  {
    to: '/orders',
    label: 'shell:nav.orders',
    icon: IconShoppingBag,
    operation: 'listInfluencerOrders',
  },
  { to: '/wallet', label: 'shell:nav.wallet', icon: IconWallet, operation: 'getWallet' },
  { to: '/profile', label: 'shell:nav.profile', icon: IconUser },
];
