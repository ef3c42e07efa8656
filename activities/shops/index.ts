import type { Advanced } from '../conversions/advance';
import { withFailures } from '../failures';
import type { ShopDeps } from './deps';
import { pollOrder, watchOrder, type WatchInput } from './watchOrder';

export type ShopActivities = {
  /** Returns once the shop's word has changed the order, or the time is up, with what that led to. */
  watchOrder(input: WatchInput): Promise<Advanced>;
  /** Of runs begun before `conversionHearsEverything`: returns once the shop's answer is definite. */
  pollOrder(input: { readonly conversionId: string }): Promise<void>;
};

export function createShopActivities(deps: ShopDeps): ShopActivities {
  return withFailures<ShopActivities>({
    watchOrder: (input) => watchOrder(deps, input),
    pollOrder: (input) => pollOrder(deps, input.conversionId),
  });
}
