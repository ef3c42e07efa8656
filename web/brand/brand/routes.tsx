import {
  IconAlertTriangle,
  IconChartBar,
  IconClick,
  IconHistory,
  IconKey,
  IconPlugConnected,
  IconReceipt,
  IconSpeakerphone,
  IconStars,
  IconUser,
  IconUsers,
} from '@tabler/icons-react';

import { screen, type NavEntry, type ScreenRoute } from '../../ui/app/screens';

/** Screens of brands; paths are relative to /desk/brand. A new one is a line here and a folder beside this file. */
export const routes: readonly ScreenRoute[] = [
  screen('', () => import('./overview/Overview'), ['overview']),
  screen('programmes', () => import('./programmes/Programmes'), ['programmes']),
  screen('programmes/new', () => import('./createProgramme/CreateProgramme'), [
    'programmes',
    'integration',
  ]),
  screen('programmes/:programmeId', () => import('./programme/Programme'), ['programmes']),
  screen('orders', () => import('./orders/Orders'), ['orders']),
  screen('clicks', () => import('./clicks/Clicks'), ['clicks']),
  screen('signals', () => import('./signals/Signals'), ['signals']),
  screen('integration', () => import('./integration/Integration'), ['integration']),
  screen('influencers', () => import('./influencers/Influencers'), ['influencers']),
  screen('influencers/:influencerId', () => import('./influencer/Influencer'), ['influencers']),
  screen('team', () => import('./team/Team'), ['team']),
  screen('api-keys', () => import('./apiKeys/ApiKeys'), ['apiKeys']),
  screen('audit', () => import('./audit/Audit'), ['brandAudit']),
  screen('account', () => import('../account/Account'), ['account']),
];

/** Side navigation of brands; the first entry is their home. */
export const navigation: readonly NavEntry[] = [
  { to: '/brand', label: 'brand:nav.overview', icon: IconChartBar, operation: 'getBrandOverview' },
  {
    to: '/brand/orders',
    label: 'brand:nav.orders',
    icon: IconReceipt,
    operation: 'listBrandOrders',
  },
  {
    to: '/brand/programmes',
    label: 'brand:nav.programmes',
    icon: IconSpeakerphone,
    operation: 'listBrandProgrammes',
  },
  {
    to: '/brand/influencers',
    label: 'brand:nav.influencers',
    icon: IconStars,
    operation: 'listBrandInfluencers',
  },
  {
    to: '/brand/clicks',
    label: 'brand:nav.clicks',
    icon: IconClick,
    operation: 'getBrandClickStatistics',
  },
  {
    to: '/brand/signals',
    label: 'brand:nav.signals',
    icon: IconAlertTriangle,
    operation: 'listBrandFraudSignals',
  },
  {
    to: '/brand/integration',
    label: 'brand:nav.integration',
    icon: IconPlugConnected,
    operation: 'listProgrammeSecrets',
  },
  { to: '/brand/team', label: 'brand:nav.team', icon: IconUsers, operation: 'listTeam' },
  {
    to: '/brand/api-keys',
    label: 'brand:nav.api_keys',
    icon: IconKey,
    operation: 'listBrandApiKeys',
  },
  { to: '/brand/audit', label: 'brand:nav.audit', icon: IconHistory, operation: 'listBrandAudit' },
  { to: '/brand/account', label: 'shell:nav.account', icon: IconUser },
];
