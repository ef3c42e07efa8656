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
 * Powers of an API key, each a part of its role's. `payouts` and `payouts_approve` work in test mode only: in
 * production money leaves by the hand of a person with a fresh second factor (design.md §4 Payouts).
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

/**
 * What a key made by its owner may be given. Payouts are asked for and approved by people: `payouts` and
 * `payouts_approve` are in no list, only a sandbox's seed gives them.
 */
export const KEY_GRANTS: Readonly<Record<Role, readonly Grant[]>> = {
  influencer: ['read', 'links'],
  brand_owner: [],
  brand_manager: ['read', 'orders', 'programmes'],
  brand_analyst: ['read'],
  ops_maker: [],
  ops_checker: [],
  ops_auditor: [],
};
