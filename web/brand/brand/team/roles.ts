import type { operations } from '../../../ui/api/schema';
import type { BrandRole } from '../types';

export const ROLES = [
  'brand_owner',
  'brand_manager',
  'brand_analyst',
] as const satisfies readonly BrandRole[];

const DECIDING = ['brand_owner', 'brand_manager'] as const;
const OWNER = ['brand_owner'] as const;

type Ability = {
  readonly name: string;
  readonly roles: readonly BrandRole[];
  /** What it is called in the API, whose table decides; a test holds the two together. */
  readonly operations: readonly (keyof operations)[];
};

/** What each role may do, for the table people read before they invite. */
export const ABILITIES = [
  {
    name: 'look',
    roles: ROLES,
    operations: [
      'getBrandOverview',
      'listBrandProgrammes',
      'getProgramme',
      'listProgrammeTerms',
      'workExample',
      'workBrandExample',
      'listBrandOrders',
      'getConversion',
      'getReceipt',
      'listBrandInfluencers',
      'getBrandInfluencer',
      'listProgrammeSecrets',
      'listPostbackAttempts',
      'watchPostbackAttempts',
      'getPostbackSnippets',
      'listTeam',
      'getBrandClickStatistics',
      'listBrandFraudSignals',
    ],
  },
  { name: 'export', roles: ROLES, operations: ['exportBrandOrders', 'exportBrandClickStatistics'] },
  { name: 'orders', roles: DECIDING, operations: ['decideBrandOrders'] },
  {
    name: 'programmes',
    roles: DECIDING,
    operations: ['createProgramme', 'updateProgramme', 'createProgrammeTerms'],
  },
  {
    name: 'integration',
    roles: DECIDING,
    operations: ['rotateProgrammeSecret', 'retireProgrammeSecret', 'sendTestPostback'],
  },
  {
    name: 'keys',
    roles: OWNER,
    operations: ['listBrandApiKeys', 'createBrandApiKey', 'rotateBrandApiKey', 'revokeBrandApiKey'],
  },
  {
    name: 'team',
    roles: OWNER,
    operations: [
      'changeTeamRole',
      'disableTeamMember',
      'listInvitations',
      'createInvitation',
      'revokeInvitation',
      'approveRecovery',
    ],
  },
  { name: 'audit', roles: OWNER, operations: ['listBrandAudit'] },
] as const satisfies readonly Ability[];
