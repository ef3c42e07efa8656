import type { BrandRole } from '../types';

export const ROLES = [
  'brand_owner',
  'brand_manager',
  'brand_analyst',
] as const satisfies readonly BrandRole[];

/** What each role may do, for the table people read before they invite; the API's own table decides. */
export const ABILITIES = [
  { name: 'look', roles: ROLES },
  { name: 'export', roles: ROLES },
  { name: 'orders', roles: ['brand_owner', 'brand_manager'] },
  { name: 'programmes', roles: ['brand_owner', 'brand_manager'] },
  { name: 'integration', roles: ['brand_owner', 'brand_manager'] },
  { name: 'keys', roles: ['brand_owner'] },
  { name: 'team', roles: ['brand_owner'] },
] as const satisfies readonly { name: string; roles: readonly BrandRole[] }[];
