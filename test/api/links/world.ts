import { randomBytes } from 'node:crypto';

import type { Harness, World } from '../harness';
import { ownCalls, withTerms, type Own } from '../influencer/money';

/** An influencer, and a shop of its own: which programme a host belongs to must not depend on other tests. */
export type Shop = { readonly world: World; readonly host: string; readonly own: Own };

export async function openShop(api: Harness): Promise<Shop> {
  const world = await api.world();
  const host = `shop-${randomBytes(4).toString('hex')}.example`;
  await api.owner.query('update programmes set hosts = $2, name = $3 where id = $1', [
    world.programmeId,
    [host],
    `Shop ${host}`,
  ]);
  await withTerms(api, world);
  return { world, host: host, own: await ownCalls(api, world) };
}

/** Without the link for the whole shop that every world has: lists then hold what the test made. */
export async function emptyShop(api: Harness): Promise<Shop> {
  const shop = await openShop(api);
  await api.owner.query('delete from links where influencer_id = $1', [shop.world.influencerId]);
  return shop;
}
