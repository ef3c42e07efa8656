import {
  IconAlertTriangle,
  IconBuildingStore,
  IconCash,
  IconFlag,
  IconFlask,
  IconGavel,
  IconHistory,
  IconHourglass,
  IconMailX,
  IconReceiptRefund,
  IconShoppingCart,
  IconSunrise,
  IconUserShield,
  IconUsers,
} from '@tabler/icons-react';

import { screen, type NavEntry, type ScreenRoute } from '../../ui/app/screens';

/** Where the fake partners are turned; in the navigation in test mode only (OpsArea). */
export const SANDBOX = '/ops/sandbox';

/** Screens of operators; paths are relative to /desk/ops. A new one is a line here and a folder beside this file. */
export const routes: readonly ScreenRoute[] = [
  screen('today', () => import('./today/Today'), ['opsToday', 'opsStuck']),
  screen('runs', () => import('./runs/Runs'), ['opsRuns']),
  screen('runs/:batchId', () => import('./run/Run'), ['opsRuns']),
  screen('people', () => import('./people/People'), ['opsPeople']),
  screen('people/:influencerId', () => import('./person/Person'), ['opsPeople', 'opsReports']),
  screen('conversions', () => import('./conversions/Conversions'), ['opsConversions']),
  screen('debts', () => import('./debts/Debts'), ['opsDebts']),
  screen('stuck', () => import('./stuck/Stuck'), [
    'opsStuck',
    'opsDeadLetters',
    'opsPayoutReviews',
  ]),
  screen('payout-reviews', () => import('./payoutReviews/PayoutReviews'), ['opsPayoutReviews']),
  screen('payout-reviews/:payoutId', () => import('./payoutReview/PayoutReview'), [
    'opsPayoutReviews',
  ]),
  screen('dead-letters', () => import('./deadLetters/DeadLetters'), ['opsDeadLetters']),
  screen('reports', () => import('./reports/Reports'), ['opsReports']),
  screen('signals', () => import('./signals/Signals'), ['signals', 'opsReports']),
  screen('brands', () => import('./brands/Brands'), ['opsBrands']),
  screen('brands/:brandId/limits', () => import('./limits/Limits'), ['opsLimits']),
  screen('recoveries', () => import('./recoveries/OpsRecoveries'), ['recovery']),
  screen('audit', () => import('./audit/Audit'), ['opsAudit']),
  screen('sandbox', () => import('./sandbox/Sandbox'), ['opsSandbox']),
  screen('account', () => import('../account/Account'), ['account']),
];

/** Side navigation of operators; the first entry is their home. */
export const navigation: readonly NavEntry[] = [
  { to: '/ops/today', label: 'ops:nav.today', icon: IconSunrise, operation: 'getOpsSummary' },
  { to: '/ops/runs', label: 'ops:nav.runs', icon: IconCash, operation: 'listPayoutBatches' },
  {
    to: '/ops/payout-reviews',
    label: 'ops:nav.payout_reviews',
    icon: IconGavel,
    operation: 'listPayoutReviews',
  },
  { to: '/ops/people', label: 'ops:nav.people', icon: IconUsers, operation: 'listPeople' },
  {
    to: '/ops/conversions',
    label: 'ops:nav.conversions',
    icon: IconShoppingCart,
    operation: 'listOpsConversions',
  },
  { to: '/ops/debts', label: 'ops:nav.debts', icon: IconReceiptRefund, operation: 'listOpsDebts' },
  { to: '/ops/stuck', label: 'ops:nav.stuck', icon: IconHourglass, operation: 'listStuck' },
  {
    to: '/ops/dead-letters',
    label: 'ops:nav.dead_letters',
    icon: IconMailX,
    operation: 'listDeadLetters',
  },
  {
    to: '/ops/reports',
    label: 'ops:nav.reports',
    icon: IconFlag,
    operation: 'listLinkReports',
  },
  {
    to: '/ops/signals',
    label: 'ops:nav.signals',
    icon: IconAlertTriangle,
    operation: 'listFraudSignals',
  },
  { to: '/ops/brands', label: 'ops:nav.brands', icon: IconBuildingStore, operation: 'listBrands' },
  {
    to: '/ops/recoveries',
    label: 'ops:nav.recoveries',
    icon: IconUserShield,
    operation: 'listRecoveries',
  },
  { to: '/ops/audit', label: 'ops:nav.audit', icon: IconHistory, operation: 'listAudit' },
  { to: SANDBOX, label: 'ops:nav.sandbox', icon: IconFlask, operation: 'listSandboxDials' },
];
