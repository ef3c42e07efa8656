/**
 * Who may act, and what a key may be given. Plain facts: api/operations.ts says which operation wants what.
 */
export const ROLES = [
  'influencer',
  'brand_owner',
  'brand_manager',
  'brand_analyst',
  'ops_maker',
  'ops_checker',
  'ops_auditor',
] as const;
export type Role = (typeof ROLES)[number];

/** What kind of tenant a role belongs to. */
export const SCOPES = ['influencer', 'brand', 'ops'] as const;
export type Scope = (typeof SCOPES)[number];

export const scopeOf = (role: Role): Scope =>
  role === 'influencer' ? 'influencer' : role.startsWith('brand_') ? 'brand' : 'ops';

/**
 * Powers of an API key, each a part of its role's. `payouts_approve` exists in test mode only: in production
 * money leaves by the hand of a person with a fresh second factor (design.md §4 Payouts).
 */
export const GRANTS = [
  'read',
  'links',
  'orders',
  'programmes',
  'payouts',
  'payouts_approve',
] as const;
export type Grant = (typeof GRANTS)[number];
