import { withFailures } from '../failures';
import type { ShopDeps } from './deps';
import { pollOrder } from './pollOrder';

export type ShopActivities = {
  /** Returns once the shop's answer is definite and folded into the order. */
  pollOrder(input: { readonly conversionId: string }): Promise<void>;
};

export function createShopActivities(deps: ShopDeps): ShopActivities {
  return withFailures<ShopActivities>({
    pollOrder: (input) => pollOrder(deps, input.conversionId),
  });
}
