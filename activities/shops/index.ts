import type { Pool } from 'pg';

import type { OrderSource } from '../../adapters/ports';
import { withFailures } from '../failures';
import { pollOrder } from './pollOrder';

export type ShopDeps = {
  readonly pool: Pool;
  readonly sources: Readonly<Record<string, OrderSource>>;
  readonly now: () => Date;
};

export type ShopActivities = {
  /** Returns once the shop's answer is definite and folded into the order. */
  pollOrder(input: { readonly conversionId: string }): Promise<void>;
};

export function createShopActivities(deps: ShopDeps): ShopActivities {
  return withFailures<ShopActivities>({
    pollOrder: (input) => pollOrder(deps, input.conversionId),
  });
}
