import type { Grant, Role } from '../domain/access';
import type { Handler, PublicHandler } from './handler';

/** What stands before an operation. Each area has a table of these; operations.ts joins them. */
export type Rule =
  | {
      readonly kind: 'viewer';
      readonly roles: readonly Role[];
      /** What an API key must have been given; `person`: no key will do. */
      readonly grant: Grant | 'person';
      /** A person must have proved a factor lately: money moves, or who may move it changes. */
      readonly fresh?: true;
      /** Takes an Idempotency-Key; the handler stores its answer through call.claim. */
      readonly idempotent?: true;
      readonly handler: Handler;
    }
  | { readonly kind: 'public'; readonly handler: PublicHandler }
  /** Served in front of Koa (intake/postbacks.ts); its signature is the authentication. */
  | { readonly kind: 'signature' };

export const ANY_BRAND: readonly Role[] = ['brand_owner', 'brand_manager', 'brand_analyst'];
export const ANY_OPS: readonly Role[] = ['ops_maker', 'ops_checker', 'ops_auditor'];

export const viewers = (
  roles: readonly Role[],
  grant: Grant | 'person',
  handler: Handler,
): Extract<Rule, { kind: 'viewer' }> => ({ kind: 'viewer', roles, grant, handler });
